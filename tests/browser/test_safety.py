"""Whatever is pasted is drawn as text: nothing of it runs, opens a dialog, or asks another computer for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

HOSTILE = (
    "</script><script>window.caught=1</script>",
    "<!--<script>",
    "<img src=x onerror=window.caught=1>",
    "<svg/onload=window.caught=1>",
    "javascript:window.caught=1",
    "##x . {layer} {{0}} ${window.caught=1} `'\"",
    "\u202eabc\u2066 \u200b \x00 \x1b[31m",
    "![x](https://example.com/x.png) $$\\href{https://example.com}{x}$$ :material/home:",
    "x" * 10_000,
)


SHOWN = {"head": "heatmap", "lines": "lines", "text": "prose", "layer": "grid"}
"""The element of each picture."""


@pytest.fixture
def page(visit: Callable) -> Page:
    this = visit(height=1600)  # every picture is in sight without scrolling
    page = this.open()
    page.get_by_label("Your text").fill("\n".join(HOSTILE))
    page.get_by_label("Your text").press("Control+Enter")
    expect(page.get_by_text("In layer 4, head 2 of the embedded model")).to_be_hidden(timeout=30_000)
    this.settle()
    return page


def test_nothing_pasted_runs_in_any_picture_or_drawer(page: Page) -> None:
    for picture in SHOWN:
        page.locator(f"[data-view={picture}]").click()
        expect(page.locator(f".{SHOWN[picture]}")).to_be_visible()
        for x, y in places(page.locator(f".{SHOWN[picture]}")):
            page.mouse.move(x, y)
        assert harmless(page), picture
    for drawer in ("Download", "Share", "Show the code"):
        page.get_by_role("button", name=drawer).click()
        page.locator("[data-testid=stPopoverBody]").wait_for()
        page.keyboard.press("Escape")
        assert harmless(page), drawer


def places(picture: Locator) -> Iterator[tuple[float, float]]:
    box = picture.bounding_box()
    assert box
    for down in range(40, int(min(box["height"], 600)), 130):
        for across in range(40, int(box["width"]), 130):
            yield box["x"] + across, box["y"] + down


def harmless(page: Page) -> bool:
    """No flag is set, and no element was made of what was pasted."""
    return page.evaluate(
        """() => window.caught === undefined
            && document.querySelectorAll("img[src=x], [onerror], [onload], a[href*='example'], img[src*='example']").length === 0"""
    )
