"""Norm shares against sums of vectors built cell by cell from an eager network's own modules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import InputError, ModelError
from attention_viz.experiments import norm_shares
from experiments.by_hand import TEXT, columns, eager, inputs, layers


@torch.no_grad()
@pytest.mark.parametrize("layer", [0, 1])
def test_each_share_is_the_length_of_a_sum_of_vectors_after_the_normalisation(
    make_model: Callable[..., Model], layer: int
) -> None:
    model = make_model()
    network, held = eager(model).double(), {}
    attention = layers(network)[layer].attention
    with torch.no_grad():
        attention.output.LayerNorm.weight.normal_(1, 0.5)
    model.network.load_state_dict({name: each.float() for name, each in network.state_dict().items()})
    attention.self.value.register_forward_hook(lambda _m, _a, out: held.update(value=out[0]))
    attention.output.LayerNorm.register_forward_hook(lambda _m, args, out: held.update(into=args[0][0], out=out[0]))
    outputs = network(**inputs(model, TEXT), output_attentions=True, output_hidden_states=True)
    entering, weights, norm = outputs.hidden_states[layer][0], outputs.attentions[layer][0], attention.output.LayerNorm
    n = len(entering)
    found = norm_shares(model, TEXT)
    assert found.shape == (2, n, n)
    for query in range(n):
        spread = (held["into"][query].var(correction=0) + norm.eps).sqrt()

        def normalised(vector: torch.Tensor, spread: torch.Tensor = spread) -> torch.Tensor:
            return norm.weight * (vector - vector.mean()) / spread

        parts = []
        for key in range(n):
            part = sum(
                weights[h, query, key] * (held["value"][key, spot] @ attention.output.dense.weight[:, spot].T)
                for h, spot in enumerate(columns(network, head) for head in range(3))
            )
            parts.append(normalised(part + entering[query] if key == query else part))
        whole = sum(parts) + normalised(attention.output.dense.bias) + norm.bias
        assert torch.allclose(whole, held["out"][query])  # nothing of the block's real output is left out
        lengths = np.array([float(part.norm()) for part in parts])
        assert found[layer, query] == pytest.approx(lengths / lengths.sum(), abs=1e-5)


def test_rows_of_a_real_model_sum_to_1(embedded: Model) -> None:
    found = norm_shares(embedded, "The cat sat down because it was tired.")
    assert found.shape == (6, 11, 11)
    assert found.sum(-1) == pytest.approx(np.ones((6, 11)))


def test_a_model_that_normalises_before_the_attention_is_refused(make_model: Callable[..., Model]) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2Model", sizes, bos_token_id=2, eos_token_id=3, initializer_range=0.5)
    with pytest.raises(ModelError, match="normalise right after"):
        norm_shares(model, TEXT)


def test_a_hybrid_is_refused_by_its_layers(hybrid_model: Model) -> None:
    with pytest.raises(InputError, match="layers 1, 3 have no attention weights"):
        norm_shares(hybrid_model, TEXT)
