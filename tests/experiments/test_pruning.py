from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import InputError, SelectionError
from attention_viz.experiments import Sample, importance, mean_importance, prune, ranked
from attention_viz.experiments.evaluation import evaluation
from attention_viz.experiments.importance import by_layer
from attention_viz.experiments.interventions.switches import switched
from attention_viz.models.checkpoint.sentence_pooling import Pooling
from attention_viz.models.checkpoint.task import Task
from experiments.by_hand import TEXT, inputs, slopes

SAMPLES = [Sample(TEXT), Sample("it was the sun"), Sample("the cat was down, the sun sat.")]
VALUES = np.array([[0.3, 0.1, np.nan], [0.2, 0.1, 0.5]])


def test_heads_go_by_importance_or_by_chance() -> None:
    assert ranked(VALUES, "least") == [(0, 1), (1, 1), (1, 0), (0, 0), (1, 2)]
    assert ranked(VALUES, "most") == [(1, 2), (0, 0), (1, 0), (0, 1), (1, 1)]
    assert sorted(ranked(VALUES, "random", seed=3)) == sorted(ranked(VALUES, "least"))
    assert ranked(VALUES, "random", seed=3) == ranked(VALUES, "random", seed=3)
    assert ranked(VALUES, "random", seed=3) != ranked(VALUES, "random", seed=4)
    with pytest.raises(SelectionError, match="not by size"):
        ranked(VALUES, "size")


def test_the_mean_importance_takes_absolute_values_text_by_text(masked: Model) -> None:
    calls: list[tuple[int, int]] = []
    found = mean_importance(masked, SAMPLES, progress=lambda done, total: calls.append((done, total)))
    each = [importance(masked, sample.first, normalised=False).values for sample in SAMPLES]
    assert found.values == pytest.approx(by_layer(np.mean(each, axis=0)), abs=1e-6)
    assert calls == [(1, 3), (2, 3), (3, 3)]
    raw = mean_importance(masked, SAMPLES, normalised=False)
    assert raw.values == pytest.approx(np.mean(each, axis=0), abs=1e-6)


def cosine(network: Any, model: Model, sample: Sample) -> torch.Tensor:
    """As sentence-transformers' loss has it: of the two means."""
    texts = [text for text in (sample.first, sample.second) if text is not None]
    vectors = [network(**inputs(model, text)).last_hidden_state.mean(1)[0] for text in texts]
    return torch.cosine_similarity(*vectors, dim=0)


LOSSES: dict[str, tuple[str, dict[str, Any], list[str], Callable[[Any, Model, Sample], Any], str]] = {
    "class": (
        "BertForSequenceClassification",
        {"num_labels": 3},
        ["2", "LABEL_0", "1"],
        lambda network, model, sample: (
            -network(**inputs(model, sample.first, sample.second)).logits[0].log_softmax(-1)[int(sample.label[-1])]
        ),
        "the class that the label names",
    ),
    "number": (
        "BertForSequenceClassification",
        {"num_labels": 1},
        ["1.5", "-2", "0"],
        lambda network, model, sample: (
            (network(**inputs(model, sample.first, sample.second)).logits[0, 0] - float(sample.label)) ** 2
        ),
        "squared distance of the model's number to the label",
    ),
    "pair": (
        "BertModel",
        {},
        ["5", "0", "1"],
        lambda network, model, sample: (cosine(network, model, sample) - float(sample.label) / 5) ** 2,
        "squared distance of the cosine similarity to the label",
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_where_every_sample_has_a_label_the_loss_is_that_of_the_task(
    make_model: Callable[..., Model], name: str
) -> None:
    """Michel et al. 2019, equation 2: the mean over the samples of |dL / d gate| with L of the task."""
    architecture, config, labels, loss, said = LOSSES[name]
    model = make_model(architecture, **config)
    if name == "pair":
        model = replace(model, task=Task("similarity", Pooling()))
    texts = [("the cat sat down", "it was tired"), ("it was the sun", "the sun sat"), (TEXT, "the cat was down")]
    samples = [Sample(*pair, label) for pair, label in zip(texts, labels, strict=True)]
    found = mean_importance(model, samples, normalised=False)
    each = [slopes(model, lambda network, sample=sample: float(loss(network, model, sample))) for sample in samples]
    assert found.values == pytest.approx(np.mean(each, axis=0), rel=1e-4, abs=1e-4)
    assert said in str(found.loss)
    own = mean_importance(model, [*samples[:2], replace(samples[2], label="")], normalised=False)
    assert "label" not in str(own.loss)
    assert own.values != pytest.approx(found.values, abs=1e-3)


def test_the_curve_says_what_ranked_the_heads(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=3)
    labelled = [Sample(TEXT, label="0"), Sample("it was the sun", label="2")]
    assert "that the label names" in str(next(prune(model, labelled, steps=1)).loss)
    importances = mean_importance(model, SAMPLES)
    given = next(prune(model, labelled, importances=importances, steps=1))
    assert given.loss == importances.loss
    assert "the model chooses" in str(given.loss)
    assert next(prune(model, labelled, importances=importances.values, steps=1)).loss is None


@pytest.mark.parametrize("how", ["zero", "uniform"])
def test_each_step_is_the_score_without_its_heads(masked: Model, how: str) -> None:
    values = np.array([[0.3, 0.1, 0.4], [0.2, 0.6, 0.5]])
    steps = list(prune(masked, SAMPLES, "most", how, importances=values, steps=4))
    order, judged = ranked(values, "most"), evaluation(masked, SAMPLES)
    assert [len(step.heads) for step in steps] == [0, 2, 3, 4, 6]
    for step in steps:
        assert list(step.heads) == order[: len(step.heads)]
        assert step.score == pytest.approx(judged.score(switched(step.heads, [3, 3], how)))
        assert step.total == 6


def test_the_curve_can_be_left_after_any_step(embedded: Model) -> None:
    curve = prune(embedded, order="random", importances=np.zeros((6, 12)))
    first, second = itertools.islice(curve, 2)
    curve.close()
    assert (len(first.heads), len(second.heads)) == (0, 7)
    assert first.score > 0.5


def test_importances_are_made_from_the_samples_where_none_are_given(masked: Model) -> None:
    calls: list[int] = []
    last = list(prune(masked, SAMPLES, steps=1, progress=lambda done, _: calls.append(done)))[-1]
    assert list(last.heads) == ranked(mean_importance(masked, SAMPLES).values, "least")
    assert calls == [1, 2, 3]


def test_no_steps_and_no_samples_are_refused(masked: Model) -> None:
    with pytest.raises(InputError, match="0 steps"):
        next(prune(masked, SAMPLES, steps=0))
    with pytest.raises(InputError, match="no sample"):
        next(prune(masked, []))
