"""The output projection is cut into heads, and found by what it is given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from checkpoints import make_checkpoint
from torch import nn
from transformers.pytorch_utils import Conv1D

from attention_viz import load_model
from attention_viz.errors import InputError
from attention_viz.models.engine.projection import by_head, find_projections


@pytest.mark.parametrize("kind", [nn.Linear, Conv1D])
def test_heads_projected_one_by_one_add_up_to_the_module(kind: type, rng: np.random.Generator) -> None:
    module = nn.Linear(6, 5, bias=False) if kind is nn.Linear else Conv1D(5, 6)
    outputs = torch.tensor(rng.normal(size=(4, 3, 2)), dtype=torch.float32)  # (query, head, d_value)
    expected = module(outputs.reshape(4, 6))
    added = np.einsum("qhv,hvd->qd", outputs, by_head(module, 3))
    np.testing.assert_allclose(added, expected.detach(), atol=1e-6)


def test_modules_are_found_in_their_order_whatever_ran_between(tiny_bert_folder: Path) -> None:
    """Among all linear modules of a pass, those of the two attention outputs; the first is not mistaken for the second."""
    model = load_model(tiny_bert_folder)
    inputs = model.reader.encode("the cat sat down").inputs
    linears: list[tuple[str, torch.Tensor]] = []
    handles = [
        module.register_forward_hook(lambda _module, given, _output, name=name: linears.append((name, given[0])))
        for name, module in model.network.named_modules()
        if isinstance(module, nn.Linear)
    ]
    with torch.no_grad():
        model.network(**inputs)
    for handle in handles:
        handle.remove()
    source = model.attend("the cat sat down").source
    names = find_projections(source, (6, 6), linears)
    assert names == [f"encoder.layer.{layer}.attention.output.dense" for layer in range(2)]
    assert find_projections(source, (6, 6), linears[6:]) == ["", names[1]]


def test_a_layer_whose_projection_is_not_known_says_so(tmp_path: Path) -> None:
    model = load_model(make_checkpoint(tmp_path / "conv", "ConvBertModel", num_attention_heads=2, head_ratio=2))
    with pytest.raises(InputError, match=r"output projection .* not known"):
        model.attend("the cat").projection(0)
