"""What classifiers of every scale are asked, against the logits of a plain network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from attention_viz import Model
from attention_viz.experiments import pose
from attention_viz.experiments.objective import Likelihood, Value
from experiments.by_hand import TEXT, eager, inputs


def logits(model: Model) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = eager(model)(**inputs(model, TEXT)).logits[0]
    return found


@pytest.mark.parametrize("n", [1, 3])
def test_a_regression_is_asked_for_the_mean_of_its_numbers(make_model: Callable[..., Model], n: int) -> None:
    model = make_model("BertForSequenceClassification", num_labels=n, problem_type="regression")
    question = pose(model, TEXT)
    assert isinstance(question.objective, Value)
    assert question.objective.called == tuple(f"LABEL_{each}" for each in range(n))
    assert question.loss == pytest.approx(float(logits(model).mean()), abs=1e-5)
    assert str(question.objective.name) == (
        "the number that the model gives the text"
        if n == 1
        else "the mean of the 3 numbers that the model gives the text"
    )


def test_a_label_is_asked_for_in_place_of_the_models_own_choice(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=3)
    surprise = -logits(model).log_softmax(-1)
    for label in range(3):
        question = pose(model, TEXT, label=label)
        assert question.loss == pytest.approx(float(surprise[label]), abs=1e-5)
        assert "that the label names" in str(question.objective.name)
    assert pose(model, TEXT).loss == pytest.approx(float(surprise.min()), abs=1e-5)
    one = make_model("BertForSequenceClassification", num_labels=1)
    assert pose(one, TEXT, label=2.5).loss == pytest.approx(float((logits(one)[0] - 2.5) ** 2), abs=1e-4)


@pytest.mark.parametrize("architecture", ["BertForSequenceClassification", "BertForTokenClassification"])
def test_classes_that_stand_for_themselves_are_each_asked_for_yes_or_no(
    make_model: Callable[..., Model], architecture: str
) -> None:
    model = make_model(architecture, num_labels=3, problem_type="multi_label_classification")
    question, given = pose(model, TEXT), logits(model)
    given = given[1:-1] if architecture.endswith("TokenClassification") else given
    asked = question.objective
    assert isinstance(asked, Likelihood)
    sure = torch.where(given > 0, given.sigmoid(), 1 - given.sigmoid())
    assert question.loss == pytest.approx(float(-sure.log().mean()), abs=1e-5)
    yes = asked.probabilities(question.untouched)[0, :, 1]
    assert yes.tolist() == pytest.approx(given.sigmoid().flatten().tolist(), abs=1e-5)
    assert (asked.words(1, 1), asked.words(2, 0)) == ("LABEL_1", "not LABEL_2")


@pytest.mark.parametrize("config", [{"num_labels": 1}, {"num_labels": 3, "problem_type": "regression"}])
def test_numbers_of_tokens_are_asked_for_by_their_mean(
    make_model: Callable[..., Model], config: dict[str, Any]
) -> None:
    model = make_model("BertForTokenClassification", **config)
    question = pose(model, TEXT)
    assert question.loss == pytest.approx(float(logits(model)[1:-1].mean()), abs=1e-5)
    assert question.objective.readout[0] == question.objective.readout[-1] == 0
