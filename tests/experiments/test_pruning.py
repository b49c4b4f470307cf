from __future__ import annotations

import itertools

import numpy as np
import pytest
from by_hand import TEXT

from attention_viz import Model
from attention_viz.errors import InputError, SelectionError
from attention_viz.experiments import Sample, importance, mean_importance, prune, ranked
from attention_viz.experiments.evaluation import evaluation
from attention_viz.experiments.importance import by_layer
from attention_viz.experiments.switches import switched

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
