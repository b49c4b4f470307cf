"""Ribbons are the strongest edges, and what is cut off is said."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz import flow_edges
from attention_viz.view import ribbons


def edges_of(rng: np.random.Generator, n: int, n_layers: int = 3) -> np.ndarray:
    return flow_edges.rollout_edges(rng.dirichlet(np.full(n, 0.2), size=(n_layers, 1, n)), n - 1, n_layers - 1)


def test_of_a_short_text_every_edge_that_can_be_seen_is_drawn_the_strongest_first(rng: np.random.Generator) -> None:
    edges = edges_of(rng, 5)
    drawn = ribbons.plain(ribbons.strongest(edges), range(5))
    shares = [share for *_, share in drawn["edges"]]
    assert shares == sorted(shares, reverse=True)
    assert {(layer, query, key) for layer, query, key, _ in drawn["edges"]} == set(
        zip(*(axis.tolist() for axis in np.nonzero(edges >= ribbons.FAINTEST)), strict=True)
    )
    for layer, query, key, share in drawn["edges"]:
        assert share == pytest.approx(edges[layer, query, key], abs=1e-6)
    assert drawn["through"] == pytest.approx(flow_edges.token_flow(edges), abs=1e-6)
    assert drawn["drawn"] == pytest.approx(edges[edges >= ribbons.FAINTEST].sum() / 3, abs=1e-4)
    assert drawn["least"] == shares[-1]


def test_of_a_long_text_the_tokens_through_which_most_passes_are_drawn_and_the_query(rng: np.random.Generator) -> None:
    n = 3 * ribbons.MOST_TOKENS
    first, second = (ribbons.strongest(edges_of(rng, n)) for _ in range(2))
    tokens = ribbons.drawn_tokens([first, second], n, 7)
    assert tokens == sorted(set(tokens))
    assert len(tokens) == ribbons.MOST_TOKENS
    assert 7 in tokens
    most = np.maximum(first.through[:-1].max(0), second.through[:-1].max(0))
    left_out = sorted(set(range(n)) - set(tokens))
    assert most[left_out].max() <= np.sort(most[tokens])[1]
    drawn = ribbons.plain(first, tokens)
    assert len(drawn["edges"]) <= ribbons.MOST_RIBBONS
    for layer, query, key, share in drawn["edges"]:
        at = np.flatnonzero((first.edges == [layer, tokens[query], tokens[key]]).all(1))
        assert first.shares[at] == pytest.approx([share], abs=1e-6)
    assert drawn["drawn"] < 1


@pytest.mark.parametrize("n", [3, 3 * ribbons.MOST_TOKENS])
def test_where_no_reading_is_there_the_first_tokens_stand_with_the_query(n: int) -> None:
    tokens = ribbons.drawn_tokens([], n, n - 1)
    assert tokens[-1] == n - 1
    assert len(tokens) == min(n, ribbons.MOST_TOKENS)


def test_where_nothing_passes_nothing_is_drawn() -> None:
    drawn = ribbons.plain(ribbons.strongest(np.zeros((2, 3, 3))), range(3))
    assert (drawn["edges"], drawn["drawn"], drawn["least"]) == ([], 0, 0)
