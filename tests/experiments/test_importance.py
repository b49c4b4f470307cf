"""Importance against finite differences of a network whose heads are dimmed by plain hooks, in float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.experiments import importance
from attention_viz.experiments.importance import by_layer
from experiments.by_hand import SECOND, TEXT, eager, gated, inputs, slopes


def test_of_a_masked_word_it_is_the_slope_of_its_surprise(masked: Model) -> None:
    given, target = inputs(masked, TEXT, masked=[3]), inputs(masked, TEXT)["input_ids"][0, 3]
    expected = slopes(masked, lambda network: -float(network(**given).logits[0, 3].log_softmax(-1)[target]))
    found = importance(masked, TEXT, mask=[3], normalised=False)
    assert found.values == pytest.approx(expected, abs=1e-5)
    assert found.values.max() > 0.01
    assert not found.normalised


def test_of_a_classifier_it_is_the_slope_of_its_own_choice(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=4)
    given = inputs(model, TEXT, SECOND)
    with torch.no_grad():
        choice = int(eager(model)(**given).logits.argmax())
    expected = slopes(model, lambda network: -float(network(**given).logits[0].log_softmax(-1)[choice]))
    assert importance(model, TEXT, second=SECOND, normalised=False).values == pytest.approx(expected, abs=1e-5)


def test_of_a_model_without_a_head_it_is_the_slope_of_the_likeness_to_no_heads(
    make_model: Callable[..., Model],
) -> None:
    model = make_model()
    given = inputs(model, TEXT)
    with torch.no_grad():
        bare = gated(eager(model).double(), torch.zeros(2, 3)).forward(**given).last_hidden_state.mean(1)[0]

    def loss(network: torch.nn.Module) -> float:
        vector = network(**given).last_hidden_state.mean(1)[0]
        return float(torch.cosine_similarity(vector, bare, dim=0))

    assert importance(model, TEXT, normalised=False).values == pytest.approx(slopes(model, loss), abs=1e-5)


def test_every_head_of_the_embedded_default_has_an_importance(embedded: Model) -> None:
    for second in (None, "The kitten rested on a rug."):
        found = importance(embedded, "A cat sat on the mat.", second=second)
        assert found.values.shape == (6, 12)
        assert (found.values > 0).all()


def test_normalised_layers_have_length_1(masked: Model) -> None:
    found = importance(masked, TEXT)
    raw = importance(masked, TEXT, normalised=False)
    assert (found.values**2).sum(1) == pytest.approx([1, 1])
    assert found.values / found.values[:, :1] == pytest.approx(raw.values / raw.values[:, :1], rel=1e-4)


def test_a_layer_that_nothing_hangs_on_stays_zero() -> None:
    values = by_layer(np.array([[3.0, 4.0, np.nan], [0.0, 0.0, 0.0]]))
    assert values[0, :2] == pytest.approx([0.6, 0.8])
    assert np.isnan(values[0, 2])
    assert (values[1] == 0).all()


def test_the_loss_has_a_name_and_is_the_model_s_own(masked: Model) -> None:
    found = importance(masked, TEXT)
    assert "every seventh token masked" in str(found.loss)
    given, typed = inputs(masked, TEXT, masked=[4]), inputs(masked, TEXT)["input_ids"][0]
    with torch.no_grad():
        logits = eager(masked)(**given).logits[0]
    assert found.untouched == pytest.approx(-float(logits[4].log_softmax(-1)[typed[4]]), abs=1e-5)


def test_nothing_is_left_on_the_shared_weights(masked: Model) -> None:
    importance(masked, TEXT)
    assert all(parameter.grad is None for parameter in masked.network.parameters())


def test_of_a_hybrid_layers_without_heads_have_no_importance(hybrid_model: Model) -> None:
    found = importance(hybrid_model, TEXT, normalised=False).values
    assert np.isnan(found[[0, 2]]).all()
    assert (found[[1, 3]] > 0).all()
