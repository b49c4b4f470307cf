from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from attention_viz import Attention, Model
from attention_viz.models.anatomy.head_tensors import HeadTensors

TEXT = "The cat sat down because it was tired."


@pytest.fixture
def tensors(tiny_model: Model) -> HeadTensors:
    return HeadTensors.of(tiny_model.attend(TEXT), 1, 2, 3)


def test_a_plain_head_adds_nothing_and_has_no_sink(tensors: HeadTensors) -> None:
    assert tensors.added is None
    assert tensors.sink is None
    weighing = tensors.weighing(True, 1.0)
    assert weighing.divisor == pytest.approx(8**0.5)
    assert weighing.mask is None


def test_what_is_added_by_position_is_what_the_scores_are_more(tensors: HeadTensors) -> None:
    more = torch.linspace(-1, 1, len(tensors.weights))
    assert torch.allclose(replace(tensors, scores=tensors.scores + more).added, more, atol=1e-5)


def test_a_sinks_score_is_found_from_what_the_weights_lack(tensors: HeadTensors) -> None:
    lacking = torch.softmax(torch.cat([tensors.scores, torch.tensor([0.4])]), -1)[:-1]
    assert replace(tensors, weights=lacking).sink == pytest.approx(0.4, abs=1e-4)


def test_hidden_keys_stay_hidden(tensors: HeadTensors) -> None:
    readable = torch.arange(len(tensors.weights)) < 4
    mask = replace(tensors, readable=readable).weighing(True, 1.0).mask
    assert torch.equal(mask, readable)


def test_what_a_source_does_not_know_is_none(attention: Attention) -> None:
    tensors = HeadTensors.of(attention, 0, 1, 2)
    assert (tensors.scores, tensors.queries, tensors.keys, tensors.values, tensors.scale) == (None,) * 5
    assert torch.allclose(tensors.weights, torch.tensor(attention.weights(0, 1)[2]))
