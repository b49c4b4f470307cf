"""What may not be read is drawn as such: hatched, said under the pointer, and not listed."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from screen import Open, listed, points, region, settled, told

from attention_viz import Attention, Selection
from attention_viz.palettes import palette
from attention_viz.view.show import show

pytestmark = pytest.mark.browser

TOKENS = ["he", "sat", "down", "here", "again", "."]
COLOURS = """([x, y]) => {
    const canvas = [...document.querySelectorAll(".picture canvas")].find(each => each.offsetParent);
    const box = canvas.getBoundingClientRect(), ratio = devicePixelRatio, side = 14;
    const pixels = canvas.getContext("2d").getImageData((x - box.left) * ratio, (y - box.top) * ratio, side, side).data;
    const found = new Set();
    for (let i = 0; i < pixels.length; i += 4) found.add(pixels.slice(i, i + 4).join());
    return [...found].map(each => each.split(",").map(Number));
}"""
"""The colours in a small square, to the right of and below a point."""


@pytest.fixture
def decoder(rng: np.random.Generator) -> Attention:
    """2 layers, 3 heads: a query reads itself and what stands before it."""
    scores = np.where(np.tri(6, dtype=bool), rng.normal(size=(2, 3, 6, 6)), -np.inf)
    weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    return replace(Attention.from_weights(weights, TOKENS), causal=True)


def colours(page: Page, x: float, y: float) -> set[str]:
    """The colours beside a point, as "#RRGGBB", while nothing is pointed at."""
    page.mouse.move(0, 0)
    settled(page)
    found = page.evaluate(COLOURS, [x, y])
    assert all(opaque == 255 for *_, opaque in found)
    return {"#{:02X}{:02X}{:02X}".format(*each[:3]) for each in found}


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["light", "dark"])
@pytest.mark.parametrize("pinned", [(), (2,)], ids=["all rows", "one pinned"])
def test_later_tokens_are_hatched_and_said_to_be_out_of_reach(
    opened: Open, decoder: Attention, dark: bool, pinned: tuple[int, ...]
) -> None:
    page = opened(show(decoder, selection=Selection(layer=1, head=2, queries=pinned)), dark=dark)
    ground, weakest = palette("dark" if dark else "light").ground, palette("dark" if dark else "light").weights[0]
    weights, seen = decoder.weights(1, 2), set()
    for x, y in points(region(page), 48):
        page.mouse.move(x, y)
        if not page.locator(".tooltip").is_visible():
            continue
        headline, detail = told(page)
        query, key = (int(each) - 1 for each in re.findall(r"query (\d+), key (\d+)", detail)[0])
        link = f"{TOKENS[query]} → {TOKENS[key]}  "
        assert headline == (link + "cannot be read" if key > query else link + f"{weights[query, key]:.4f}")
        if key == query + 2 and key < 5 and query > 0:  # neighbours on all sides are hatched too
            found = colours(page, x - 7, y - 7)
            assert len(found) >= 2, "lines on a ground"
            assert ground in found
            assert weakest not in found
        seen.add((query, key))
    assert len(seen) == 36
    expect(page.locator(".foot .note").last).to_contain_text("Hatched: this query cannot read this key")


def test_a_pinned_query_lists_only_what_it_may_read(opened: Open, decoder: Attention) -> None:
    page = opened(show(decoder, selection=Selection(queries=(2,))))
    assert sorted(token for _, token, _ in listed(page)) == sorted(TOKENS[:3])
    page.get_by_role("button", name="Sentence", exact=True).click()
    page.get_by_role("button", name="Colours", exact=True).click()
    expect(page.locator(".text-heatmap .word.closed")).to_have_text(TOKENS[3:])


def test_small_pictures_are_hatched_too(opened: Open, decoder: Attention) -> None:
    page = opened(show(decoder))
    page.get_by_role("button", name="All heads").click()
    settled(page)
    box = page.locator(".grid canvas").bounding_box()
    assert box
    found = colours(page, box["x"] + 4 + 0.2 * box["width"], box["y"] + 22 + 12)
    assert palette("light").ground in found
    assert palette("light").weights[0] not in found


def test_without_a_mask_nothing_is_hatched_even_where_a_weight_is_nothing(opened: Open) -> None:
    page = opened(show(Attention.from_weights(np.eye(6), TOKENS)))
    box = page.locator(".heatmap canvas").bounding_box()
    assert box
    assert colours(page, box["x"] + box["width"] - 60, box["y"] + 80) == {palette("light").weights[0]}
    expect(page.get_by_text("Hatched")).to_have_count(0)


def test_queries_and_keys_of_two_texts_are_read_and_pinned_each_on_its_side(
    opened: Open, rng: np.random.Generator
) -> None:
    german, english = ["er", "saß", "da"], ["he", "was", "sitting", "there"]
    attention = Attention.from_weights(rng.dirichlet(np.ones(4), size=(1, 2, 3)), german, english)
    page = opened(show(attention, head=1))
    page.get_by_role("button", name="Sentence", exact=True).click()
    page.get_by_role("button", name="Colours", exact=True).click()
    expect(page.locator(".text-heatmap")).to_have_text(re.compile("query .*er.*saß.*da.*key .*he.*was.*sitting.*there"))
    page.locator(".text-heatmap .word", has_text="saß").click()
    page.mouse.move(0, 0)
    expect(page.get_by_text("What “saß” (2) attends to")).to_be_visible()
    assert {token: weight for _, token, weight in listed(page)} == pytest.approx(
        dict(zip(english, attention.weights(0, 1)[1].tolist(), strict=True)), abs=5.5e-5
    )
    page.locator(".text-heatmap .word", has_text="there").hover()
    expect(page.locator(".tooltip .headline")).to_have_text(f"saß → there  {attention.weights(0, 1)[1, 3]:.4f}")
    page.locator(".text-heatmap .word", has_text="there").click()
    expect(page.get_by_text("What “saß” (2) attends to")).to_be_visible()
