"""Two readings side by side: every token has one place, and a place is the same token on both sides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz import Attention
from attention_viz.measures.changes import aligned
from attention_viz.measures.sides import laid_out, layer_changes, ranked_against, slots
from attention_viz.tokens import Tokens

TEXTS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=8).map(Tokens.plain)


def test_a_minimal_pair_shares_every_place() -> None:
    assert slots(Tokens.plain(["it", "is", "tired"]), Tokens.plain(["it", "is", "wide"])) == ((0, 0), (1, 1), (2, 2))


def test_a_word_more_has_a_place_of_its_own() -> None:
    one, other = Tokens.plain(["they", "are", "happy"]), Tokens.plain(["they", "are", "not", "happy"])
    assert slots(one, other) == ((0, 0), (1, 1), (None, 2), (2, 3))
    assert slots(other, one) == ((0, 0), (1, 1), (2, None), (3, 2))


@given(TEXTS, TEXTS)
def test_every_token_of_both_texts_has_one_place_in_order(one: Tokens, other: Tokens) -> None:
    found = slots(one, other)
    assert [each for each, _ in found if each is not None] == list(range(len(one)))
    assert [each for _, each in found if each is not None] == list(range(len(other)))
    partners = [each for each in found if None not in each]
    assert partners == list(zip(*(side.tolist() for side in aligned(one, other)), strict=True))


def test_weights_lie_where_their_tokens_do_and_nothing_lies_elsewhere(rng: np.random.Generator) -> None:
    weights = rng.random((2, 3)).astype(np.float32)
    rows, columns = [None, 0, 1], [0, None, 1, 2]
    spread = laid_out(weights, rows, columns)
    for i, query in enumerate(rows):
        for j, key in enumerate(columns):
            if query is None or key is None:
                assert np.isnan(spread[i, j])
            else:
                assert spread[i, j] == weights[query, key]


def test_heads_are_ranked_by_the_distance_of_their_rows(attention: Attention) -> None:
    found = ranked_against(attention, 1, 2)
    assert (found[-1].layer, found[-1].head, found[-1].change) == (1, 2, 0)
    for each in found:
        rows = zip(attention.weights(each.layer, each.head), attention.weights(1, 2), strict=True)
        distances = [sum(abs(a - b) for a, b in zip(one, other, strict=True)) / 2 for one, other in rows]
        assert each.change == pytest.approx(sum(distances) / len(distances), abs=1e-6)
    assert [each.change for each in found] == sorted((each.change for each in found), reverse=True)
    assert len(found) == 6


def test_layers_are_compared_by_the_mean_of_their_heads(attention: Attention) -> None:
    means = [sum(attention.weights(layer, head) for head in range(3)) / 3 for layer in range(2)]
    expected = np.abs(means[1] - means[0]).sum(-1).mean() / 2
    assert layer_changes(attention, 0) == pytest.approx([0, expected], abs=1e-6)


def test_a_layer_without_weights_is_no_rival(hybrid: Attention) -> None:
    assert {each.layer for each in ranked_against(hybrid, 1, 0)} == {1, 4}
    found = layer_changes(hybrid, 1)
    assert np.isnan(found).tolist() == [True, False, True, True, False]
    assert (found[1], found[4]) == (
        0,
        pytest.approx(np.abs(hybrid.weights(1).mean(0) - hybrid.weights(4).mean(0)).sum() / 8),
    )
