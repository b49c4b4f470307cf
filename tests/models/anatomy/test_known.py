from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from attention_viz import Attention, Model
from attention_viz.models.anatomy.known import Known

TEXT = "The cat sat down because it was tired."


@pytest.fixture
def known(tiny_model: Model) -> Known:
    return Known.of(tiny_model.attend(TEXT), 1, 2, 3)


def test_a_plain_head_adds_nothing_and_has_no_sink(known: Known) -> None:
    assert known.added is None
    assert known.sink is None
    weighing = known.weighing(True, 1.0)
    assert weighing.divisor == pytest.approx(8**0.5)
    assert weighing.mask is None


def test_what_is_added_by_position_is_what_the_scores_are_more(known: Known) -> None:
    more = torch.linspace(-1, 1, len(known.weights))
    assert torch.allclose(replace(known, scores=known.scores + more).added, more, atol=1e-5)


def test_a_sinks_score_is_found_from_what_the_weights_lack(known: Known) -> None:
    lacking = torch.softmax(torch.cat([known.scores, torch.tensor([0.4])]), -1)[:-1]
    assert replace(known, weights=lacking).sink == pytest.approx(0.4, abs=1e-4)


def test_hidden_keys_stay_hidden(known: Known) -> None:
    readable = torch.arange(len(known.weights)) < 4
    mask = replace(known, readable=readable).weighing(True, 1.0).mask
    assert torch.equal(mask, readable)


def test_what_a_source_does_not_know_is_none(attention: Attention) -> None:
    known = Known.of(attention, 0, 1, 2)
    assert (known.scores, known.queries, known.keys, known.values, known.scale) == (None,) * 5
    assert torch.allclose(known.weights, torch.tensor(attention.weights(0, 1)[2]))
