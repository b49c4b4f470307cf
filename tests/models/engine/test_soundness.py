"""Only what is a softmax is shown as weights: what is given out instead is mended where that is exact, or refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from architectures import SQUEEZED

from attention_viz import load_model
from attention_viz.errors import ModelError
from attention_viz.models.engine.reference import LayerReference, Reference, observe, twin
from attention_viz.models.engine.soundness import check

Make = Callable[..., Path]
TEXT = "the cat sat down because it was tired ."


def reference(weights: torch.Tensor, sinks: bool = False) -> Reference:
    """Of a model whose second layer gives out these weights in each head."""
    layers = tuple(LayerReference(each.expand(2, 3, 12, 12), "", 0, sinks=sinks) for each in (torch.eye(12), weights))
    return Reference({}, {"self": layers}, ())


def test_weights_are_sound_and_so_are_rows_that_share_with_a_sink() -> None:
    even = torch.full((12, 12), 1 / 12)
    check("Kind", reference(even))
    check("Kind", reference(even * 0.3, sinks=True))
    check("Kind", reference(even.bfloat16()))


@pytest.mark.parametrize(
    ("weights", "found"),
    [
        (torch.full((12, 12), 1 / 24), r"layer 2 its rows sum to 0.5 up to 0.5"),
        (torch.full((12, 12), 1 / 6), r"layer 2 its rows sum to 2 up to 2"),
        (torch.eye(12) * 3 - 1 / 6, r"lowest number is -0.167"),
        (torch.eye(12).fill_diagonal_(float("nan")), r"layer 2 .*Kind.* not finite"),
        (torch.eye(12).fill_diagonal_(float("inf")), r"layer 2 .*Kind.* not finite"),
    ],
)
def test_what_is_no_softmax_is_refused_with_what_was_found(weights: torch.Tensor, found: str) -> None:
    with pytest.raises(ModelError, match=found):
        check("Kind", reference(weights))


def test_rows_of_padding_are_not_looked_at() -> None:
    weights = torch.eye(12).repeat(2, 3, 1, 1)
    weights[1, :, 7:] = float("nan")
    kept = torch.ones(2, 12, dtype=torch.long)
    kept[1, 7:] = 0
    layers = (LayerReference(weights, "", 0),)
    check("Kind", Reference({"attention_mask": kept}, {"self": layers}, ()))
    with pytest.raises(ModelError, match="not finite"):
        check("Kind", replace(Reference({}, {"self": layers}, ())))


def test_scores_that_are_given_out_become_the_weights_that_the_model_makes_of_them(checkpoint: Make) -> None:
    folder = checkpoint("SqueezeBertModel", embedding_size=24, **dict.fromkeys(SQUEEZED, 1))
    model = load_model(folder)
    given = transformers.SqueezeBertModel.from_pretrained(folder).eval()
    with torch.no_grad():
        scores = given(**model.inputs(TEXT), output_attentions=True).attentions
    attention = model.attend(TEXT)
    assert scores[0].min() < 0
    assert any("scores from before the softmax" in str(note) for note in attention.notes)
    for layer, each in enumerate(scores):
        np.testing.assert_allclose(attention.weights(layer), torch.softmax(each[0], -1), atol=1e-6)


def test_a_model_whose_prompt_takes_a_share_that_it_does_not_show_is_refused(checkpoint: Make) -> None:
    """CPMAnt reads learned vectors before the text, and cuts them off after the softmax."""
    folder = checkpoint("CpmAntModel", prompt_length=4, dim_ff=40, dim_head=8)
    with pytest.raises(ModelError, match=r"CpmAntModel.* no softmax over its tokens.*rows sum to 0\."):
        load_model(folder)


def test_a_sink_is_seen_as_one(checkpoint: Make) -> None:
    sizes = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "num_local_experts": 2}
    folder = checkpoint("GptOssModel", **sizes, num_experts_per_tok=1)
    for dtype in (torch.float32, torch.bfloat16):
        network = transformers.GptOssModel.from_pretrained(folder, dtype=dtype).eval()
        layers = observe(twin(network, "eager")).parts["self"]
        assert all(layer.sinks and not layer.scores for layer in layers)
        model = load_model((network, transformers.AutoTokenizer.from_pretrained(folder)))
        assert any("sum to less than 1" in str(note) for note in model.notes)
