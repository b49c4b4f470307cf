"""Many texts in a real browser: a text opens in Explore with its head and link, by mouse and by key, and nobody is kept out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from attention_viz.ui.session.examples import DEFAULT

from .conftest import Visit

pytestmark = pytest.mark.browser

SIZES = {"wide": (1366, 768), "phone": (390, 844)}
HEAD = f"Layer {DEFAULT.layer + 1}, head {DEFAULT.head + 1}"


def many_texts(visit: Callable, size: str = "wide", dark: bool = False) -> Page:
    this: Visit = visit(dark=dark)
    this.open()
    page = this.turn_to("In many texts")
    expect(page.get_by_text(re.compile(f"{HEAD} follows no simple pattern in .* of 2,000 texts"))).to_be_visible()
    expect(page.locator(".text-cards li")).to_have_count(14, timeout=60_000)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    return page


@pytest.mark.parametrize(("size", "dark"), [("wide", False), pytest.param("phone", True, marks=pytest.mark.slow)])
def test_nothing_on_the_page_keeps_anybody_out_and_a_text_opens_by_key(visit: Callable, size: str, dark: bool) -> None:
    page = many_texts(visit, size, dark)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    card = page.locator(".text-cards li").nth(5)
    expect(card.locator("svg path").first).to_be_attached()
    words = card.locator(".word.linked").all_inner_texts()
    card.get_by_role("button").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What does a word look at?", timeout=30_000)
    expect(page).to_have_url(re.compile(rf"layer={DEFAULT.layer + 1}&head={DEFAULT.head + 1}.*queries=\d+&keys=\d+"))
    for word in words:
        expect(page.get_by_role("region").or_(page.locator("body")).get_by_text(word).first).to_be_visible()
