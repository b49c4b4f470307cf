"""Two texts under one pointer in a real browser: a place on one is the same place on the other and in the difference."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import attention_viz as av
from attention_viz.measures import ranked_changes
from attention_viz.ui.session.examples import DEFAULT
from attention_viz.ui.session.minimal_pairs import MINIMAL_PAIRS

from .conftest import Visit

pytestmark = pytest.mark.browser

SIZES = ((1366, 768), (390, 844))
"""A desk and a phone."""
QUERY, KEY = 10, 2
"""Positions of "it" and "animal"."""


def compare(visit: Callable, dark: bool = False) -> Page:
    """The page, reached as a visitor does."""
    this: Visit = visit(dark=dark)
    this.open()
    page = this.turn_to("Compare")
    expect(panels(page)).to_be_visible(timeout=60_000)
    return page


def panels(page: Page):
    return page.get_by_role("application", name=re.compile("Difference"))


def said(page: Page):
    """The line below the pictures."""
    return page.locator("[role=status]").filter(has_text="Your text:")


def from_the_corner(page: Page) -> None:
    """The keys start at the first place, not at the pinned one."""
    panels(page).focus()
    page.keyboard.press("Escape")
    expect(said(page)).to_have_count(0)
    page.keyboard.press("ArrowDown")


def line(layer: int, head: int, query: int, key: int) -> str:
    """What stands at a place of the three maps, from the library's own numbers."""
    model = av.load_model()
    one, other = (model.attend(text) for text in (DEFAULT.first, MINIMAL_PAIRS[0].second))
    weights = [float(each.weights(layer, head)[query, key]) for each in (one, other)]
    link = f"{one.tokens[query]} → {one.tokens[key]}  "
    change = f"{weights[1] - weights[0]:+.4f}".replace("-", "−")
    return (
        f"Your text: {link}{weights[0]:.4f} · Difference: second minus first: {link}{change}"
        f" · The other text: {link}{weights[1]:.4f}"
    )


def test_one_pointer_moves_on_all_three_by_key_and_by_mouse(visit: Callable) -> None:
    page = compare(visit)
    expect(said(page)).to_have_text(line(3, 1, QUERY, KEY))  # what is pinned on every page
    from_the_corner(page)
    for _ in range(QUERY):
        page.keyboard.press("ArrowDown")
    for _ in range(KEY):
        page.keyboard.press("ArrowRight")
    expect(said(page)).to_have_text(line(3, 1, QUERY, KEY))
    page.keyboard.press("Escape")
    expect(said(page)).to_have_count(0)
    seen = set()
    for place in range(3):
        box = page.locator(".panel canvas").nth(place).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] - 30, box["y"] + box["height"] - 20)
        expect(said(page)).to_have_count(1)
        seen.add(said(page).text_content())
        page.mouse.move(0, 0)
        expect(said(page)).to_have_count(0)
    assert len(seen) == 1


@pytest.mark.slow
def test_the_head_that_changed_most_is_one_click_away(visit: Callable) -> None:
    page = compare(visit)
    model = av.load_model()
    most = ranked_changes(*(model.attend(text) for text in (DEFAULT.first, MINIMAL_PAIRS[0].second)))[0]
    row = page.get_by_role("row", name=f"1 Layer {most.layer + 1}, head {most.head + 1} {most.change:.4f}", exact=True)
    expect(row).to_be_visible()
    row.get_by_role("button").click()
    page.wait_for_url(re.compile(f"layer={most.layer + 1}&head={most.head + 1}"))
    from_the_corner(page)
    expect(said(page)).to_have_text(line(most.layer, most.head, 0, 0))


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["light", "dark"])
def test_nothing_on_the_page_keeps_anybody_out(visit: Callable, dark: bool) -> None:
    page = compare(visit, dark)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
