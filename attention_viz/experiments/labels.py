"""Labels: what a set of samples says is right, as one number for each sample.

With it the loss is that of the task (Michel et al. 2019); without it the model's own answer is what is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from attention_viz.errors import InputError
from attention_viz.experiments.samples import Sample
from attention_viz.models import Model
from attention_viz.models.checkpoint.task import scale_of


def wanted(model: Model, samples: Sequence[Sample]) -> np.ndarray | None:
    """What shall the model answer to each sample? (sample,); None where the samples do not say, or it is not asked so.

    Of a classifier the number of the class; of a regression the number; of an embedding model and pairs how alike the two
    texts shall be, the labels drawn to 0 for the lowest and 1 for the highest.
    Raises InputError for a class that the model does not know.
    """
    kind, network = model.task.kind, model.network
    if kind == "classes" and scale_of(network) == "one":
        return class_numbers(model, samples)
    if kind == "classes" and scale_of(network) == "numbers" and network.config.num_labels == 1:
        return numbers(samples)
    likenesses = numbers(samples) if kind == "similarity" and all(each.second is not None for each in samples) else None
    if likenesses is None or likenesses.max() == likenesses.min():
        return None
    scaled: np.ndarray = (likenesses - likenesses.min()) / (likenesses.max() - likenesses.min())
    return scaled


def numbers(samples: Sequence[Sample]) -> np.ndarray | None:
    """The labels as numbers, (sample,); None where one of them is none."""
    try:
        found = np.array([float(each.label) for each in samples])
    except ValueError:
        return None
    return found if np.isfinite(found).all() else None


def class_numbers(model: Model, samples: Sequence[Sample]) -> np.ndarray | None:
    """The labels as numbers of classes, (sample,) int; they may be written as names or numbers. None where one is missing."""
    if not all(each.label for each in samples):
        return None
    names = class_names(model)
    known = {name.lower(): number for number, name in enumerate(names)}
    known |= {str(number): number for number in known.values()}
    unknown = sorted({each.label for each in samples if each.label.lower() not in known})
    if unknown:
        raise InputError(
            "{model} does not know the label {label}; its classes are {classes}. Correct the column, or leave it empty.",
            model=model.name,
            label=unknown[0],
            classes=", ".join(names),
        )
    return np.array([known[each.label.lower()] for each in samples])


def class_names(model: Model) -> list[str]:
    """How the configuration calls each class, or each number that the model gives; its number where it has no name."""
    config = model.network.config
    given: dict[Any, str] = dict(config.id2label or {})
    return [str(given.get(each, each)) for each in range(int(config.num_labels or 0))]
