"""Every share against a plain loop over the cells, with Clark's denominator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from attention_viz import Tokens, measures
from attention_viz.errors import InputError


def looped(weights: np.ndarray, counts: Callable[[int, int], float]) -> np.ndarray:
    """Sum of weight * counts(query, key) over all cells, divided by n, head by head."""
    n = weights.shape[-1]
    held = np.zeros(weights.shape[:-2])
    for place in np.ndindex(held.shape):
        for query in range(n):
            for key in range(n):
                held[place] += weights[place][query, key] * counts(query, key)
    return held / n


def test_positional_shares_are_their_loops(heads: np.ndarray) -> None:
    assert measures.previous_share(heads) == pytest.approx(looped(heads, lambda i, j: j == i - 1))
    assert measures.next_share(heads) == pytest.approx(looped(heads, lambda i, j: j == i + 1))
    assert measures.self_share(heads) == pytest.approx(looped(heads, lambda i, j: i == j))
    assert measures.mean_distance(heads) == pytest.approx(looped(heads, lambda i, j: abs(i - j)))


def test_shares_by_token_are_their_loops(heads: np.ndarray, pair: Tokens) -> None:
    special, segments, texts = pair.special, pair.segments, pair.texts
    cases: dict[Callable[..., np.ndarray], Callable[[int, int], float]] = {
        measures.cls_share: lambda i, j: j == 0,
        measures.sep_share: lambda i, j: j in (7, 11),
        measures.punctuation_share: lambda i, j: texts[j] in {",", ".", "!"},
        measures.stop_share: lambda i, j: texts[j] in {",", "."},
        measures.same_token_share: lambda i, j: i != j and texts[i] == texts[j] and not special[j],
        measures.own_segment_share: lambda i, j: segments[i] == segments[j] and not special[j],
        measures.other_segment_share: lambda i, j: segments[i] != segments[j] and not special[j],
    }
    for measure, counts in cases.items():
        assert measure(heads, pair) == pytest.approx(looped(heads, counts)), measure.__name__


def test_the_denominator_is_n_and_not_n_minus_1() -> None:
    always_previous = np.eye(5, k=-1)
    always_previous[0, 0] = 1
    assert measures.previous_share(always_previous) == pytest.approx(4 / 5)


def test_sep_sep_divides_by_the_sep_and_rest_sep_by_the_rest(heads: np.ndarray, pair: Tokens) -> None:
    sep, head = [7, 11], heads[0, 1]
    rest = [query for query in range(12) if query not in sep]
    by_hand = sum(head[i, j] for i in sep for j in sep) / 2, sum(head[i, j] for i in rest for j in sep) / (12 - 2)
    assert measures.sep_sep(heads, pair)[0, 1] == pytest.approx(by_hand[0])
    assert measures.rest_sep(heads, pair)[0, 1] == pytest.approx(by_hand[1])


def test_uniform_attention_has_the_shares_that_counting_gives(pair: Tokens) -> None:
    uniform = np.full((12, 12), 1 / 12)
    assert measures.sep_share(uniform, pair) == pytest.approx(2 / 12)
    assert measures.previous_share(uniform) == pytest.approx(11 / 144)
    assert measures.mean_distance(uniform) == pytest.approx((12 * 12 - 1) / (3 * 12))


def test_a_text_without_sep_has_a_share_of_0_and_no_sep_sep() -> None:
    tokens = Tokens.plain(["a", "b"])
    weights = np.full((2, 2), 0.5)
    assert measures.sep_share(weights, tokens) == 0
    assert np.isnan(measures.sep_sep(weights, tokens))
    assert measures.rest_sep(weights, tokens) == 0


def test_padding_rows_are_not_in_the_denominator() -> None:
    weights = np.zeros((4, 4))
    weights[:2, :2] = [[0.25, 0.75], [0.5, 0.5]]
    assert measures.self_share(weights) == pytest.approx((0.25 + 0.5) / 2)
    assert np.isnan(measures.self_share(np.zeros((2, 2))))


@pytest.mark.parametrize("n", [1, 2])
def test_the_shortest_texts_have_shares(n: int) -> None:
    weights = np.full((n, n), 1 / n)
    assert measures.self_share(weights) == pytest.approx(1 / n)
    assert measures.previous_share(weights) == pytest.approx((n - 1) / n**2)


def test_positions_between_two_texts_are_refused_with_a_sentence() -> None:
    with pytest.raises(InputError, match=r"3 queries and 5 keys.*self-attention"):
        measures.previous_share(np.full((3, 5), 0.2))


def test_tokens_that_do_not_fit_are_refused_with_both_counts(pair: Tokens) -> None:
    with pytest.raises(InputError, match="3 x 3, but there are 12"):
        measures.cls_share(np.eye(3), pair)
