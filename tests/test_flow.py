"""Rollout and max-flow against closed forms, plain loops and networkx."""

from __future__ import annotations

import networkx
import numpy as np
import pytest

from attention_viz import Attention, flow
from attention_viz.errors import InputError, SelectionError


@pytest.fixture
def weights(rng: np.random.Generator) -> np.ndarray:
    """(layer 3, head 2, query 5, key 5), rows sum to 1."""
    return rng.dirichlet(np.full(5, 0.3), size=(3, 2, 5))


def mixed(weights: np.ndarray, residual: float) -> list[list[list[float]]]:
    """The residual and the mean over heads, cell by cell."""
    n_layers, n_heads, n, _ = weights.shape
    return [
        [
            [
                residual * (query == key)
                + (1 - residual) * sum(weights[layer][head][query][key] for head in range(n_heads)) / n_heads
                for key in range(n)
            ]
            for query in range(n)
        ]
        for layer in range(n_layers)
    ]


@pytest.mark.parametrize("residual", [0.0, 0.3, 0.5, 1.0])
def test_rollout_is_the_sum_over_all_paths(weights: np.ndarray, residual: float) -> None:
    layers = mixed(weights, residual)
    rolled = flow.rollout(weights, residual)
    for query in range(5):
        for key in range(5):
            paths = sum(layers[2][query][a] * layers[1][a][b] * layers[0][b][key] for a in range(5) for b in range(5))
            assert rolled[2, query, key] == pytest.approx(paths, abs=1e-9)
    assert rolled[0] == pytest.approx(np.array(layers[0]), abs=1e-9)


def test_rows_of_rollout_sum_to_1(weights: np.ndarray) -> None:
    assert flow.rollout(weights).sum(-1) == pytest.approx(np.ones((3, 5)))


def test_identity_attention_rolls_out_to_the_identity() -> None:
    assert flow.rollout(np.tile(np.eye(4), (3, 2, 1, 1))) == pytest.approx(np.tile(np.eye(4), (3, 1, 1)))


def test_uniform_attention_rolls_out_to_its_closed_form() -> None:
    rolled = flow.rollout(np.full((6, 2, 4, 4), 1 / 4))
    for layers in range(1, 7):
        assert rolled[layers - 1] == pytest.approx(0.5**layers * np.eye(4) + (1 - 0.5**layers) / 4)


def test_all_residual_is_the_identity(weights: np.ndarray) -> None:
    assert flow.rollout(weights, residual=1)[-1] == pytest.approx(np.eye(5))


def test_layers_may_differ_in_heads(weights: np.ndarray) -> None:
    ragged = [weights[0], weights[1, :1], weights[2]]
    even = np.stack([weights[0], np.repeat(weights[1, :1], 2, axis=0), weights[2]])
    assert flow.rollout(ragged) == pytest.approx(flow.rollout(even))


def test_a_single_head_at_the_top_rolls_out_over_the_layers_below(weights: np.ndarray) -> None:
    top = 0.5 * np.eye(5) + 0.5 * weights[2, 1]
    assert flow.rollout_head(weights, layer=2, head=1) == pytest.approx(top @ flow.rollout(weights)[1])
    bottom = 0.5 * np.eye(5) + 0.5 * weights[0, 1]
    assert flow.rollout_head(weights, layer=0, head=1) == pytest.approx(bottom)


def test_padding_keeps_to_itself(weights: np.ndarray) -> None:
    padded = np.zeros((3, 2, 6, 6))
    padded[:, :, :5, :5] = weights
    rolled = flow.rollout(padded)
    assert rolled[:, :5, :5] == pytest.approx(flow.rollout(weights))
    assert rolled[:, 5] == pytest.approx(np.tile(np.eye(6)[5], (3, 1)))
    assert np.isfinite(flow.rollout(padded, residual=0)).all()


@pytest.mark.parametrize("query", [0, 3])
@pytest.mark.parametrize("layer", [0, 2])
@pytest.mark.parametrize("residual", [0.0, 0.5])
def test_max_flow_is_networkx(weights: np.ndarray, query: int, layer: int, residual: float) -> None:
    layers = mixed(weights, residual)
    graph = networkx.DiGraph()
    for above in range(layer + 1):
        for down in range(5):
            for across in range(5):
                graph.add_edge((above + 1, down), (above, across), capacity=layers[above][down][across])
    values = [networkx.maximum_flow_value(graph, (layer + 1, query), (0, key)) for key in range(5)]
    expected = np.array(values) / sum(values)
    assert flow.max_flow(weights, query, layer, residual) == pytest.approx(expected, abs=1e-6)


def test_max_flow_of_one_layer_is_its_row(weights: np.ndarray) -> None:
    row = 0.5 * np.eye(5)[2] + 0.5 * weights[0, :, 2].mean(0)
    assert flow.max_flow(weights, query=2, layer=0) == pytest.approx(row, abs=1e-8)


