"""Norms against the tensor that they avoid: every head's vector for every query and key."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from attention_viz import Attention, Model
from attention_viz.errors import InputError
from attention_viz.experiments import all_norms, norms, summed_norms
from experiments.by_hand import TEXT, columns, eager, inputs, layers


def naive(model: Model, layer: int, text: str) -> np.ndarray:
    """weight * f(x) of every head, from an eager network's own modules: (head, query, key, d_model)."""
    network, held = eager(model), {}
    attention = layers(network)[layer].attention
    attention.self.value.register_forward_hook(lambda _m, _a, out: held.update(value=out[0]))
    with torch.no_grad():
        weights = network(**inputs(model, text), output_attentions=True).attentions[layer][0]
    heads = [columns(network, head) for head in range(len(weights))]
    vectors = torch.stack([held["value"][:, each] @ attention.output.dense.weight[:, each].T for each in heads])
    return torch.einsum("hqk,hkm->hqkm", weights, vectors).detach().numpy()


@pytest.mark.parametrize("layer", [0, 1])
def test_norms_are_a_naive_einsum(make_model: Callable[..., Model], layer: int) -> None:
    model = make_model()
    found, added = norms(model.attend(TEXT), layer), naive(model, layer, TEXT)
    for head in range(3):
        assert found.weighted(head) == pytest.approx(np.linalg.norm(added[head], axis=-1), rel=1e-5, abs=1e-5)
    assert summed_norms(model.attend(TEXT), layer) == pytest.approx(
        np.linalg.norm(added.sum(0), axis=-1), rel=1e-5, abs=1e-5
    )


def test_norms_of_the_embedded_default_are_a_naive_einsum(embedded: Model) -> None:
    text = " ".join(["the cat sat down because it was tired and"] * 20)  # more keys than are taken at once
    found, added = norms(embedded.attend(text), 3), naive(embedded, 3, text)
    summed = summed_norms(embedded.attend(text), 3)
    assert len(summed) > 128
    assert found.weighted(5) == pytest.approx(np.linalg.norm(added[5], axis=-1), rel=1e-5, abs=1e-5)
    assert summed == pytest.approx(np.linalg.norm(added.sum(0), axis=-1), rel=1e-5, abs=1e-5)


def test_all_layers_together_are_the_layers_one_by_one(make_model: Callable[..., Model]) -> None:
    attention = make_model().attend(TEXT)
    together = list(all_norms(attention))
    assert len(together) == 2
    for layer, found in enumerate(together):
        alone = norms(attention, layer)
        assert found.weights == pytest.approx(alone.weights, abs=1e-6)
        assert found.vectors == pytest.approx(alone.vectors, abs=1e-6)


def test_of_one_head_the_sum_is_the_head(make_model: Callable[..., Model]) -> None:
    attention = make_model(num_attention_heads=1).attend(TEXT)
    assert summed_norms(attention, 0) == pytest.approx(norms(attention, 0).weighted(0), abs=1e-5)


def test_one_token_has_norms(make_model: Callable[..., Model]) -> None:
    model = make_model()
    encoded = model.attend("cat")
    assert norms(encoded, 1).weighted(0).shape == summed_norms(encoded, 1).shape == (3, 3)


def test_weights_alone_have_no_norms(attention: Attention) -> None:
    for work in (norms, summed_norms):
        with pytest.raises(InputError, match="Only the weights"):
            work(attention, 0)


def test_too_long_a_text_is_told_the_limit_and_the_reason() -> None:
    n = 2049
    attention = Attention.from_weights(np.full((1, 1, 1, n), 1 / n), ["a"], ["b"] * n)
    for work in (norms, summed_norms):
        with pytest.raises(InputError, match=r"2049 tokens.*up to 2048.*square.*by 1\."):
            work(attention, 0)
