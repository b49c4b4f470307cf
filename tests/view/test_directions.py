"""A text stands in the view as it is read: right to left where it is Hebrew or Arabic, with names and numbers in their own order."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from screen import Open, points, region, settled, told

from attention_viz import Attention, Selection, Tokens
from attention_viz.view.show import show

pytestmark = pytest.mark.browser

HEBREW = "\u05d3\u05e0\u05d4 \u05e7\u05e0\u05ea\u05d4 1,234 \u05e1\u05e4\u05e8\u05d9\u05dd \u05d0\u05e6\u05dc Anna Smith \u05d1\u05d9\u05d5\u05dd."
"""Dana bought 1,234 books at Anna Smith's in a day."""
HEBREW_TOKENS = [
    "\u05d3\u05e0\u05d4",
    "\u05e7\u05e0\u05ea\u05d4",
    "1",
    ",",
    "234",
    "\u05e1\u05e4\u05e8\u05d9\u05dd",
    "\u05d0\u05e6\u05dc",
    "Anna",
    "Smith",
    "\u05d1\u05d9\u05d5\u05dd",
    ".",
]
HEBREW_SEEN = [10, 9, 7, 8, 6, 5, 2, 3, 4, 1, 0]
"""The tokens from left to right, as a reader of Hebrew expects them: number and name run the other way."""
ARABIC, ARABIC_TOKENS = (
    "\u0627\u0644\u0643\u062a\u0627\u0628 \u062c\u062f\u064a\u062f 25",
    ["\u0627\u0644", "##\u0643\u062a\u0627\u0628", "\u062c\u062f\u064a\u062f", "25"],
)
"""The book is new, 25."""
PERSIAN, PERSIAN_TOKENS = (
    "\u0633\u0644\u0627\u0645 \u062f\u0646\u06cc\u0627!",
    ["\u0633\u0644\u0627\u0645", "\u062f\u0646", "##\u06cc\u0627", "!"],
)
"""Hello world!"""
ENGLISH, ENGLISH_TOKENS = (
    "Dana said \u05e9\u05dc\u05d5\u05dd \u05dc\u05da twice",
    ["Dana", "said", "\u05e9\u05dc\u05d5\u05dd", "\u05dc\u05da", "twice"],
)
TEXTS = [
    pytest.param(HEBREW, HEBREW_TOKENS, HEBREW_SEEN, "rtl", id="Hebrew, a name and a number"),
    pytest.param(ARABIC, ARABIC_TOKENS, [3, 2, 1, 0], "rtl", id="Arabic in pieces"),
    pytest.param(PERSIAN, PERSIAN_TOKENS, [3, 2, 1, 0], "rtl", id="Persian"),
    pytest.param(ENGLISH, ENGLISH_TOKENS, [0, 1, 3, 2, 4], "ltr", id="English with Hebrew in it"),
]
LEFTS = "(words) => words.map(word => word.getBoundingClientRect().x)"
PLACES = """headline => [...headline.firstChild.data].map((letter, at) => {
    const range = new Range();
    range.setStart(headline.firstChild, at);
    range.setEnd(headline.firstChild, at + 1);
    return [letter, range.getBoundingClientRect().x];
})"""
WHOLE = """([text, direction, spans]) => {
    const paragraph = document.createElement("p"), letters = new Range();
    paragraph.dir = direction;
    paragraph.append(text);
    document.querySelector(".text-heatmap").append(paragraph);
    return spans.map(([start, stop]) => {
        letters.setStart(paragraph.firstChild, start);
        letters.setEnd(paragraph.firstChild, stop);
        const { x, width } = letters.getBoundingClientRect();
        return [x, width];
    });
}"""


def tokens_of(*texts: tuple[str, list[str]]) -> Tokens:
    """The tokens of one text or of two, each between special ones, with their places."""
    names, spans, segments = ["[CLS]"], [(0, 0)], [0]
    for segment, (text, tokens) in enumerate(texts):
        start = 0
        for token in tokens:
            letters = token.removeprefix("##")
            start = text.index(letters, start)
            names.append(token)
            spans.append((start, start + len(letters)))
            segments.append(segment)
            start += len(letters)
        names.append("[SEP]")
        spans.append((0, 0))
        segments.append(segment)
    return replace(Tokens.plain(names), spans=tuple(spans), segments=tuple(segments))


