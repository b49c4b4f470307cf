from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Tokens, measures
from attention_viz.measures.relations import is_cls, is_sep


def relation(name: str, queries: Tokens, keys: Tokens | None = None) -> set[tuple[int, int]]:
    return {tuple(pair) for pair in np.argwhere(measures.relations(queries, keys, names=(name,))[0]).tolist()}


def test_previous_next_and_self_are_the_diagonals(pair: Tokens) -> None:
    assert relation("previous", pair) == {(i, i - 1) for i in range(1, 12)}
    assert relation("next", pair) == {(i, i + 1) for i in range(11)}
    assert relation("self", pair) == {(i, i) for i in range(12)}


def test_the_same_token_is_another_occurrence_and_no_special_one(pair: Tokens) -> None:
    assert relation("same_token", pair) == {(1, 4), (4, 1), (2, 9), (9, 2)}


def test_keys_of_a_kind_count_from_every_query(pair: Tokens) -> None:
    for name, expected in {"cls": {0}, "sep": {7, 11}, "punctuation": {3, 6, 10}, "stop": {3, 6}}.items():
        assert relation(name, pair) == {(query, key) for query in range(12) for key in expected}, name


def test_segments_leave_special_keys_out(pair: Tokens) -> None:
    first, second = range(1, 7), range(8, 11)
    assert relation("other_segment", pair) == (
        {(i, j) for i in range(8) for j in second} | {(i, j) for i in range(8, 12) for j in first}
    )
    assert relation("own_segment", pair) == (
        {(i, j) for i in range(8) for j in first} | {(i, j) for i in range(8, 12) for j in second}
    )


def test_rows_of_a_long_text_can_be_had_alone(pair: Tokens) -> None:
    whole = measures.relations(pair)
    assert (measures.relations(pair, rows=slice(3, 8)) == whole[:, 3:8]).all()


def test_between_two_texts_positions_mean_nothing_and_tokens_still_do(pair: Tokens) -> None:
    other = Tokens.plain(["<s>", "cat", "</s>"])
    assert measures.relations(pair, other, names=("previous", "self", "distance")).sum() == 0
    assert relation("same_token", pair, other) == {(2, 1), (9, 1)}


@pytest.mark.parametrize(
    ("texts", "opening", "closing"),
    [
        (("[CLS]", "a", "[SEP]", "[PAD]"), [0], [2]),
        (("<s>", "a", "</s>", "</s>", "b", "</s>"), [0], [2, 3, 5]),
        (("a", "</s>"), [], [1]),
        (("a", "b"), [], []),
        (("a", "<sep>", "<cls>"), [2], [1]),
    ],
)
def test_opening_and_closing_tokens_are_found_in_every_spelling(
    texts: tuple[str, ...], opening: list[int], closing: list[int]
) -> None:
    n = len(texts)
    special = tuple(text[0] in "[<" for text in texts)
    tokens = Tokens(texts, texts, special, (False,) * n, (0,) * n, tuple(range(n)), ((0, 0),) * n)
    assert np.flatnonzero(is_cls(tokens)).tolist() == opening
    assert np.flatnonzero(is_sep(tokens)).tolist() == closing


def test_full_width_stops_of_chinese_count_as_stops() -> None:
    tokens = Tokens.plain(["好", "，", "好", "。", "！"])
    assert relation("stop", tokens) == {(query, key) for query in range(5) for key in (1, 3)}
