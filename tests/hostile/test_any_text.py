"""Any text at all goes through everything: no error but our own, nothing runs, and what is written reads back the same.

The long form puts more than ten thousand texts to these claims, in some minutes: pytest tests/hostile -m slow
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import drawn_claims as drawn
import pytest
import read_claims as read
import value_claims as values
from texts import each_of

from attention_viz import Model


class Way(NamedTuple):
    """A claim, and how many texts meet it each time and in the long form."""

    claim: Callable[[str], None]
    few: int
    many: int


VALUES = {
    "words": Way(values.survives_words, 200, 1_500),
    "frame": Way(values.survives_the_frame, 200, 1_500),
    "csv": Way(values.survives_a_table, 200, 1_500),
    "npz": Way(values.survives_an_archive, 150, 1_000),
    "state file": Way(values.survives_a_state_file, 200, 1_500),
    "address": Way(values.survives_an_address, 200, 1_500),
    "markdown": Way(values.survives_markdown, 200, 1_500),
    "sentence": Way(values.survives_a_sentence, 200, 1_500),
    "file name": Way(values.survives_a_file_name, 150, 1_000),
    "table on the page": Way(values.survives_a_small_table, 150, 1_000),
    "plots": Way(drawn.is_drawn, 3, 200),
    "png": Way(drawn.is_a_png, 3, 200),
    "svg": Way(drawn.is_an_svg, 3, 200),
    "pdf": Way(drawn.is_a_pdf, 3, 200),
    "saved page": Way(drawn.is_a_page, 40, 300),
}
READERS = read.readers()
MODELS = ("word pieces", "byte pieces", "sentence pieces", "bytes", "two halves")
READ = {
    "read": (read.is_read, 12, 300),
    "read as a pair": (read.is_read_as_a_pair, 6, 150),
    "ranked": (read.is_ranked, 10, 150),
    "read without heads": (read.is_read_without_heads, 5, 150),
}
SLOW = 900
"""Seconds that the long form of one claim may take."""


def through(claim: Callable[[str], None], cases: int) -> None:
    """So many texts, and no fewer, meet the claim."""
    assert each_of(cases, claim) == cases


@pytest.mark.parametrize("way", VALUES)
def test_a_text_is_carried_and_written(way: str) -> None:
    through(VALUES[way].claim, VALUES[way].few)


@pytest.mark.parametrize("kind", READERS)
def test_a_text_is_cut_into_its_parts_by_every_family_of_tokenizers(kind: str) -> None:
    through(read.is_cut(READERS[kind]), 150)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("way", READ)
def test_a_text_is_read_and_said(way: str, kind: str, models: dict[str, Model]) -> None:
    claim, few, _ = READ[way]
    through(claim(models[kind]), few)


@pytest.mark.parametrize("claim", [read.is_taken_apart, read.is_on_a_worksheet])
def test_a_text_is_taken_apart_and_printed(claim: Callable, models: dict[str, Model]) -> None:
    through(claim(models["word pieces"]), 5)


def test_the_texts_reach_every_plane_of_unicode_and_every_danger() -> None:
    planes: set[int] = set()
    each_of(500, lambda text: planes.update(ord(character) >> 16 for character in text))
    assert planes == set(range(17))


@pytest.mark.slow
def test_the_long_form_has_more_than_ten_thousand_cases() -> None:
    alone = sum(way.many for way in VALUES.values()) + 1_000 * len(READERS) + 2 * 100
    assert alone + len(MODELS) * sum(many for _, _, many in READ.values()) > 10_000


@pytest.mark.slow
@pytest.mark.timeout(SLOW)
@pytest.mark.parametrize("way", VALUES)
def test_many_texts_are_carried_and_written(way: str) -> None:
    through(VALUES[way].claim, VALUES[way].many)


@pytest.mark.slow
@pytest.mark.timeout(SLOW)
@pytest.mark.parametrize("kind", READERS)
def test_many_texts_are_cut_into_their_parts(kind: str) -> None:
    through(read.is_cut(READERS[kind]), 1_000)


@pytest.mark.slow
@pytest.mark.timeout(SLOW)
@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("way", READ)
def test_many_texts_are_read_and_said(way: str, kind: str, models: dict[str, Model]) -> None:
    claim, _, many = READ[way]
    through(claim(models[kind]), many)


@pytest.mark.slow
@pytest.mark.timeout(SLOW)
@pytest.mark.parametrize("claim", [read.is_taken_apart, read.is_on_a_worksheet])
def test_many_texts_are_taken_apart_and_printed(claim: Callable, models: dict[str, Model]) -> None:
    through(claim(models["word pieces"]), 100)
