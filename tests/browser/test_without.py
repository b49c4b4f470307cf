"""Heads are switched off in a real browser, by mouse and by key, and the numbers follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from checkpoints import make_checkpoint
from playwright.sync_api import Page, expect

import attention_viz as av
from attention_viz.experiments import ablate
from attention_viz.ui.session.examples import DEFAULT

from .conftest import Visit

pytestmark = pytest.mark.browser

SIZES = ((1366, 768), (390, 844))
"""A desk and a phone."""


def without(visit: Callable, dark: bool = False) -> Page:
    """The page of switches, reached as a visitor does."""
    this: Visit = visit(dark=dark)
    this.open("/?layer=4&head=2")
    page = this.turn_to("Switch heads off")
    expect(page.get_by_role("switch", name="Layer 1, head 1", exact=True)).to_be_visible(timeout=60_000)
    return page


def changed(page: Page, heads: list[tuple[int, int]]) -> None:
    """The screen says what the library says without these heads."""
    found = ablate(av.load_model(), DEFAULT.first, heads)
    row = page.get_by_role("row", name=re.compile(rf"^{found.before:.4f} {found.after:.4f} "))
    expect(row).to_be_visible(timeout=30_000)
    expect(page.get_by_text(f"turned by {found.vector_shift:.4f}")).to_be_visible()


def test_heads_are_switched_by_mouse_and_by_key_and_the_answer_follows(visit: Callable) -> None:
    page = without(visit)
    switch = page.get_by_role("switch", name="Layer 4, head 2", exact=True)
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    changed(page, [(3, 1)])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_text("2 of 72 heads are off.")).to_be_visible()
    changed(page, [(3, 1), (4, 2)])
    page.wait_for_url(re.compile("off=4-2"))
    page.get_by_role("button", name="All heads on").click()
    page.get_by_role("button", name="Switch all heads of layer 6").click()
    changed(page, [(5, head) for head in range(12)])
    page.get_by_text("Weights made uniform").click()
    expect(page.get_by_text("reads all its tokens alike")).to_be_visible()


@pytest.mark.slow
def test_what_is_off_stays_off_on_the_way_to_another_page_and_back(visit: Callable) -> None:
    this: Visit = visit()
    this.open("/?layer=4&head=2")
    page = this.turn_to("Switch heads off")
    page.get_by_role("button", name="Switch layer 4, head 2 off").click()
    changed(page, [(3, 1)])
    this.turn_to("Compare")
    expect(page.get_by_role("textbox", name="The other text")).to_have_value(re.compile("wide"))
    expect(page.get_by_role("textbox", name="Your text")).to_have_value(DEFAULT.first)
    this.turn_to("Switch heads off")
    expect(page.get_by_role("switch", name="Layer 4, head 2", exact=True)).to_have_attribute("aria-checked", "false")


def test_a_click_on_a_token_hides_it_and_the_model_guesses(visit: Callable, tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path / "masked", "BertForMaskedLM", initializer_range=0.5)
    found = ablate(av.load_model(str(folder)), "the cat sat down.", [(0, 1)], mask=[2]).choices[0].choices[0]
    this: Visit = visit(alone=True)
    page = this.open(f"/?model={quote(str(folder), safe='')}&off=1-2")
    page.get_by_label("Your text").fill("the cat sat down.")
    page.get_by_label("Your text").press("Control+Enter")
    expect(page.get_by_text("7 of 60 tokens used")).to_be_visible(timeout=60_000)
    this.turn_to("Switch heads off")
    token = page.get_by_role("button", name="Hide “cat”, position 3")
    token.click()
    expect(token).to_have_attribute("aria-pressed", "true")
    expect(token).to_have_text("[MASK]")
    table = page.get_by_role("table").filter(has_text="Token 3, “cat”")
    expect(table).to_contain_text(re.compile(rf"{re.escape(found.text)}\s*{found.before:.4f}\s*{found.after:.4f}"))


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_on_the_page_keeps_anybody_out(visit: Callable, dark: bool) -> None:
    page = without(visit, dark)
    expect(page.get_by_text("0 of 72 heads are off.")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
