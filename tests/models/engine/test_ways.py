"""The way to a model's weights is the cheapest that a trial finds exact, and the model that was given stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from architectures import DEBERTA

from attention_viz import load_model
from attention_viz.errors import ModelError
from attention_viz.models.engine import interface, kernel, ways
from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.reference import observe, twin

Make = Callable[..., Path]
IDS = torch.tensor([[2, 5, 6, 8, 3]])


def network(folder: Path, architecture: str = "BertModel", **options: Any) -> transformers.PreTrainedModel:
    return getattr(transformers, architecture).from_pretrained(folder, **options).eval()


@pytest.mark.parametrize("architecture", ["BertModel", "DebertaModel"])
def test_the_model_that_was_given_stays_as_it_was(architecture: str, checkpoint: Make) -> None:
    given = network(checkpoint(architecture, **DEBERTA), architecture)
    before = (given.config.to_dict(), given(IDS).last_hidden_state)
    way = ways.choose(given)
    way.read({"input_ids": IDS})
    assert given.config.to_dict() == before[0]
    assert torch.equal(given(IDS).last_hidden_state, before[1])
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in given.modules())


@pytest.mark.parametrize("implementation", ["eager", "sdpa"])
def test_a_model_built_elsewhere_is_captured_whatever_attention_it_was_built_with(
    implementation: str, tiny_bert_folder: Path
) -> None:
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bert_folder)
    pair = (network(tiny_bert_folder, attn_implementation=implementation), tokenizer)
    model = load_model(pair)
    assert model.way.name == "capture"
    expected = load_model(tiny_bert_folder).attend("the cat sat").weights(1)
    np.testing.assert_array_equal(model.attend("the cat sat").weights(1), expected)


@pytest.mark.parametrize("n_heads", [1, 7, 24])
def test_any_number_of_heads_of_any_size(n_heads: int, checkpoint: Make) -> None:
    model = load_model(checkpoint(num_attention_heads=n_heads, hidden_size=168))
    attention = model.attend("the cat sat")
    assert (model.way.name, attention.n_heads, model.d_head) == ("capture", n_heads, 168 // n_heads)
    expected = observe(twin(model.network, "eager"))
    assert expected.parts["self"][0].weights.shape[1] == n_heads
    assert attention.queries(0, n_heads - 1).shape == (5, 168 // n_heads)


def test_an_attention_function_that_is_wrong_is_found_out(
    tiny_bert_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(call: AttentionCall, dropout: float) -> tuple[torch.Tensor, torch.Tensor]:
        output, lse = kernel.run(call, dropout)
        return output, lse + 1e-3

    monkeypatch.setattr(interface, "run", wrong)
    assert ways.choose(network(tiny_bert_folder)).name == "replay"


def test_a_model_that_cannot_run_our_function_is_replayed(
    tiny_bert_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(call: AttentionCall, dropout: float) -> tuple[torch.Tensor, torch.Tensor]:
        raise TypeError("another library's code")

    monkeypatch.setattr(interface, "run", broken)
    assert ways.choose(network(tiny_bert_folder)).name == "replay"


def test_a_model_whose_modules_give_out_nothing_is_dense(checkpoint: Make) -> None:
    way = ways.choose(network(checkpoint("XLMModel", emb_dim=24, n_layers=2, n_heads=3), "XLMModel"))
    assert (way.name, way.parts) == ("dense", ("self",))


@pytest.mark.parametrize(
    ("architecture", "config", "reason"),
    [
        ("MambaModel", {"state_size": 4}, "returns no attention weights"),
        ("LongformerModel", {"attention_window": 4, "pad_token_id": 1}, "not one row and one column per token"),
        ("CanineModel", {}, "not one row and one column per token"),
    ],
)
def test_what_no_way_serves_is_refused_with_the_reason(
    architecture: str, config: dict[str, Any], reason: str, checkpoint: Make
) -> None:
    with pytest.raises(ModelError, match=rf"{architecture}.*{reason}"):
        ways.choose(network(checkpoint(architecture, **config), architecture))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 1e-2), (torch.bfloat16, 5e-2)])
def test_halves_are_read_in_their_own_type(dtype: torch.dtype, tolerance: float, checkpoint: Make) -> None:
    folder = checkpoint("BertModel", initializer_range=0.2)
    half = network(folder, dtype=dtype, attn_implementation="eager")
    model = load_model((half, transformers.AutoTokenizer.from_pretrained(folder)))
    assert model.way.network.dtype == dtype
    with torch.no_grad():
        expected = half(**model.reader.encode("the cat sat down").inputs, output_attentions=True).attentions
    attention = model.attend("the cat sat down")
    assert attention.source.name == "capture"
    for layer, weights in enumerate(expected):
        assert attention.weights(layer).dtype == np.float32
        np.testing.assert_allclose(attention.weights(layer), weights[0].float(), atol=tolerance)
