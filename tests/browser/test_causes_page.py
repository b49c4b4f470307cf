"""Causes in a real browser: a head is chosen on the map with the keyboard, and nothing keeps anybody out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = ((1366, 768), (390, 844))
"""A desk and a phone."""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_head_of_the_map_is_chosen_with_the_keyboard_and_nothing_keeps_anybody_out(
    visit: Callable, dark: bool
) -> None:
    this: Visit = visit(dark=dark)
    this.open()
    page: Page = this.turn_to("Causes")
    expect(page.get_by_text("By itself, head 4-2 carries")).to_be_visible(timeout=60_000)
    page.get_by_role("application", name=re.compile("Put in alone")).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(re.compile("layer=2&head=3"))
    expect(page.get_by_text("In head 2-3,")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
