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
    expect(page.get_by_role("heading", name=re.compile("^10 · "))).to_be_visible(timeout=30_000)
    this.settle()
    return page


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

    context = figure(page, "c, their sum")
    context.get_by_text("Numbers").click()
    shown = torch.tensor([float(text) for text in context.locator("li").all_text_contents()])
    expected = torch.nn.functional.scaled_dot_product_attention(query[QUERY][None], keys, values)[0]
    assert torch.allclose(shown, expected, atol=1e-4)

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


def test_another_score_another_token_and_another_head_are_followed(visit: Callable) -> None:
    this = visit()
    page = anatomy(this)
    this.choose("Scoring function", "cosine")
    expect(page.get_by_text("With the cosine score, “animal” is read most")).to_be_visible(timeout=30_000)
    this.choose("Query (reads)", "14 · tired", "14")
    expect(page.get_by_text("q, the query of “tired”")).to_be_visible(timeout=30_000)
    page.wait_for_url(re.compile("queries=14"))
    this.choose("Layer", "1")
    expect(page.get_by_text("x, the vector of “tired” that enters layer 1")).to_be_visible(timeout=30_000)
    expect(page.locator(".av-step .check", has_text="≠")).to_have_count(0)


def test_the_page_speaks_chinese(visit: Callable) -> None:
    page = anatomy(visit(locale="zh-CN"), "剖析", "1 · 词元的最初向量")
    expect(page.get_by_text("等于模型自己的数").first).to_be_visible()
    expect(page.get_by_role("heading", name="6 · Softmax：从得分到权重")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height", "dark"),
    [(1366, 768, False), pytest.param(390, 844, True, marks=pytest.mark.slow)],
    ids=["wide", "phone"],
)
def test_nothing_on_the_page_keeps_anybody_out(visit: Callable, width: int, height: int, dark: bool) -> None:
    this = visit(width, height, dark)
    page = this.open("/")
    if width < 600:
        page.get_by_test_id("stExpandSidebarButton").click()
    this.link_to("Anatomy").click()
    expect(page.get_by_role("heading", name=re.compile("^10 · "))).to_be_attached(timeout=30_000)
    this.settle()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
