"""What is left out of a ranking, what share it took, and who is read most."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz import Attention, TopToken, removed_share, top_attended
from attention_viz.attention import Tokens
from attention_viz.errors import SelectionError
from attention_viz.filters import kept, leave_out, received, seen

TOKENS = ["[CLS]", "the", "cat", ",", "the", "[SEP]"]
WEIGHTS = np.array(
    [
        [0.50, 0.10, 0.20, 0.00, 0.10, 0.10],
        [0.00, 0.00, 0.00, 0.00, 0.00, 1.00],
        [0.25, 0.25, 0.25, 0.00, 0.00, 0.25],
        [0.00, 0.20, 0.00, 0.60, 0.20, 0.00],
        [0.10, 0.10, 0.40, 0.20, 0.10, 0.10],
        [0.05, 0.25, 0.35, 0.00, 0.20, 0.15],
    ]
)
"""Means over queries: 0.15, 0.15, 0.20, 0.1333, 0.10, 0.2667."""


@pytest.fixture
def cat() -> Attention:
    return Attention.from_weights(WEIGHTS, TOKENS)


def places(ranking: list[TopToken]) -> list[int]:
    return [each.position for each in ranking]


def test_the_most_read_tokens_come_first_by_their_mean_over_queries(cat: Attention) -> None:
    ranking = top_attended(cat, 0, 0, k=3)
    assert [(each.position, each.token) for each in ranking] == [(5, "[SEP]"), (2, "cat"), (0, "[CLS]")]
    assert [each.weight for each in ranking] == pytest.approx([1.6 / 6, 0.2, 0.15])


def test_of_equal_tokens_the_earlier_comes_first_and_both_the_are_listed(cat: Attention) -> None:
    ranking = top_attended(cat, 0, 0, k=6)
    assert places(ranking) == [5, 2, 0, 1, 3, 4]
    assert [each.position for each in ranking if each.token == "the"] == [1, 4]


def test_k_beyond_the_text_lists_every_token_once(cat: Attention) -> None:
    assert sorted(places(top_attended(cat, 0, 0, k=1000))) == list(range(6))


def test_left_out_kinds_are_not_listed_and_the_others_keep_their_weight(cat: Attention) -> None:
    ranking = top_attended(cat, 0, 0, exclude=("special", "punctuation"))
    assert places(ranking) == [2, 1, 4]
    assert [each.weight for each in ranking] == pytest.approx([0.2, 0.15, 0.1])


def test_renormalising_makes_each_querys_kept_weights_sum_to_one_before_the_mean(cat: Attention) -> None:
    ranking = top_attended(cat, 0, 0, exclude=("special", "punctuation"), renormalise=True)
    # rows on (the, cat, the): 1/4 2/4 1/4 | nothing | 1/2 1/2 0 | 1/2 0 1/2 | 1/6 4/6 1/6 | 5/16 7/16 4/16
    expected = {
        1: (1 / 4 + 1 / 2 + 1 / 2 + 1 / 6 + 5 / 16) / 6,
        2: (2 / 4 + 1 / 2 + 0 + 4 / 6 + 7 / 16) / 6,
        4: (1 / 4 + 0 + 1 / 2 + 1 / 6 + 4 / 16) / 6,
    }
    assert {each.position: each.weight for each in ranking} == pytest.approx(expected)


def test_the_removed_share_is_what_the_left_out_keys_took(cat: Attention) -> None:
    assert removed_share(cat, 0, 0, ["special"]) == pytest.approx((0.6 + 1.0 + 0.5 + 0.0 + 0.2 + 0.2) / 6)
    assert removed_share(cat, 0, 0, ["special", "punctuation"]) == pytest.approx((0.6 + 1 + 0.5 + 0.6 + 0.4 + 0.2) / 6)
    assert removed_share(cat, 0, 0, ()) == 0


def test_a_text_of_specials_alone_leaves_an_empty_ranking() -> None:
    attention = Attention.from_weights(np.full((2, 2), 0.5), ["[CLS]", "[SEP]"])
    assert top_attended(attention, 0, 0, exclude=("special",), renormalise=True) == []
    assert removed_share(attention, 0, 0, ("special",)) == pytest.approx(1)


def test_the_ranking_is_of_keys_where_queries_and_keys_are_different_tokens() -> None:
    attention = Attention.from_weights(np.array([[0.1, 0.2, 0.7], [0.5, 0.2, 0.3]]), ["a", "b"], ["x", "y", "z"])
    assert [each.token for each in top_attended(attention, 0, 0)] == ["z", "x", "y"]


@pytest.mark.parametrize("k", [0, -3])
def test_no_token_at_all_cannot_be_asked_for(cat: Attention, k: int) -> None:
    with pytest.raises(SelectionError, match=f"k is {k}"):
        top_attended(cat, 0, 0, k=k)


@pytest.mark.parametrize("exclude", ["special", ["verbs"], ("special", "verbs")])
def test_an_unknown_kind_or_a_bare_string_is_refused_with_the_choices(cat: Attention, exclude: object) -> None:
    with pytest.raises(SelectionError, match="choose among special, punctuation"):
        top_attended(cat, 0, 0, exclude=exclude)  # type: ignore[arg-type]


def test_an_empty_exclusion_keeps_everything() -> None:
    assert kept(Tokens.plain(TOKENS), ()).tolist() == [True] * 6
    assert kept(Tokens.plain(TOKENS), ("special",)).tolist() == [False, True, True, True, True, False]
    assert kept(Tokens.plain(TOKENS), ("punctuation",)).tolist() == [True, True, True, False, True, True]


@given(
    weights=arrays.arrays(np.float32, (3, 4, 5), elements=st.floats(0, 1, width=32)),
    keep=arrays.arrays(bool, 5),
)
def test_renormalised_rows_sum_to_one_or_keep_nothing_and_hold_their_proportions(
    weights: np.ndarray, keep: np.ndarray
) -> None:
    remaining = leave_out(weights, keep)
    renormalised = leave_out(weights, keep, renormalise=True)
    assert not remaining[..., ~keep].any()
    np.testing.assert_array_equal(remaining[..., keep], weights[..., keep])
    has_share = remaining.sum(-1) > 0
    np.testing.assert_allclose(renormalised.sum(-1)[has_share], 1, rtol=1e-5)
    assert not renormalised[~has_share].any()
    assert not renormalised[..., ~keep].any()
    shares = np.broadcast_to(remaining.sum(-1, keepdims=True), weights.shape)
    np.testing.assert_allclose(renormalised * shares, remaining, atol=1e-6)


def test_a_key_receives_the_mean_of_all_queries_or_the_sum_of_some(cat: Attention) -> None:
    np.testing.assert_allclose(received(cat, 0, 0), WEIGHTS.mean(axis=0), atol=1e-7)
    np.testing.assert_allclose(received(cat, 0, 0, [4, 1, 4]), WEIGHTS[1] + WEIGHTS[4], atol=1e-7)
    with pytest.raises(SelectionError, match="no query 6"):
        received(cat, 0, 0, [6])


def test_of_a_long_text_every_strip_is_counted(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(7), size=1300).astype(np.float32)
    attention = Attention.from_weights(weights, [str(n) for n in range(1300)], list("abcdefg"))
    np.testing.assert_allclose(received(attention, 0, 0), weights.mean(axis=0, dtype=np.float64))
    chosen = [3, 511, 512, 1299]
    np.testing.assert_allclose(received(attention, 0, 0, chosen), weights[chosen].sum(axis=0, dtype=np.float64))


@pytest.mark.parametrize(("pairs", "reads", "read"), [("AA", 0, 0), ("AB", 0, 3), ("BA", 3, 0), ("BB", 3, 3)])
def test_of_a_pair_the_mean_is_over_those_who_read_and_only_those_who_are_read_are_listed(
    pairs: str, reads: int, read: int
) -> None:
    tokens = replace(Tokens.plain(TOKENS), segments=(0, 0, 0, 1, 1, 1))
    pair = Attention.from_weights(WEIGHTS, tokens)
    block = WEIGHTS[reads : reads + 3, read : read + 3]
    wanted = np.zeros(6)
    wanted[read : read + 3] = block.mean(axis=0)
    np.testing.assert_allclose(received(pair, 0, 0, pairs=pairs), wanted, atol=1e-7)
    ranking = top_attended(pair, 0, 0, k=6, pairs=pairs)
    assert sorted(places(ranking)) == [read, read + 1, read + 2]
    assert [each.weight for each in ranking] == pytest.approx(sorted(block.mean(axis=0), reverse=True))
    summed = top_attended(pair, 0, 0, k=1, queries=[0, 5], pairs=pairs)
    row = block[0] if reads == 0 else block[2]
    assert summed[0].weight == pytest.approx(row.max())


def test_what_is_left_to_look_at_knows_what_may_be_read(attention: Attention) -> None:
    class Causal:
        """The weights of another source, and a mask without later keys."""

        name, heads, nbytes = "causal", attention.source.heads, 0
        tile = staticmethod(attention.tile)

        @staticmethod
        def readable(layer: int, queries: slice, keys: slice) -> np.ndarray:
            return np.tri(4, dtype=bool)[queries, keys]

    masked = attention.with_source(lambda _: Causal(), attention.query_tokens, attention.key_tokens)
    np.testing.assert_array_equal(seen(masked, ["special"]).readable(0), np.tri(4, dtype=bool))


def test_keys_that_the_queries_cannot_read_are_not_listed(cat: Attention) -> None:
    causal = replace(cat, causal=True)
    assert sorted(places(top_attended(causal, 0, 0, k=6, queries=np.array([0, 2])))) == [0, 1, 2]
    assert sorted(places(top_attended(causal, 0, 0, k=6))) == list(range(6))
    pair = Attention.from_weights(WEIGHTS, replace(Tokens.plain(TOKENS), segments=(0, 0, 0, 1, 1, 1)))
    assert top_attended(pair, 0, 0, queries=[1], pairs="BA") == [], "the query is not of the text that reads"
