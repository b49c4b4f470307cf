"""A link is cut by a key in the picture, and its arc is drawn broken; the arc of a mean, of which it is cut in some heads, has a dot."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEN = "/?text=The%20men%20at%20the%20window%20%5BMASK%5D%20old.&model=masked-word-MiniLM&queries=7&keys=3&layer=4&head=2&view=sentence&cut_scope=all&language=en"


def test_the_key_x_cuts_the_pinned_link_and_restores_it(visit: Callable) -> None:
    page = visit().open(MEN)
    arcs = page.locator(".arcs path[stroke-dasharray]:not([stroke-dasharray='none'])")
    expect(page.get_by_role("button", name="Cut [MASK] → men")).to_be_visible()
    expect(arcs).to_have_count(0)
    page.get_by_role("application", name="Layer 4, head 2").first.focus()
    page.keyboard.press("x")
    expect(arcs).to_have_count(1)
    expect(page.get_by_text("“were” 0.7640 → 0.2344, “was” 0.0434 → 0.4524")).to_be_visible()
    page.wait_for_url(re.compile("cuts=all-all-7-3"))
    page.keyboard.press("x")
    expect(arcs).to_have_count(0)
    page.wait_for_url(lambda url: "cuts=" not in url)


def test_the_arc_of_a_mean_has_a_dot_and_the_cell_under_the_pointer_says_that_it_holds_a_cut_link(
    visit: Callable,
) -> None:
    page = visit().open(f"{MEN}&average=heads&cuts=4-2-7-3")
    expect(page.locator(".arcs circle")).to_have_count(1)
    expect(page.locator(".word.holds-cut")).to_have_text(["men"])
    expect(page.get_by_text("with a dot: what holds one.")).to_be_visible()
    page.locator(".sentence .word", has_text="men").hover()
    expect(page.get_by_text("holds a cut link")).to_be_visible()
