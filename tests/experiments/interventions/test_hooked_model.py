from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from attention_viz import Model
from attention_viz.errors import ModelError
from attention_viz.experiments.interventions.hooked_model import HookedModel
from attention_viz.experiments.interventions.switches import switched
from experiments.by_hand import TEXT, eager, inputs


@torch.no_grad()
def test_without_switches_it_runs_as_the_model_does(masked: Model) -> None:
    given = inputs(masked, TEXT)
    found = HookedModel(masked).run(given, watch=True, states=True)
    expected = eager(masked)(**given, output_attentions=True, output_hidden_states=True)
    assert torch.allclose(found.outputs.logits, expected.logits, atol=1e-5)
    assert list(found.weights) == [0, 1]
    for mine, theirs in zip(found.weights.values(), expected.attentions, strict=True):
        assert torch.allclose(mine, theirs, atol=1e-6)
    for mine, theirs in zip(found.outputs.hidden_states, expected.hidden_states, strict=True):
        assert torch.allclose(mine, theirs, atol=1e-5)


@torch.no_grad()
def test_a_head_that_is_given_some_tokens_says_the_same_of_them(masked: Model) -> None:
    given, hooked = inputs(masked, TEXT), HookedModel(masked)
    whole = hooked.run(given).outputs.logits
    assert torch.allclose(hooked.run(given, kept=[4, 2]).outputs.logits, whole[:, [4, 2]], atol=1e-6)
    assert hooked.run(given).outputs.logits.shape == whole.shape


@torch.no_grad()
def test_the_body_alone_gives_its_last_states(masked: Model) -> None:
    given = inputs(masked, TEXT)
    found = HookedModel(masked).run(given, body=True).outputs.last_hidden_state
    assert torch.allclose(found, eager(masked).bert(**given).last_hidden_state, atol=1e-5)


@torch.no_grad()
def test_padded_texts_of_a_batch_are_switched_as_they_are_alone(masked: Model) -> None:
    short, long = inputs(masked, "the cat"), inputs(masked, TEXT)
    n_short, n_long = (each["input_ids"].shape[1] for each in (short, long))
    batch = {
        name: torch.cat([torch.nn.functional.pad(short[name], (0, n_long - n_short)), long[name]]) for name in long
    }
    hooked = HookedModel(masked)
    for how in ("zero", "uniform"):
        switches = switched([(0, 1), (1, 2)], (3, 3), how)
        together = hooked.run(batch, switches).outputs.logits
        alone = [hooked.run(each, switches).outputs.logits[0] for each in (short, long)]
        assert torch.allclose(together[0, :n_short], alone[0], atol=1e-5)
        assert torch.allclose(together[1], alone[1], atol=1e-5)


def test_the_copy_shares_the_weights_and_not_the_modules(masked: Model) -> None:
    hooked = HookedModel(masked)
    theirs = dict(masked.network.named_parameters())
    assert all(parameter is theirs[name] for name, parameter in hooked.network.named_parameters())
    assert not {id(module) for module in hooked.network.modules()} & {id(module) for module in masked.network.modules()}


def test_a_model_whose_heads_cannot_be_switched_is_refused(make_model: Callable[..., Model]) -> None:
    with pytest.raises(ModelError, match="its own code"):
        HookedModel(make_model("MPNetModel"))
