"""The head taken apart, in a real browser: numbers on the screen, formulas, light and dark, wide and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

import attention_viz as av
from attention_viz.ui.session.examples import DEFAULT

pytestmark = pytest.mark.browser

LAYER, HEAD, QUERY = 3, 1, 10
"""Of the default sentence: its 11th token is "it"."""


def anatomy(this, name: str = "Anatomy", heading: str = "1 · The token's first vector") -> Page:
    """The page, reached as a visitor reaches it, once its last step is drawn."""
    this.open()
    page = this.turn_to(name)
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=30_000)
    expect(headings(page)).to_have_count(12, timeout=30_000)
    this.settle()
    return page


def headings(page: Page) -> Locator:
    """Of all stages, displayed or not."""
    return page.locator(".av-step h2")


def look_at(page: Page, sign: str) -> None:
    """Go to a stage by its button in the strip."""
    stage(page, sign).click()
    expect(stage(page, sign)).to_have_attribute("aria-current", "step")


def stage(page: Page, sign: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{re.escape(sign)}( |$)"))


def followed(page: Page, sign: str) -> float:
    """The number that the strip shows at a stage."""
    return float(stage(page, sign).inner_text().split()[-1])


def figure(page: Page, name: str) -> Locator:
    return page.locator("figure.av-number-table").filter(has_text=name)


def column(page: Page, number: int) -> torch.Tensor:
    """A column of the table that leads from scores to weights, as it is read on the screen."""
    cells = figure(page, "Every key, step by step").locator(f"tbody tr > :nth-child({number})")
    return torch.tensor([0.0 if "<" in text else float(text) for text in cells.all_text_contents()])


def test_the_numbers_on_the_screen_are_torchs_and_change_with_the_arithmetic(visit: Callable) -> None:
    this = visit()
    page = anatomy(this)
    attention = av.load_model().attend(DEFAULT.first)
    query, keys, values = (
        torch.tensor(getattr(attention, name)(LAYER, HEAD)) for name in ("queries", "keys", "values")
    )
    assert torch.allclose(column(page, 7), torch.tensor(attention.weights(LAYER, HEAD)[QUERY]), atol=6e-5)
    assert page.locator(".katex").count() >= 12
    expect(page.locator(".av-step .check", has_text="✓")).to_have_count(12)

    look_at(page, "sum")
    context = figure(page, "c, their sum")
    context.get_by_text("Numbers").click()
    shown = torch.tensor([float(text) for text in context.locator("li").all_text_contents()])
    expected = torch.nn.functional.scaled_dot_product_attention(query[QUERY][None], keys, values)[0]
    assert torch.allclose(shown, expected, atol=1e-4)

    look_at(page, "softmax")
    page.get_by_text("Divide by √d").click()
    expect(page.get_by_text("Changed by you")).to_be_visible()
    assert torch.allclose(column(page, 7), torch.softmax(keys @ query[QUERY], -1), atol=6e-5)
    expect(page.locator(".av-step .check", has_text="≠")).to_have_count(7)
    page.get_by_role("button", name="As the model does it").click()
    expect(page.locator(".av-step .check", has_text="✓")).to_have_count(12)

    page.get_by_role("slider", name="Temperature T").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    this.settle()
    expect(page.get_by_text("Changed by you")).to_be_visible()
    scaled = keys @ query[QUERY] / query.shape[1] ** 0.5
    expect(figure(page, "Every key, step by step").locator("tbody tr:nth-child(3) td").last).to_have_text(
        f"{float(torch.softmax(scaled / 2, -1)[2]):.4f}"
    )


@pytest.mark.slow
def test_another_score_another_token_and_another_head_are_followed(visit: Callable) -> None:
    this = visit()
    page = anatomy(this)
    look_at(page, "other scores")
    this.choose("Scoring function", "cosine")
    expect(page.get_by_text("With the cosine score, “animal” is read most")).to_be_visible(timeout=30_000)
    this.choose("Query (reads)", "14 · tired", "14")
    page.wait_for_url(re.compile("queries=14"))
    look_at(page, "q k v")
    expect(page.get_by_text("q, the query of “tired”")).to_be_visible(timeout=30_000)
    look_at(page, "x")
    this.choose("Layer", "1")
    expect(page.get_by_text("x, the vector of “tired” that enters layer 1")).to_be_visible(timeout=30_000)
    expect(page.locator(".av-step .check", has_text="≠")).to_have_count(0)


def test_the_page_speaks_chinese(visit: Callable) -> None:
    page = anatomy(visit(locale="zh-CN"), "剖析", "1 · 词元的最初向量")
    expect(page.get_by_text("等于模型自己的数").first).to_be_visible()
    look_at(page, "softmax")
    expect(page.get_by_role("heading", name="6 · Softmax：从得分到权重")).to_be_visible()


COUNT_MESSAGES = """
window.messages = 0;
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...given) {
  window.messages += 1;
  return send.apply(this, given);
};
null;
"""
"""Counts what the page says to the server."""


def test_one_stage_is_displayed_and_the_keys_go_to_the_next_without_the_server(visit: Callable) -> None:
    this = visit()
    page = anatomy(this)
    page.evaluate(COUNT_MESSAGES)
    page.evaluate("document.activeElement.blur()")
    for title in (
        "2 · Query, keys and values",
        "3 · The dot product with one key",
        "4 · Divided by the root of the width",
    ):
        page.keyboard.press("ArrowRight")
        expect(headings(page).filter(visible=True)).to_have_text([title])
    page.keyboard.press("ArrowLeft")
    expect(headings(page).filter(visible=True)).to_have_text(["3 · The dot product with one key"])
    page.get_by_role("slider", name="Stage").press("End")
    expect(headings(page).filter(visible=True)).to_have_text(["12 · Another score for the same query and keys"])
    page.get_by_role("button", name="All stages").press("?")
    expect(page.get_by_role("dialog")).to_contain_text("the stage before or after")
    page.keyboard.press("Escape")
    assert page.evaluate("window.messages") == 0


@pytest.mark.slow
def test_the_table_of_all_keys_grows_from_stage_to_stage_and_one_number_is_followed(visit: Callable) -> None:
    page = anatomy(visit())
    weights = av.load_model().attend(DEFAULT.first).weights(LAYER, HEAD)
    names = figure(page, "Every key, step by step").locator("thead th")
    for sign, columns in {"q · k": 1, "÷ √d": 2, "mask": 3, "softmax": 6}.items():
        look_at(page, sign)
        expect(names.filter(visible=True)).to_have_count(columns)
    assert followed(page, "softmax") == pytest.approx(float(weights[QUERY, 2]), abs=6e-5)
    assert followed(page, "÷ √d") == pytest.approx(followed(page, "q · k") / 32**0.5, abs=2e-4)
    look_at(page, "+")
    expect(page.locator(".followed").filter(visible=True)).to_contain_text(f"= {followed(page, '+'):.4f}.")


@pytest.mark.slow
def test_a_token_pressed_in_the_sentence_is_pinned_for_all_pages(visit: Callable) -> None:
    page = anatomy(visit())
    sentence = page.get_by_role("group", name="The text: press the token that reads")
    sentence.get_by_role("button", name="street").click()
    page.wait_for_url(re.compile("keys=9"))
    expect(page.get_by_role("combobox", name="Key to follow")).to_have_value("9 · street")
    sentence.get_by_role("button", name="it", exact=True).click()
    sentence.get_by_role("button", name="tired").click()
    page.wait_for_url(re.compile("queries=14"))
    expect(page.get_by_role("combobox", name="Query (reads)")).to_have_value("14 · tired")


@pytest.mark.slow
def test_paper_holds_every_stage(visit: Callable) -> None:
    page = anatomy(visit())
    page.emulate_media(media="print")
    expect(headings(page).filter(visible=True)).to_have_count(12)
    expect(figure(page, "Every key, step by step").locator("thead th").filter(visible=True)).to_have_count(6)
    page.emulate_media(media="screen")
    page.get_by_role("button", name="All stages").click()
    expect(headings(page).filter(visible=True)).to_have_count(12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "height", "dark"),
    [(1366, 768, False), (390, 844, True)],
    ids=["wide", "phone"],
)
def test_nothing_on_the_page_keeps_anybody_out(visit: Callable, width: int, height: int, dark: bool) -> None:
    this = visit(width, height, dark)
    page = this.open("/")
    if width < 600:
        page.get_by_test_id("stExpandSidebarButton").click()
    this.link_to("Anatomy").click()
    expect(headings(page)).to_have_count(12, timeout=30_000)
    this.settle()
    for _ in ("one stage", "all stages"):
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="All stages").click()
