from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Attention, Tokens, measures
from attention_viz.errors import InputError


def test_a_minimal_pair_aligns_token_by_token() -> None:
    one, other = Tokens.plain(["the", "cat", "sat"]), Tokens.plain(["the", "dog", "sat"])
    assert [side.tolist() for side in measures.aligned(one, other)] == [[0, 1, 2], [0, 1, 2]]


def test_an_inserted_token_has_no_partner() -> None:
    one, other = Tokens.plain(["the", "cat", "sat"]), Tokens.plain(["the", "big", "cat", "sat"])
    assert [side.tolist() for side in measures.aligned(one, other)] == [[0, 1, 2], [0, 2, 3]]


def test_change_is_the_share_of_attention_that_went_elsewhere() -> None:
    one, other = np.eye(3), np.eye(3)[[0, 2, 1]]
    assert measures.change(one, other) == pytest.approx(2 / 3)
    assert measures.change(one, one) == 0


def test_heads_are_ranked_by_how_much_they_changed(heads: np.ndarray, pair: Tokens) -> None:
    other = heads.copy()
    other[1, 0] = np.eye(12)
    ranked = measures.ranked_changes(Attention.from_weights(heads, pair), Attention.from_weights(other, pair))
    assert (ranked[0].layer, ranked[0].head) == (1, 0)
    assert ranked[0].change == pytest.approx((1 - np.diagonal(heads[1, 0])).mean(), abs=1e-6)
    assert [each.change for each in ranked[1:]] == [0] * 5


def test_texts_of_different_length_are_compared_on_what_they_share(rng: np.random.Generator) -> None:
    whole = rng.dirichlet(np.ones(4), size=4)
    part = rng.dirichlet(np.ones(3), size=3)
    one = Attention.from_weights(part[None, None], ["a", "b", "c"])
    other = Attention.from_weights(whole[None, None], ["a", "x", "b", "c"])
    shared = whole[np.ix_([0, 2, 3], [0, 2, 3])]
    expected = np.mean(
        [sum(abs(p - q) for p, q in zip(*rows, strict=True)) / 2 for rows in zip(part, shared, strict=True)]
    )
    assert measures.ranked_changes(one, other)[0].change == pytest.approx(expected, abs=1e-6)


def test_models_of_another_shape_and_texts_with_nothing_in_common_are_refused() -> None:
    one = Attention.from_weights(np.ones((1, 1, 1, 1)), ["a"])
    with pytest.raises(InputError, match="1, 1"):
        measures.ranked_changes(one, Attention.from_weights(np.ones((2, 1, 1, 1)), ["a"]))
    longer = Attention.from_weights(np.full((1, 1, 2, 2), 0.5), ["b", "c"])
    with pytest.raises(InputError, match="share no token"):
        measures.ranked_changes(one, longer)


def test_readings_of_two_sizes_are_refused() -> None:
    with pytest.raises(InputError, match="2 x 2 and 3 x 3"):
        measures.change(np.eye(2), np.eye(3))