def test_max_flow_of_uniform_attention_favours_no_other_token() -> None:
    found = flow.max_flow(np.full((4, 1, 6, 6), 1 / 6), query=1, layer=3)
    assert found.sum() == pytest.approx(1)
    assert np.delete(found, 1) == pytest.approx(np.full(5, found[0]))
    assert found[1] >= found[0]


def test_max_flow_reports_each_token_and_can_be_stopped(weights: np.ndarray) -> None:
    calls: list[tuple[int, int]] = []
    flow.max_flow(weights, 0, 1, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(done, 5) for done in range(1, 6)]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flow.max_flow(weights, 0, 1, progress=stop)


@pytest.mark.parametrize("n", [1, 2])
def test_the_shortest_texts_roll_out_and_flow(n: int) -> None:
    uniform = np.full((1, 1, n, n), 1 / n)
    assert flow.rollout(uniform)[0] == pytest.approx(0.5 * np.eye(n) + 0.5 / n)
    assert flow.max_flow(uniform, 0, 0) == pytest.approx(flow.rollout(uniform)[0, 0], abs=1e-8)


def test_too_long_a_text_for_max_flow_is_told_the_limit_and_the_reason() -> None:
    n = flow.FLOW_LIMIT + 3
    with pytest.raises(InputError, match=r"259 tokens.*up to 256.*cube.*by 3"):
        flow.max_flow(np.full((1, 1, n, n), 1 / n), 0, 0)


@pytest.mark.parametrize("residual", [-0.1, 1.1, float("nan")])
def test_a_residual_share_outside_0_to_1_is_refused(weights: np.ndarray, residual: float) -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        flow.rollout(weights, residual)


def test_what_does_not_exist_is_refused(weights: np.ndarray) -> None:
    with pytest.raises(SelectionError, match="no layer index 3"):
        flow.max_flow(weights, 0, 3)
    with pytest.raises(SelectionError, match="no token index 5"):
        flow.max_flow(weights, 5, 0)
    with pytest.raises(SelectionError, match="no head index 2"):
        flow.rollout_head(weights, 0, 2)


def test_cross_attention_and_no_layers_are_refused_with_a_sentence() -> None:
    with pytest.raises(InputError, match="only self-attention"):
        flow.rollout(np.full((1, 1, 3, 5), 0.2))
    with pytest.raises(InputError, match="no layer"):
        flow.rollout([])


def test_flow_to_an_answer_read_from_several_tokens_is_networkx(weights: np.ndarray) -> None:
    layers, readout = mixed(weights, 0.5), np.array([0, 0.5, 0, 0.25, 0.25])
    graph = networkx.DiGraph()
    for above in range(3):
        for down in range(5):
            for across in range(5):
                graph.add_edge((above + 1, down), (above, across), capacity=layers[above][down][across])
    for token, share in enumerate(readout):
        graph.add_edge("answer", (3, token), capacity=share)
    values = [networkx.maximum_flow_value(graph, "answer", (0, key)) for key in range(5)]
    assert flow.pooled_flow(weights, readout, layer=2) == pytest.approx(np.array(values) / sum(values), abs=1e-6)


def test_an_attention_is_followed_as_its_weights_are(attention: Attention) -> None:
    weights = np.asarray(attention)
    np.testing.assert_array_equal(flow.rollout(attention), flow.rollout(weights))
    for layer in range(2):
        np.testing.assert_array_equal(flow.rollout_head(attention, layer, 1), flow.rollout_head(weights, layer, 1))
        np.testing.assert_array_equal(flow.max_flow(attention, 2, layer), flow.max_flow(weights, 2, layer))
    with pytest.raises(SelectionError, match="no layer index 2"):
        flow.max_flow(attention, 0, 2)
    with pytest.raises(SelectionError, match="no head index 3 in layer index 1"):
        flow.rollout_head(attention, 1, 3)


def test_two_texts_that_read_each_other_are_no_flow() -> None:
    crossed = Attention.from_weights(np.full((2, 1, 2, 3), 1 / 3), ["a", "b"], ["c", "d", "e"])
    with pytest.raises(InputError, match="2 queries and 3 keys"):
        flow.rollout(crossed)


def test_layers_without_attention_leave_a_gap_that_nothing_is_followed_through() -> None:
    layers = np.full((1, 2, 3, 3), 1 / 3)
    hybrid = Attention.from_weights([layers, None, layers], list("abc"))
    for follow in (
        flow.rollout,
        lambda given: flow.rollout_head(given, 2, 0),
        lambda given: flow.max_flow(given, 0, 2),
    ):
        with pytest.raises(InputError, match="layers 2 have no attention weights"):
            follow(hybrid)


def test_attention_is_not_followed_through_a_layer_without_any(hybrid: Attention) -> None:
    layers = hybrid.source.layers  # type: ignore[attr-defined]
    for follow in (
        lambda: flow.rollout(layers),
        lambda: flow.rollout_head(layers, 4, 0),
        lambda: flow.max_flow(layers, 0, 4),
    ):
        with pytest.raises(InputError, match=r"layers 1, 3–4 have no attention weights"):
            follow()
    np.testing.assert_allclose(flow.rollout(layers[1:2])[0].sum(-1), 1)
