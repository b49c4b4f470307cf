from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from attention_viz import Model
from attention_viz.errors import InputError
from attention_viz.experiments import Sample
from attention_viz.experiments.labels import class_names, wanted
from attention_viz.models.checkpoint.sentence_pooling import Pooling
from attention_viz.models.checkpoint.task import Task


def labelled(*labels: str, second: str | None = None) -> list[Sample]:
    return [Sample("the cat", second, label) for label in labels]


def test_classes_are_wanted_by_name_or_number(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", id2label={0: "calm", 1: "Glad", 2: "sad"})
    assert class_names(model) == ["calm", "Glad", "sad"]
    found = wanted(model, labelled("glad", "2", "CALM"))
    assert found is not None
    assert found.tolist() == [1, 2, 0]
    assert wanted(model, labelled("glad", "", "calm")) is None
    with pytest.raises(InputError, match="does not know the label 7; its classes are calm, Glad, sad"):
        wanted(model, labelled("glad", "7"))


def test_one_number_of_a_regression_is_wanted_as_it_is(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=1)
    found = wanted(model, labelled("1.5", "-2"))
    assert found is not None
    assert found.tolist() == [1.5, -2]
    for labels in (("1.5", "much"), ("1", ""), ("1", "nan"), ("inf", "1")):
        assert wanted(model, labelled(*labels)) is None


def test_likenesses_of_pairs_are_drawn_to_0_to_1(make_model: Callable[..., Model]) -> None:
    model = replace(make_model(), task=Task("similarity", Pooling()))
    found = wanted(model, labelled("5", "1", "2", second="the sun"))
    assert found is not None
    assert found.tolist() == [1, 0, 0.25]
    assert wanted(model, labelled("3", "3", second="the sun")) is None
    assert wanted(model, labelled("5", "1")) is None


@pytest.mark.parametrize(
    ("architecture", "config"),
    [
        ("BertForMaskedLM", {}),
        ("BertModel", {}),
        ("BertForTokenClassification", {"num_labels": 1}),
        ("BertForSequenceClassification", {"num_labels": 3, "problem_type": "regression"}),
        ("BertForSequenceClassification", {"num_labels": 3, "problem_type": "multi_label_classification"}),
    ],
)
def test_what_one_label_cannot_say_is_not_wanted(
    make_model: Callable[..., Model], architecture: str, config: dict[str, object]
) -> None:
    assert wanted(make_model(architecture, **config), labelled("1", "0", second="the sun")) is None
