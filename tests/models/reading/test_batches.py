"""Texts of one pass are of like length, few enough for the memory; all are read once."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.models.reading import batches


@given(st.lists(st.integers(1, 3000)))
def test_every_text_is_in_one_batch_that_is_small_or_its_own(lengths: list[int]) -> None:
    found = list(batches.batches(lengths, [False] * len(lengths)))
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[place] for place in batch) <= batches.AT_ONCE
    in_order = [lengths[place] for batch in found for place in batch]
    assert in_order == sorted(lengths)


def test_a_text_that_must_be_alone_is() -> None:
    assert list(batches.batches([5, 4, 5], [False, True, False])) == [[1], [0, 2]]


def test_texts_are_held_until_they_are_many_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AHEAD", 10)
    taken: list[Any] = []

    def texts() -> Iterator[Any]:
        for n in (3, 3, 6, 20, 1):
            taken.append(n)
            yield SimpleNamespace(tokens=range(n))

    held = batches.ahead(texts())
    assert [len(each.tokens) for each in next(held)] == [3, 3, 6]
    assert taken == [3, 3, 6]
    assert [[len(each.tokens) for each in some] for some in held] == [[20], [1]]