def attention_of(tokens: Tokens) -> Attention:
    n = len(tokens)
    weights = np.random.default_rng(4).dirichlet(np.ones(n), size=(1, 2, n)).astype(np.float32)
    return Attention.from_weights(weights, tokens)


def text_view(opened: Open, *texts: tuple[str, list[str]]) -> Page:
    page = opened(show(attention_of(tokens_of(*texts)), selection=Selection(view="text")))
    settled(page)
    return page


@pytest.mark.parametrize(("text", "tokens", "order", "direction"), TEXTS)
def test_tokens_stand_in_the_order_in_which_their_text_is_read(
    opened: Open, text: str, tokens: list[str], order: list[int], direction: str
) -> None:
    page = text_view(opened, (text, tokens))
    expect(page.locator(".text-heatmap p")).to_have_attribute("dir", direction)
    lefts = page.locator(".text-heatmap .word").evaluate_all(LEFTS)
    assert sorted(range(len(tokens)), key=lambda each: lefts[each + 1]) == order
    ends = (lefts[0], lefts[-1])  # [CLS] and [SEP], which are no part of the text
    assert (ends == (max(lefts), min(lefts))) if direction == "rtl" else (ends == (min(lefts), max(lefts)))


@pytest.mark.parametrize(("text", "tokens", "order", "direction"), TEXTS)
def test_tokens_stand_in_the_order_in_which_the_browser_sets_the_text_as_a_whole(
    opened: Open, text: str, tokens: list[str], order: list[int], direction: str
) -> None:
    page = text_view(opened, (text, tokens))
    spans = tokens_of((text, tokens)).spans[1:-1]
    whole = page.evaluate(WHOLE, [text, direction, spans])
    assert sorted(range(len(tokens)), key=lambda each: whole[each][0]) == order


def test_arabic_letters_join_across_pieces(opened: Open) -> None:
    """What stands between two pieces is nothing, and their letters have the widths that they have in the whole word."""
    page = text_view(opened, (ARABIC, ARABIC_TOKENS))
    read = "(words) => words.map(word => { const {x, width} = word.getBoundingClientRect(); return [x, x + width]; })"
    boxes = page.locator(".text-heatmap .word").evaluate_all(read)
    (whole,) = page.evaluate(WHOLE, [ARABIC, "rtl", [[0, 6]]])
    assert boxes[2][1] == pytest.approx(boxes[1][0], abs=0.5)
    style = "word => parseFloat(getComputedStyle(word).paddingInlineStart) + parseFloat(getComputedStyle(word).paddingInlineEnd)"
    room = sum(page.locator(".text-heatmap .word").nth(place).evaluate(style) for place in (1, 2))
    assert boxes[1][1] - boxes[2][0] - room == pytest.approx(whole[1], abs=0.6)


def test_of_a_pair_each_text_runs_its_own_way(opened: Open) -> None:
    page = text_view(opened, (HEBREW, HEBREW_TOKENS), (ENGLISH, ENGLISH_TOKENS))
    assert page.locator(".text-heatmap p").evaluate_all("all => all.map(each => getComputedStyle(each).direction)") == [
        "rtl",
        "ltr",
    ]


def test_a_link_between_two_hebrew_words_is_told_from_query_to_key(opened: Open) -> None:
    page = opened(show(attention_of(tokens_of((HEBREW, HEBREW_TOKENS)))))
    for x, y in points(region(page), 20):
        page.mouse.move(x, y)
        if page.locator(".tooltip").is_visible() and re.search(r"query (2|3), key (7|8)$", told(page)[1]):
            break
    query, key = (HEBREW_TOKENS[int(number) - 2] for number in re.findall(r"(?:query|key) (\d+)", told(page)[1]))
    headline = page.locator(".tooltip .headline")
    assert (headline.text_content() or "").startswith(f"\u2068{query}\u2069 → \u2068{key}\u2069  ")
    lefts = dict(headline.evaluate(PLACES))
    assert (
        max(lefts[letter] for letter in query)
        < lefts["→"]
        < min(lefts[letter] for letter in key if letter not in query)
    )


def test_that_keys_keep_the_order_of_their_positions_is_said_beside_the_heatmap(opened: Open) -> None:
    sentence = "Keys stand from left to right in the order of their positions"
    for text, said in (((HEBREW, HEBREW_TOKENS), 1), ((ENGLISH, ENGLISH_TOKENS), 0)):
        page = opened(show(attention_of(tokens_of(text))))
        assert page.get_by_text(sentence).count() == said
