"""The page for teachers in a real browser: found from the first page, readable on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LOOKS = ((1366, False, "en-US", "Teach", "A plan for 45 minutes"), (390, True, "zh-CN", "教学", "45 分钟的安排"))


@pytest.mark.parametrize(("width", "dark", "locale", "title", "first"), LOOKS)
def test_it_is_found_and_read_by_everybody(
    visit: Callable, width: int, dark: bool, locale: str, title: str, first: str
) -> None:
    this = visit(width=1366, dark=dark, locale=locale)
    page = this.open()
    this.turn_to(title)
    expect(page.get_by_role("heading", name=first)).to_be_visible(timeout=30_000)
    page.set_viewport_size({"width": width, "height": 844})
    this.settle()
    assert [(each["id"], each["nodes"]) for each in Axe().run(page).response["violations"]] == []
    outside = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert outside <= 0
