"""Pages in a real browser: each is reached from the bar or the menu, and stands under one heading."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from attention_viz.ui.pages import PAGES

pytestmark = pytest.mark.browser

TALLEST = 60
"""Pixels that a heading may take of a wide screen."""


def height_of_heading(page: Page) -> float:
    box = page.locator(".page-heading").bounding_box()
    assert box is not None
    return box["height"]


def test_every_page_is_reached_and_stands_under_its_heading(visit: Callable) -> None:
    this = visit()
    page = this.open()
    for each in PAGES:
        this.turn_to(str(each.title))
        heading, sentence = map(str, each.heading)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.locator(".page-heading")).to_contain_text(sentence)
        assert height_of_heading(page) <= TALLEST
