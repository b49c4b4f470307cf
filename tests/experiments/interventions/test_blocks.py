from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from attention_viz import Model
from attention_viz.experiments.interventions.blocks import starting
from attention_viz.experiments.interventions.hooked_model import HookedModel
from attention_viz.experiments.interventions.switches import each_alone
from experiments.by_hand import GEMMA_3N, TEXT, inputs

GPT2 = {"vocab_size": 17, "n_embd": 24, "n_layer": 3, "n_head": 3, "n_positions": 60}


@torch.no_grad()
@pytest.mark.parametrize("how", ["zero", "uniform"])
@pytest.mark.parametrize(
    ("architecture", "config", "bare"),
    [
        ("BertModel", {"num_hidden_layers": 3}, True),
        ("GPT2Model", {"sizes": GPT2, "bos_token_id": 2, "eos_token_id": 3, "initializer_range": 0.5}, False),
    ],
)
def test_a_pass_that_starts_in_the_middle_ends_as_a_whole_one(
    make_model: Callable[..., Model], architecture: str, config: dict[str, object], bare: bool, how: str
) -> None:
    model = make_model(architecture, **config)
    hooked, given = HookedModel(model), inputs(model, TEXT)
    blocks = hooked.run(given, blocks=True).blocks
    assert blocks is not None
    assert {layer: block.attended is not None for layer, block in blocks.items()} == dict.fromkeys(range(3), bare)
    copies = {name: each.expand(3, -1) for name, each in given.items()}
    for layer in range(3):
        switches = each_alone(layer, range(3), 3, how)
        whole = hooked.run(copies, switches).outputs.last_hidden_state
        with starting(blocks, layer, 3):
            resumed = hooked.run(copies, switches, first=layer).outputs.last_hidden_state
        assert torch.allclose(resumed, whole, atol=1e-5)
        assert (whole[0] != whole[1]).any()


@torch.no_grad()
def test_the_layers_run_again_afterwards_even_after_an_error(masked: Model) -> None:
    hooked, given = HookedModel(masked), inputs(masked, TEXT)
    first = hooked.run(given, blocks=True)
    assert first.blocks is not None
    with pytest.raises(KeyboardInterrupt), starting(first.blocks, 1, 1):
        raise KeyboardInterrupt
    other = hooked.run(inputs(masked, "the sun was down, the cat sat it.")).outputs.logits
    assert not torch.allclose(other[0, 1], first.outputs.logits[0, 1])
    assert torch.equal(hooked.run(given).outputs.logits, first.outputs.logits)


@torch.no_grad()
def test_a_model_that_runs_one_layer_several_times_has_no_blocks(make_model: Callable[..., Model]) -> None:
    model = make_model("AlbertModel", embedding_size=10)
    assert HookedModel(model).run(inputs(model, TEXT), blocks=True).blocks is None


@torch.no_grad()
def test_a_model_whose_layers_read_keys_of_earlier_ones_has_no_blocks(make_model: Callable[..., Model]) -> None:
    model = make_model("Gemma3nForCausalLM", **GEMMA_3N)
    assert HookedModel(model).run(inputs(model, TEXT), blocks=True).blocks is None
    alone = make_model("Gemma3nForCausalLM", **(GEMMA_3N | {"num_kv_shared_layers": 0}))
    hooked, given = HookedModel(alone), inputs(alone, TEXT)
    blocks = hooked.run(given, blocks=True).blocks
    assert blocks is not None
    copies = {name: each.expand(4, -1) for name, each in given.items()}
    switches = each_alone(2, range(4), 4, "zero")
    with starting(blocks, 2, 4):
        resumed = hooked.run(copies, switches, first=2).outputs.logits
    assert torch.allclose(resumed, hooked.run(copies, switches).outputs.logits, atol=1e-5)


@torch.no_grad()
def test_of_a_hybrid_what_lies_between_runs_again(hybrid_model: Model) -> None:
    hooked, given = HookedModel(hybrid_model), inputs(hybrid_model, TEXT)
    blocks = hooked.run(given, blocks=True).blocks
    assert blocks is not None
    assert list(blocks) == [1, 3]
    copies = {name: each.expand(4, -1) for name, each in given.items()}
    for layer in blocks:
        switches = each_alone(layer, range(4), 4, "zero")
        whole = hooked.run(copies, switches).outputs.logits
        with starting(blocks, layer, 4):
            assert torch.allclose(hooked.run(copies, switches, first=layer).outputs.logits, whole, atol=1e-5)
