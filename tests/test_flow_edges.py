"""What passes along each edge, against all paths of a small network one by one, and against networkx."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import networkx
import numpy as np
import pytest

from attention_viz import Attention, flow, flow_edges
from attention_viz.errors import InputError, SelectionError

LAYERS, TOKENS = 3, 4
Follow = Callable[[np.ndarray, int, int], np.ndarray]


@pytest.fixture
def weights(rng: np.random.Generator) -> np.ndarray:
    """(layer 3, head 2, query 4, key 4), rows sum to 1."""
    return rng.dirichlet(np.full(TOKENS, 0.3), size=(LAYERS, 2, TOKENS))


def mixed(weights: np.ndarray, residual: float = 0.5) -> np.ndarray:
    return residual * np.eye(TOKENS) + (1 - residual) * weights.mean(1)


def paths(n_layers: int, query: int) -> Iterator[tuple[int, ...]]:
    """Every way from an input token to one of the last layer, as the tokens it passes, inputs first."""
    for below in itertools.product(range(TOKENS), repeat=n_layers):
        yield (*below, query)


def by_all_paths(layers: np.ndarray, query: int) -> np.ndarray:
    edges = np.zeros(layers.shape)
    for path in paths(len(layers), query):
        steps = [(layer, path[layer + 1], path[layer]) for layer in range(len(layers))]
        weight = np.prod([layers[step] for step in steps])
        for step in steps:
            edges[step] += weight
    return edges


@pytest.mark.parametrize("query", [0, 3])
def test_an_edge_carries_the_weight_of_all_paths_through_it(rng: np.random.Generator, query: int) -> None:
    layers = rng.uniform(0, 2, size=(LAYERS, TOKENS, TOKENS))  # rows sum to anything
    assert flow_edges.path_edges(layers, query) == pytest.approx(by_all_paths(layers, query))


@pytest.mark.parametrize("residual", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("layer", [0, 2])
def test_rollout_along_edges_is_rollout_path_by_path(weights: np.ndarray, layer: int, residual: float) -> None:
    edges = flow_edges.rollout_edges(weights, 1, layer, residual)
    assert edges == pytest.approx(by_all_paths(mixed(weights, residual)[: layer + 1], 1))
    assert edges[0].sum(axis=0) == pytest.approx(flow.rollout(weights, residual)[layer, 1])


FOLLOWED = [flow_edges.rollout_edges, flow_edges.max_flow_edges]


@pytest.mark.parametrize("follow", FOLLOWED)
@pytest.mark.parametrize("layer", [0, 2])
def test_what_flows_into_a_token_flows_out_of_it(weights: np.ndarray, follow: Follow, layer: int) -> None:
    edges = follow(weights, 2, layer)
    assert edges.shape == (layer + 1, TOKENS, TOKENS)
    assert (edges >= 0).all()
    for each in range(layer):
        assert edges[each].sum(axis=1) == pytest.approx(edges[each + 1].sum(axis=0), abs=1e-8)
    assert edges.sum(axis=(1, 2)) == pytest.approx(np.ones(layer + 1))
    assert edges[layer].sum(axis=1) == pytest.approx(np.eye(TOKENS)[2])


@pytest.mark.parametrize("follow", FOLLOWED)
def test_what_passes_through_a_token_is_what_its_edges_carry(weights: np.ndarray, follow: Follow) -> None:
    edges = follow(weights, 2, 1)
    through = flow_edges.token_flow(edges)
    assert through[0] == pytest.approx(edges[0].sum(axis=0))
    assert through[1:] == pytest.approx(edges.sum(axis=2))


@pytest.mark.parametrize("query", [0, 3])
@pytest.mark.parametrize("residual", [0.0, 0.5])
def test_maximum_flows_carry_what_networkx_says_and_no_edge_more_than_its_width(
    weights: np.ndarray, query: int, residual: float
) -> None:
    layers = mixed(weights, residual)
    graph = networkx.DiGraph()
    for layer, down, across in itertools.product(range(LAYERS), range(TOKENS), range(TOKENS)):
        graph.add_edge((layer + 1, down), (layer, across), capacity=layers[layer, down, across])
    values = [networkx.maximum_flow_value(graph, (LAYERS, query), (0, key)) for key in range(TOKENS)]
    edges = flow_edges.max_flow_edges(weights, query, LAYERS - 1, residual)
    assert edges[0].sum(axis=0) == pytest.approx(np.array(values) / sum(values), abs=1e-6)
    assert (edges * sum(values) <= TOKENS * layers + 1e-6).all()
    assert (edges[layers == 0] == 0).all()


def test_the_maximum_flow_from_one_input_stays_within_the_widths() -> None:
    """A network in which only one input can be reached, so that all that flows is one flow."""
    weights = np.zeros((2, 1, 3, 3))
    weights[:, 0, :, 0] = 1
    edges = flow_edges.max_flow_edges(weights, 2, 1, residual=0)
    assert edges == pytest.approx(
        np.stack([np.outer(np.eye(3)[0], np.eye(3)[0]), np.outer(np.eye(3)[2], np.eye(3)[0])])
    )


def test_of_routes_that_carry_as_much_none_is_preferred_for_its_position() -> None:
    n = 24
    edges = flow_edges.max_flow_edges(np.full((3, 1, n, n), 1 / n), n // 2, 2, residual=0)
    through = np.delete(flow_edges.token_flow(edges)[1], n // 2)
    first, second = through[: n // 2].sum(), through[n // 2 :].sum()
    assert first == pytest.approx(second, rel=0.3)


def test_maximum_flow_along_edges_is_maximum_flow(weights: np.ndarray) -> None:
    edges = flow_edges.max_flow_edges(weights, 1, 2)
    assert edges[0].sum(axis=0) == pytest.approx(flow.max_flow(weights, 1, 2))


def test_maximum_flow_reports_each_token_and_can_be_stopped(weights: np.ndarray) -> None:
    calls: list[tuple[int, int]] = []
    flow_edges.max_flow_edges(weights, 0, 1, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(done, TOKENS) for done in range(1, TOKENS + 1)]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flow_edges.max_flow_edges(weights, 0, 1, progress=stop)


def test_an_attention_is_followed_as_its_weights_are(attention: Attention) -> None:
    weights = np.asarray(attention)
    for follow in FOLLOWED:
        np.testing.assert_array_equal(follow(attention, 2, 1), follow(weights, 2, 1))


@pytest.mark.parametrize("follow", FOLLOWED)
def test_what_does_not_exist_is_refused(weights: np.ndarray, follow: Follow) -> None:
    with pytest.raises(SelectionError, match="no layer index 3"):
        follow(weights, 0, 3)
    with pytest.raises(SelectionError, match="no token index 4"):
        follow(weights, 4, 0)
    with pytest.raises(InputError, match="only self-attention"):
        follow(np.full((1, 1, 3, 5), 0.2), 0, 0)


def test_too_long_a_text_for_max_flow_is_told_the_limit() -> None:
    n = flow.FLOW_LIMIT + 3
    with pytest.raises(InputError, match=r"259 tokens.*up to 256.*by 3"):
        flow_edges.max_flow_edges(np.full((1, 1, n, n), 1 / n), 0, 0)
