"""Objectives on made-up outputs, against numbers worked by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
import torch

from attention_viz.errors import Message
from attention_viz.experiments.objective import Cosine, Likelihood, Value

ONE = (SimpleNamespace(logits=torch.log(torch.tensor([[[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]]))),)
OTHER = (SimpleNamespace(logits=torch.log(torch.tensor([[[0.25, 0.5, 0.25], [0.1, 0.1, 0.8]]]))),)


@pytest.fixture
def likelihood() -> Likelihood:
    """Two places with three classes, of which 0 and 2 count."""
    return Likelihood(
        Message("surprise"),
        (),
        lambda out: out.logits,
        torch.tensor([0, 2]),
        (4, 5),
        lambda _, each: str(each),
        torch.ones(1),
    )


def test_likelihood_is_the_mean_surprise_at_the_targets(likelihood: Likelihood) -> None:
    assert float(likelihood.loss(ONE)) == pytest.approx(-(math.log(0.5) + math.log(0.8)) / 2)
    assert float(likelihood.score(ONE)) == pytest.approx(math.log(0.5) + math.log(0.8))


def test_likelihood_shifts_by_total_variation(likelihood: Likelihood) -> None:
    assert float(likelihood.shift(OTHER, ONE)) == pytest.approx((0.25 + 0) / 2)
    assert float(likelihood.shift(ONE, ONE)) == 0


def test_a_batch_is_compared_with_one_untouched_text(likelihood: Likelihood) -> None:
    both = (SimpleNamespace(logits=torch.cat([ONE[0].logits, OTHER[0].logits])),)
    assert likelihood.shift(both, ONE).tolist() == pytest.approx([0, 0.125])
    assert likelihood.loss(both).shape == (2,)


def test_cosine_compares_two_texts_or_one_with_a_vector() -> None:
    first, second = torch.tensor([[3.0, 4.0], [4.0, 3.0]]), torch.tensor([[1.0, 0.0]])
    pair = Cosine(Message(""), (), lambda out: out, torch.ones(1))
    assert pair.loss((first[:1], second)).tolist() == pytest.approx([0.6])
    alone = Cosine(Message(""), (), lambda out: out, torch.ones(1), other=torch.tensor([0.0, 2.0]))
    assert alone.loss((first,)).tolist() == pytest.approx([0.8, 0.6])
    assert alone.shift((first,), (first[:1],)).tolist() == pytest.approx([0, 1 - 0.96], abs=1e-6)
    assert pair.shift((first, second), (first[:1], second)).tolist() == pytest.approx([0, (1 - 0.96) / 2], abs=1e-6)


def test_a_value_is_the_mean_of_the_numbers_and_moves_with_each() -> None:
    value = Value(Message(""), (), lambda out: out, torch.ones(1))
    now, before = (torch.tensor([[1.5, 2.5]]),), (torch.tensor([[4.0, 0.0]]),)
    assert value.loss(now).tolist() == value.score(now).tolist() == [2.0]
    assert value.loss(before).tolist() == [2.0]
    assert value.shift(now, before).tolist() == [2.5]


def test_with_a_label_the_loss_is_the_squared_distance_to_it() -> None:
    value = Value(Message(""), (), lambda out: out, torch.ones(1), wanted=5.0)
    assert value.loss((torch.tensor([[3.0], [6.0]]),)).tolist() == [4, 1]
    assert value.score((torch.tensor([[3.0], [6.0]]),)).tolist() == [3, 6]
    pair = Cosine(Message(""), (), lambda out: out, torch.ones(1), wanted=1.0)
    given = torch.tensor([[3.0, 4.0]]), torch.tensor([[1.0, 0.0]])
    assert pair.loss(given).tolist() == pytest.approx([0.16])
    assert pair.score(given).tolist() == pytest.approx([0.6])
