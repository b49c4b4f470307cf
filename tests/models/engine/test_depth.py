"""Each map of attention has the number of the layer that made it, as the layers ran."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from architectures import T5
from torch import nn

from attention_viz import load_model
from attention_viz.models.engine.depth import Depth
from attention_viz.models.engine.reference import body_of, observe, twin

Make = Callable[..., Path]
HYBRID = {"num_hidden_layers": 5, "layer_types": ["conv", "conv", "full_attention", "conv", "full_attention"]}
GROUPED = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}


def test_members_of_lists_are_counted_as_they_run_and_those_inside_another_are_not() -> None:
    class Stack(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.ModuleList([nn.Sequential(nn.ModuleList([nn.Linear(2, 2)])[0]) for _ in range(2)])
            self.second = nn.ModuleList([nn.Linear(2, 2)])

        def forward(self, given: torch.Tensor) -> torch.Tensor:
            for layer in (*self.first, *self.second, self.first[0]):
                given = layer(given)
            return given

    depth, stack = Depth(), Stack()
    handles = depth.listen(stack)
    stack(torch.ones(1, 2))
    for handle in handles:
        handle.remove()
    assert depth.lists == ["first", "first", "second", "first"]
    assert depth.now is None
    stack(torch.ones(1, 2))
    assert len(depth.lists) == 4


@pytest.mark.parametrize(
    ("places", "layers"),
    [
        ([0, 1, 2, 3], [0, 1, 2, 3]),
        ([1, 3], [None, 0, None, 1]),
        ([1, 1, 3], [None, 0, 1, None, 2]),
        ([None, None], [0, 1]),
        ([3, 1], [0, 1]),
        ([5], [None, 0]),
        ([], []),
    ],
)
def test_a_layer_that_made_no_weights_has_a_number_too(places: list[int | None], layers: list[int | None]) -> None:
    depth = Depth(["encoder"] * 4 + ["decoder"] * 2)
    assert depth.numbered(places) == layers


@pytest.mark.parametrize(
    ("architecture", "config", "heads"),
    [
        ("Lfm2Model", HYBRID | GROUPED, {"self": [0, 0, 4, 0, 4]}),
        ("AlbertModel", {"embedding_size": 16, "num_hidden_layers": 3}, {"self": [3, 3, 3]}),
        ("T5ForConditionalGeneration", T5, {"encoder": [3, 3], "decoder": [3], "cross": [3]}),
        ("XLMModel", {"emb_dim": 24, "n_layers": 2, "n_heads": 3}, {"self": [3, 3]}),
    ],
)
def test_every_layer_of_every_map_has_an_entry(
    architecture: str, config: dict[str, Any], heads: dict[str, list[int]], checkpoint: Make
) -> None:
    network = getattr(transformers, architecture).from_pretrained(checkpoint(architecture, **config)).eval()
    reference = observe(body_of(twin(network, "eager")))
    assert {part: [layer.n_heads for layer in layers] for part, layers in reference.parts.items()} == heads


def test_a_model_says_which_of_its_layers_have_no_weights(checkpoint: Make) -> None:
    model = load_model(checkpoint("Lfm2Model", **HYBRID, **GROUPED))
    assert (model.n_layers, model.n_heads, model.heads) == (5, 4, (0, 0, 4, 0, 4))
    attention = model.attend("the cat sat")
    assert attention.layers == (2, 4)
    assert any("no attention weights: 1–2, 4" in str(note) for note in attention.notes)
    told: list[tuple[int, int]] = []
    model.attend("the cat sat", progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2)]
