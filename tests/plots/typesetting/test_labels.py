"""Tokens as labels: short enough, thin enough."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz import Tokens
from attention_viz.plots.typesetting.labels import LINE, LONGEST, label, thinned, written


def columns(text: str) -> int:
    wide = {"W": 2, "F": 2}
    return sum(wide.get(unicodedata.east_asian_width(each), 1) for each in text if unicodedata.category(each)[0] != "M")


@pytest.mark.parametrize("token", ["tired", "##ing", "[CLS]", "$x$", "sixteen_columns!"])
def test_a_short_token_is_written_as_it_is(token: str) -> None:
    assert written(token)[0] == token


def test_a_long_token_keeps_its_beginning_and_its_end() -> None:
    drawn = written("Donaudampfschifffahrtsgesellschaft")[0]
    assert drawn.startswith("Donaudam")
    assert drawn.endswith("lschaft")
    assert "…" in drawn


@pytest.mark.parametrize(("token", "shown"), [("Ġcat", "␣cat"), ("▁cat", "␣cat"), ("Ċ", "↵"), ("\t", "⇥")])
def test_the_space_of_a_tokenizer_is_the_mark_that_the_live_view_shows(token: str, shown: str) -> None:
    assert label(Tokens.plain(["Ġa", token]), 1).text == shown


def test_an_empty_token_is_two_quotes() -> None:
    assert written("")[0] == '""'


def test_a_character_keeps_two_of_its_combining_marks() -> None:
    assert written("e" + "\u0301" * 40)[0] == "e\u0301\u0301"


@given(st.text())
def test_no_label_is_empty_or_longer_than_it_may_be(token: str) -> None:
    drawn = written(token)[0]
    assert drawn
    assert columns(drawn) <= LONGEST


def test_special_tokens_are_quiet() -> None:
    tokens = Tokens.plain(["[CLS]", "a"])
    assert [label(tokens, position).quiet for position in (0, 1)] == [True, False]


@given(n=st.integers(1, 700), cell=st.floats(0.5, 60), size=st.floats(6, 16))
def test_lines_of_labels_never_overlap_and_no_more_are_left_out_than_must(n: int, cell: float, size: float) -> None:
    labels, every = thinned(Tokens.plain(["t"] * n), range(n), cell, size)
    assert [each.position for each in labels] == list(range(0, n, every))
    assert every * cell >= LINE * size - 1e-9
    assert every == 1 or (every - 1) * cell < LINE * size
