"""Gradients through the attention against torch's own through an eager network, and Chefer's rule against plain loops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import InputError
from attention_viz.experiments import relevance
from experiments.by_hand import SECOND, TEXT, eager, inputs


def test_gradients_are_those_of_an_eager_network(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=4)
    found = relevance(model, TEXT, second=SECOND)
    outputs = eager(model)(**inputs(model, TEXT, SECOND), output_attentions=True)
    score = outputs.logits[0].max()
    for layer, weights in enumerate(outputs.attentions):
        slope = torch.autograd.grad(score, weights, retain_graph=True)[0][0]
        assert found.weights[layer] == pytest.approx(weights[0].detach().numpy(), abs=1e-5)
        assert found.gradients[layer] == pytest.approx(slope.numpy(), abs=1e-5)
        assert found.products(layer) == pytest.approx((slope * weights[0]).detach().numpy(), abs=1e-5)


def test_a_masked_word_is_explained_from_its_own_row(masked: Model) -> None:
    found = relevance(masked, TEXT, mask=[3])
    outputs = eager(masked)(**inputs(masked, TEXT, masked=[3]), output_attentions=True)
    target = inputs(masked, TEXT)["input_ids"][0, 3]
    slope = torch.autograd.grad(outputs.logits[0, 3, target], outputs.attentions[0])[0][0]
    assert found.gradients[0] == pytest.approx(slope.numpy(), abs=1e-5)
    assert found.readout.tolist() == [each == 3 for each in range(len(found.readout))]
    assert found.tokens() == pytest.approx(found.rolled()[3])


def test_relevance_rolls_by_a_plain_loop(masked: Model) -> None:
    found = relevance(masked, TEXT, mask=[3])
    n = len(found.readout)
    rolled = [[float(row == column) for column in range(n)] for row in range(n)]
    for weights, gradients in zip(found.weights, found.gradients, strict=True):
        mean = [
            [sum(max(0.0, float(weights[h, i, j] * gradients[h, i, j])) for h in range(3)) / 3 for j in range(n)]
            for i in range(n)
        ]
        added = [[sum(mean[i][k] * rolled[k][j] for k in range(n)) for j in range(n)] for i in range(n)]
        rolled = [[rolled[i][j] + added[i][j] for j in range(n)] for i in range(n)]
    assert found.rolled() == pytest.approx(np.array(rolled), abs=1e-5)
    assert (found.rolled() >= np.eye(n) - 1e-9).all()


@pytest.mark.parametrize("query", [2, 3])
def test_edges_carry_the_relevance_of_all_paths_but_the_one_through_no_weight(masked: Model, query: int) -> None:
    found = relevance(masked, TEXT, mask=[3])
    layers, n = found.layers(), len(found.readout)
    expected = np.zeros(layers.shape)
    for between in range(n):
        for key in range(n):
            weight = layers[1, query, between] * layers[0, between, key] - (query == between == key)
            expected[1, query, between] += weight
            expected[0, between, key] += weight
    gained = found.rolled()[query] - np.eye(n)[query]
    edges = found.edges(query)
    assert edges == pytest.approx(expected / gained.sum(), abs=1e-9)
    assert edges[0].sum(0) == pytest.approx(gained / gained.sum(), abs=1e-9)
    assert edges[0].sum(1) == pytest.approx(edges[1].sum(0), abs=1e-9)  # what flows into a token flows out


def test_without_a_gradient_nothing_is_gained_along_any_edge(masked: Model) -> None:
    found = relevance(masked, TEXT)
    nothing = tuple(np.zeros_like(each) for each in found.gradients)
    assert not replace(found, gradients=nothing).edges(2).any()


def test_without_a_gradient_every_token_is_relevant_to_itself_alone(masked: Model) -> None:
    found = relevance(masked, TEXT)
    nothing = tuple(np.zeros_like(each) for each in found.gradients)
    assert replace(found, gradients=nothing).rolled().tolist() == np.eye(11).tolist()


def test_too_long_a_text_is_told_the_limit_and_the_reason(embedded: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys.modules["attention_viz.experiments.relevance"], "GRADIENT_BYTES", 2 * 4 * 6 * 12 * 100)
    with pytest.raises(InputError, match=r"11 tokens.*up to 10.*square.*by 1\."):
        relevance(embedded, "The cat sat down because it was tired.")


def test_of_a_hybrid_single_layers_are_told_and_nothing_is_followed_through_all(hybrid_model: Model) -> None:
    found = relevance(hybrid_model, TEXT)
    assert [len(each) for each in found.weights] == [0, 4, 0, 4]
    assert found.products(3).any()
    with pytest.raises(InputError, match="layers 1, 3 have no attention weights"):
        found.tokens()
