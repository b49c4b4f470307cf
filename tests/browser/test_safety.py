"""Whatever is pasted is drawn as text: nothing of it runs, opens a dialog, or asks another computer for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import pytest
from playwright.sync_api import Locator, Page, expect

from attention_viz.ui.pages import PAGES

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
TEXT = "\n".join(HOSTILE)
SHOWN = {"Sentence": "sentence", "Colours": "text-heatmap", "Heatmap": "heatmap", "Lines": "lines", "All heads": "grid"}
"""The element of each picture, by the button that shows it."""
TELL = """addEventListener("securitypolicyviolation", (event) => {
    if (event.blockedURI === "wasm-eval" && event.sourceFile.includes("/static/js/protobuf")) return;
    window.refused = [...(window.refused ?? []), `${event.violatedDirective} ${event.blockedURI}`];
})"""
"""Keeps what the browser refused. Streamlit's library of whole numbers tries WebAssembly once, and does without."""


def write(page: Page, box: str) -> None:
    page.get_by_label(box, exact=True).fill(TEXT)
    page.get_by_label(box, exact=True).press("Control+Enter")


@pytest.mark.slow
def test_nothing_pasted_runs_in_any_picture_or_drawer(visit: Callable) -> None:
    this = visit(height=1600)  # every picture is in sight without scrolling
    page = this.open()
    write(page, "Your text")
    expect(page.get_by_text("In layer 4, head 2 of the embedded model")).to_be_hidden(timeout=30_000)
    this.settle()
    for picture in SHOWN:
        page.get_by_role("button", name=picture, exact=True).click()
        expect(page.locator(f".{SHOWN[picture]}")).to_be_visible()
        point_at(page, page.locator(f".{SHOWN[picture]}"))
        assert harmless(page), picture
    for drawer in ("Download", "Share", "Show the code"):
        page.get_by_role("button", name=drawer).click()
        page.locator("[data-testid=stPopoverBody]").wait_for()
        page.keyboard.press("Escape")
        assert harmless(page), drawer


def through(page: Page) -> Iterator[str]:
    """Every account of where a token's information comes from."""
    for account in page.locator("[data-testid=stRadio] label").all()[1:]:
        account.click()
        yield account.inner_text()


def without(page: Page) -> Iterator[str]:
    page.get_by_role("switch", name="Layer 1, head 1", exact=True).click()
    yield "a head is off"


def compare(page: Page) -> Iterator[str]:
    write(page, "The other text")
    yield "another text"


def lessons(page: Page) -> Iterator[str]:
    page.get_by_role("button", name="What the heads of a trained model learn").click()
    yield "a lesson about the text"


MORE = {"Flow": through, "Switch heads off": without, "Compare": compare, "Learn": lessons}
"""What is done on a page beside looking at it."""


@pytest.mark.timeout(420)
def test_nothing_pasted_runs_on_any_page_and_no_page_speaks_to_another_computer(visit: Callable) -> None:
    this = visit(height=1600, alone=True)
    page: Page = this.page
    called: list[str] = []
    page.context.on("request", lambda request: called.append(request.url))
    page.on("websocket", lambda socket: called.append(socket.url))
    page.add_init_script(TELL)
    this.open()
    write(page, "Your text")
    page.get_by_text("Add a second sentence").click()
    write(page, "Second sentence")
    expect(page.get_by_text("265 of 512 tokens used")).to_be_visible(timeout=30_000)
    names = [str(each.title) for each in PAGES if not each.home]
    assert {"Anatomy", "Heads", *MORE} < set(names)
    for name in names:
        this.link_to(name).click()
        for done in chain(["opened"], MORE[name](page) if name in MORE else []):
            this.settle()
            expect(page.locator("[data-testid=stException]")).to_have_count(0)
            point_at(page, page.locator("[data-testid=stMainBlockContainer]"), step=230)
            assert harmless(page), (name, done)
        assert page.evaluate("window.refused") is None, name
    hosts = {url.split("/")[2] for url in called if not url.startswith(("data:", "blob:"))}
    assert hosts == {this.address.removeprefix("http://")}
    assert any(url.startswith("ws:") for url in called)


def point_at(page: Page, picture: Locator, step: int = 130) -> None:
    """The mouse visits the whole picture, as far as it is in sight."""
    box = picture.bounding_box()
    assert box
    for down in range(40, int(min(box["height"], 600)), step):
        for across in range(40, int(box["width"]), step):
            page.mouse.move(box["x"] + across, box["y"] + down)


def harmless(page: Page) -> bool:
    """No flag is set, and no element was made of what was pasted."""
    return page.evaluate(
        """() => window.caught === undefined
            && document.querySelectorAll("img[src=x], [onerror], [onload], a[href*='example'], img[src*='example']").length === 0"""
    )
