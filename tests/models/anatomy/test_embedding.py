from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import AutoModel

from attention_viz import load_model
from attention_viz.models.anatomy import embedding, record

TEXT = "The cat sat down because it was tired."
QUERY = 4
KINDS = {
    "BertModel": ("word", "position", "segment", "sum", "mean", "deviation", "normed", "output"),
    "GPT2Model": ("word", "position", "sum"),
    "LlamaModel": ("word", "sum"),
    "GemmaModel": ("word", "sum"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_vector_is_the_first_hidden_state_that_transformers_gives_out(
    checkpoint: Callable[..., Path], kind: str
) -> None:
    folder = checkpoint(kind, **({"head_dim": 8, "num_key_value_heads": 3} if kind == "GemmaModel" else {}))
    model = load_model(folder)
    inputs = model.inputs(TEXT)
    found = embedding(record(model, inputs, 1), QUERY)
    with torch.no_grad():
        states = AutoModel.from_pretrained(folder).eval()(**inputs, output_hidden_states=True).hidden_states
    assert found is not None
    assert found.walk.names == KINDS[kind]
    last = found.walk.names[-1]
    assert torch.allclose(found.walk[last].numbers, states[0][0, QUERY], atol=1e-5)
    assert found.walk.differences(found.own)[last] < 1e-5


def test_a_word_that_is_stretched_says_by_how_much(checkpoint: Callable[..., Path]) -> None:
    model = load_model(checkpoint("GemmaModel", head_dim=8, num_key_value_heads=3))
    activations = record(model, model.inputs(TEXT), 1)
    tripled = replace(activations, first=3 * activations.tables[0].output)
    found = embedding(tripled, QUERY)
    assert found is not None
    assert found.walk["sum"].formula == r"e = 3 \, w"


def test_another_way_to_a_first_vector_is_not_taken_apart(checkpoint: Callable[..., Path]) -> None:
    model = load_model(checkpoint("LlamaModel"))
    activations = record(model, model.inputs(TEXT), 1)
    assert embedding(replace(activations, first=activations.first.flip(0), embedded=None), QUERY) is None
    assert embedding(replace(activations, tables=()), QUERY) is None
