"""The context-mixing ratio against sums of vectors built cell by cell from an eager network's own modules."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from attention_viz import Model
from attention_viz.errors import InputError, ModelError
from attention_viz.experiments import mixing
from experiments.by_hand import TEXT, columns, eager, inputs, layers


def ratio(others: torch.Tensor, own: torch.Tensor) -> float:
    return float(others.norm() / (others.norm() + own.norm()))


@torch.no_grad()
@pytest.mark.parametrize("layer", [0, 1])
def test_each_account_is_its_sum_of_vectors(make_model: Callable[..., Model], layer: int) -> None:
    model = make_model()
    network, held = eager(model).double(), {}
    attention = layers(network)[layer].attention
    attention.self.value.register_forward_hook(lambda _m, _a, out: held.update(value=out[0]))
    attention.output.LayerNorm.register_forward_hook(lambda _m, args, out: held.update(into=args[0][0], out=out[0]))
    outputs = network(**inputs(model, TEXT), output_attentions=True, output_hidden_states=True)
    entering, weights, norm = outputs.hidden_states[layer][0], outputs.attentions[layer][0], attention.output.LayerNorm
    found = mixing(model, TEXT)
    for query in range(len(entering)):
        parts = torch.stack(
            [
                sum(
                    weights[h, query, key] * (held["value"][key, spot] @ attention.output.dense.weight[:, spot].T)
                    for h, spot in enumerate(columns(network, head) for head in range(3))
                )
                for key in range(len(entering))
            ]
        )  # (key, d_model)
        others, own = parts.sum(0) - parts[query], parts[query]
        spread = (held["into"][query].var(correction=0) + norm.eps).sqrt()

        def normalised(vector: torch.Tensor, spread: torch.Tensor = spread) -> torch.Tensor:
            return norm.weight * (vector - vector.mean()) / spread

        whole = (
            normalised(others) + normalised(own + entering[query]) + normalised(attention.output.dense.bias) + norm.bias
        )
        assert torch.allclose(whole, held["out"][query])  # nothing of the block's real output is left out
        away = 1 - float(weights[:, query, query].mean())
        assert found.weights[layer, query] == pytest.approx(away, abs=1e-5)
        assert found.weights_residual[layer, query] == pytest.approx(away / 2, abs=1e-5)
        assert found.norms[layer, query] == pytest.approx(ratio(others, own), abs=1e-5)
        assert found.norms_residual[layer, query] == pytest.approx(ratio(others, own + entering[query]), abs=1e-5)
        full = ratio(normalised(others), normalised(own + entering[query]))
        assert found.full[layer, query] == pytest.approx(full, abs=1e-5)


def test_a_real_model_keeps_more_of_a_token_than_its_weights_say(embedded: Model) -> None:
    found = mixing(embedded, "The cat sat down because it was tired.")
    assert found.full.shape == (6, 11)
    assert found.full.mean() < found.weights_residual.mean() < found.weights.mean()


@pytest.mark.parametrize(
    ("architecture", "config"),
    [
        ("DistilBertModel", {"dim": 24, "n_layers": 2, "n_heads": 3, "hidden_dim": 40}),
        ("AlbertModel", {"embedding_size": 10}),
        ("RobertaModel", {"pad_token_id": 0}),
    ],
)
def test_other_models_that_normalise_after_the_attention_are_read_too(
    make_model: Callable[..., Model], architecture: str, config: dict[str, object]
) -> None:
    found = mixing(make_model(architecture, **config), TEXT)
    assert ((found.full > 0) & (found.full < 1)).all()


def test_a_model_that_normalises_before_the_attention_is_refused(make_model: Callable[..., Model]) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2Model", sizes, bos_token_id=2, eos_token_id=3, initializer_range=0.5)
    with pytest.raises(ModelError, match="normalise right after"):
        mixing(model, TEXT)


def test_a_hybrid_is_refused_by_its_layers(hybrid_model: Model) -> None:
    with pytest.raises(InputError, match="layers 1, 3 have no attention weights"):
        mixing(hybrid_model, TEXT)
