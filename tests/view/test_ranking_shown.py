"""The ranking of heads for a link, in a real browser: by mouse, by keyboard, in words."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from screen import Open, points, region, settled, told

from attention_viz import Attention, Selection, rank_heads
from attention_viz.view.show import show

pytestmark = pytest.mark.browser

TOKENS = ["[CLS]", "the", "sun", "##rise", "over", "the", "bay", ".", "[SEP]"]


@pytest.fixture
def attention(softmax_attention: Callable[..., Attention]) -> Attention:
    return softmax_attention(layers=3, heads=5, tokens=TOKENS)


def ranked(page: Page) -> list[tuple[str, float, float]]:
    """The list, read back: head, weight, what it gives at that distance."""
    page.locator(".ranking li").first.wait_for()
    read = "all => all.map(each => ['name', 'weight', 'far'].map(part => each.querySelector('.' + part)?.textContent ?? ''))"
    lines = page.locator(".ranking li button").evaluate_all(read)
    return [(name, *(float(re.search(r"\.\d+", part)[0]) for part in parts)) for name, *parts in lines]  # type: ignore[index,misc]


def expected(attention: Attention, query: int, key: int) -> list[tuple[str, float, float]]:
    found = rank_heads(attention, query, key)
    return [
        (f"{each.layer + 1}-{each.head + 1}", pytest.approx(each.weight, abs=0.006), pytest.approx(each.at_distance, abs=0.01))
        for each in found
    ]  # fmt: skip


def click_link(page: Page, query: int, key: int) -> None:
    """Click the cell of a query and a key, both from 0."""
    settled(page)
    for x, y in ((int(x), int(y)) for x, y in points(region(page), 20)):  # a click has whole pixels
        page.mouse.move(x, y)
        if page.locator(".tooltip").is_visible() and f"query {query + 1}, key {key + 1}" in told(page)[1].split(" · "):
            page.mouse.click(x, y)
            return
    raise AssertionError("no such cell in sight")


@pytest.mark.slow  # it looks for cells with the pointer
def test_two_clicks_rank_the_heads_and_a_third_looks_at_one(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 0, 0))
    expect(page.locator(".ranking .heading")).to_contain_text("Which heads link two words?")
    click_link(page, 6, 4)
    expect(page.get_by_text("What “bay” (7) attends to")).to_be_visible()
    expect(page.locator(".ranking .heading")).to_have_text(re.compile("Choose a second token"))
    click_link(page, 6, 2)
    expect(page.locator(".ranking .heading")).to_have_text("Heads for bay → sunrise")
    wanted = expected(attention, 6, 2)
    assert ranked(page) == wanted[:5]
    page.get_by_role("button", name="All 15 heads").click()
    expect(page.locator(".ranking li button")).to_have_count(len(wanted))
    assert ranked(page) == wanted
    layer, head = wanted[1][0].split("-")
    page.locator(".ranking li button").nth(1).click()
    expect(page.locator(".title")).to_have_text(f"Layer {layer}, head {head}")
    expect(page.locator(".ranking [aria-current]")).to_have_text(re.compile(f"^{wanted[1][0]}"))
    page.keyboard.press("Escape")
    expect(page.locator(".ranking .heading")).to_have_text(re.compile("Choose a second token"))
    page.keyboard.press("Escape")
    expect(page.locator(".ranking .heading")).to_contain_text("Which heads link two words?")


def test_a_key_in_the_list_or_at_the_end_of_a_line_makes_a_link_and_lets_it_go(
    opened: Open, attention: Attention
) -> None:
    page = opened(show(attention, selection=Selection(queries=(6,), view="lines")))
    page.locator(".top tbody tr", has_text="over").click()
    expect(page.locator(".ranking .heading")).to_have_text("Heads for bay → over")
    page.locator(".top tbody tr", has_text="over").click()
    expect(page.locator(".ranking .heading")).to_have_text(re.compile("Choose a second token"))
    box = region(page).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 20, box["y"] + 26 + 5)
    expect(page.locator(".ranking .heading")).to_have_text(re.compile(r"^Heads for bay →"))


def test_the_keyboard_makes_a_link_and_looks_at_ranked_heads(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, selection=Selection(layer=1, head=1, queries=(6,))))
    region(page).focus()
    page.keyboard.press(".")
    strongest = int(np.argmax(attention.weights(1, 1)[6]))
    heading, spoken = page.locator(".ranking .heading"), page.get_by_role("status")
    names = ["[CLS]", "the", "sunrise", "sunrise", "over", "the", "bay", ".", "[SEP]"]
    expect(heading).to_have_text(f"Heads for bay → {names[strongest]}")
    for _ in range(9):
        page.keyboard.press(",")
    page.keyboard.press(".")
    expect(heading).to_have_text("Heads for bay → the")
    wanted = rank_heads(attention, 6, 1)
    first, third = wanted[0], wanted[2]
    expect(spoken).to_have_text(
        re.compile(
            rf"^Heads for bay → the: layer {first.layer + 1}, head {first.head + 1}, {first.weight:.2f}; .* head {third.head + 1}, "
        )
    )
    page.keyboard.press("3")
    expect(page.locator(".title")).to_have_text(f"Layer {third.layer + 1}, head {third.head + 1}")


def test_the_direction_is_chosen_and_several_links_are_their_mean(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, selection=Selection(queries=(6,), keys=(4,))))
    page.get_by_label("Direction of the link").select_option("mean of both directions")
    expect(page.locator(".ranking .heading")).to_have_text("Heads for bay ↔ over")
    both = rank_heads(attention, 6, 4, direction="both")
    assert [weight for _, weight, _ in ranked(page)] == [pytest.approx(each.weight, abs=0.006) for each in both[:5]]
    page.get_by_label("Direction of the link").select_option("the key reads")
    expect(page.locator(".ranking .heading")).to_have_text("Heads for over → bay")
    page.locator(".top tbody tr", has_text="[SEP]").click(modifiers=["Shift"])
    expect(page.locator(".ranking .heading")).to_have_text("Heads for 2 links, their mean")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_there_are_no_barriers_and_the_first_heads_are_marked_in_the_overview(
    opened: Open, attention: Attention, dark: bool
) -> None:
    page = opened(show(attention, selection=Selection(queries=(6,))), dark=dark)
    picture = "() => document.querySelector('.overview canvas').toDataURL()"
    before = page.evaluate(picture)
    region(page).focus()
    page.keyboard.press(".")
    page.get_by_role("button", name=re.compile("All 15")).click()
    settled(page)
    assert page.evaluate(picture) != before
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_a_page_without_all_weights_says_so(
    opened: Open, attention: Attention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attention_viz.view.plan.FILE", 100)
    monkeypatch.setattr("attention_viz.view.plan.PICTURE", 8)
    page = opened(show(attention, selection=Selection(queries=(6,), keys=(4,))))
    expect(page.locator(".ranking .heading")).to_have_text(
        "This page does not hold the weights by which heads are ranked."
    )
