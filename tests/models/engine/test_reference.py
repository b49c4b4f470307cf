"""The reference is what transformers gives out, each weight with the module that makes it, on a model of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from architectures import T5

from attention_viz import load_model
from attention_viz.models.engine.interface import NAME
from attention_viz.models.engine.reference import body_of, called_with, observe, twin

Make = Callable[..., Path]


def network(folder: Path, architecture: str = "BertModel", **options: Any) -> Any:
    return getattr(transformers, architecture).from_pretrained(folder, **options).eval()


def test_a_twin_shares_every_number_and_nothing_else(tiny_bert_folder: Path) -> None:
    first = network(tiny_bert_folder, attn_implementation="sdpa")
    second = twin(first, NAME)
    assert all(one is other for one, other in zip(first.parameters(), second.parameters(), strict=True))
    assert not {id(module) for module in first.modules()} & {id(module) for module in second.modules()}
    assert (first.config._attn_implementation, second.config._attn_implementation) == ("sdpa", NAME)


@pytest.mark.parametrize(
    ("architecture", "config", "part", "modules"),
    [
        ("BertForMaskedLM", {}, "self", ["encoder.layer.0.attention.self", "encoder.layer.1.attention.self"]),
        (
            "AlbertModel",
            {"embedding_size": 16},
            "self",
            ["encoder.albert_layer_groups.0.albert_layers.0.attention"] * 2,
        ),
        ("DebertaModel", {}, "self", ["encoder.layer.0.attention.self", "encoder.layer.1.attention.self"]),
        ("T5ForConditionalGeneration", T5, "cross", ["decoder.block.0.layer.1.EncDecAttention"]),
    ],
)
def test_each_layer_is_traced_to_the_module_that_makes_its_weights(
    architecture: str, config: dict[str, Any], part: str, modules: list[str], checkpoint: Make
) -> None:
    given = network(checkpoint(architecture, **config), architecture)
    reference = observe(body_of(twin(given, "eager")))
    assert [layer.module for layer in reference.parts[part]] == modules
    assert not any(module._forward_hooks for module in given.modules())


def test_the_second_trial_text_is_padded_and_no_other(tiny_bert_folder: Path) -> None:
    reference = observe(twin(network(tiny_bert_folder), "eager"))
    weights = reference.parts["self"][0].weights
    assert reference.n_valid("self", 0) == (12, 12)
    assert reference.n_valid("self", 1) == (7, 7)
    assert not weights[1, :, :, 7:].any()
    assert weights[0].all()


def test_of_two_halves_without_a_text_to_decode_the_encoder_is_called(checkpoint: Make) -> None:
    folder = checkpoint("T5ForConditionalGeneration", **T5, decoder_start_token_id=0)
    both = network(folder, "T5ForConditionalGeneration")
    ids = torch.tensor([[5, 6]])
    assert called_with(both, {"input_ids": ids})[0] is both.get_encoder()
    called, arguments = called_with(both, {"input_ids": ids, "decoder_input_ids": ids})
    assert called is both
    assert arguments["use_cache"] is False


def test_a_model_built_with_fast_attention_that_cannot_be_switched_is_read_as_eager_would(checkpoint: Make) -> None:
    """Falcon built with sdpa adds a mask of truth values to its scores when it is asked for weights."""
    folder = checkpoint("FalconForCausalLM")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    fast = load_model((network(folder, "FalconForCausalLM", attn_implementation="sdpa"), tokenizer))
    eager = network(folder, "FalconForCausalLM", attn_implementation="eager")
    with torch.no_grad():
        expected = eager(**fast.reader.encode("the cat sat").inputs, output_attentions=True).attentions
    for layer, weights in enumerate(expected):
        np.testing.assert_allclose(fast.attend("the cat sat").weights(layer), weights[0], atol=1e-6)
