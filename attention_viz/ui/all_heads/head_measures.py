"""Head measures: what every head does on the text in use, and which heads do the same; computed once for all visitors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from attention_viz import measures, patterns
from attention_viz.attention import Attention
from attention_viz.errors import InputError
from attention_viz.measures import HeadTable, Progress
from attention_viz.patterns import Label
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.wording import say
from attention_viz.ui.work.caches import reading_key
from attention_viz.ui.work.results import result
from attention_viz.ui.work.throttle import throttle_forward
from attention_viz.view import block

if TYPE_CHECKING:
    from attention_viz.experiments import Importance

THUMBNAIL = 28
"""Rows and columns of a small picture of a head."""
CELLS_AT_ONCE = 20_000_000
"""Weights that are measured while the visitor waits, about 0.3 s."""
PAIRS_AT_ONCE = 150_000_000
"""Weights of one head compared with those of another while the visitor waits, about 0.4 s."""
MAP_BYTES = 256 * 2**20
"""Weights of all heads that are held at once to compare each head with each."""
GRADIENT_CELLS_AT_ONCE = 5_000_000
"""Weights through which a gradient is taken while the visitor waits, about 0.3 s."""


@dataclass(frozen=True, eq=False)
class HeadMeasures:
    """Every head of one text: its measures, its label and a small picture.

    labels   : one per row of the table
    pictures : (row, <= THUMBNAIL, <= THUMBNAIL) uint8, the root of the highest weights of groups of tokens
    """

    table: HeadTable
    labels: tuple[Label, ...]
    pictures: np.ndarray


@dataclass(frozen=True, eq=False)
class HeadMap:
    """Which heads attend alike.

    distances   : (row, row), the root of `measures.jensen_shannon`: 0 to 0.83
    coordinates : (row, 2) a map on which like heads are near each other
    """

    distances: np.ndarray
    coordinates: np.ndarray

    def groups(self, n: int) -> np.ndarray:
        """Which heads belong together: (row,) int from 0."""
        return measures.clusters(self.distances, min(n, len(self.distances)))


def measure_heads(subject: Subject) -> HeadMeasures | None:
    """What does every head do on this text? None while it is under way."""
    attention = subject.attention
    return result(
        "measured",
        reading_key(subject.model, subject.selection),
        lambda progress: _measure(attention, progress),
        doing=say("Measuring every head"),
        quick=_cells(attention) <= CELLS_AT_ONCE,
    )


def map_heads(subject: Subject) -> HeadMap | None:
    """Which heads do the same? None while it is under way. Raises InputError for a text beyond MAP_BYTES."""
    attention, n_heads = subject.attention, sum(subject.attention.source.heads)
    _check_memory(attention)
    return result(
        "places",
        reading_key(subject.model, subject.selection),
        lambda progress: _map(attention, progress),
        doing=say("Comparing every two heads"),
        quick=_cells(attention) * n_heads / 2 <= PAIRS_AT_ONCE,
    )


def importance(subject: Subject) -> Importance | None:
    """How much does the model's answer depend on each head? None while it is under way. Raises as `experiments.importance`."""
    from attention_viz import experiments

    model, selection = subject.model, subject.selection

    def make(progress: Progress | None) -> Importance:
        with throttle_forward(waited_for=progress is None):
            return experiments.importance(model, subject.text_read, second=selection.second)

    return result(
        "importance",
        reading_key(model, selection),
        make,
        doing=say("Working out the importance of every head"),
        quick=_cells(subject.attention) <= GRADIENT_CELLS_AT_ONCE,
    )


def _measure(attention: Attention, progress: Progress | None) -> HeadMeasures:
    table = measures.table(attention, progress)
    pictures = np.stack([block.quantise(each, "root8") for _, _, each in attention.thumbnails(THUMBNAIL)])
    return HeadMeasures(table, tuple(patterns.labels(table, patterns.is_pair(attention))), pictures)


def _map(attention: Attention, progress: Progress | None) -> HeadMap:
    heads = np.concatenate([attention.weights(layer) for layer in attention.layers])
    distances = np.sqrt(measures.jensen_shannon(heads, progress=progress))  # the root obeys the triangle inequality
    return HeadMap(distances, measures.place(distances, "metric"))


def _cells(attention: Attention) -> int:
    """Weights of all heads."""
    return sum(attention.source.heads) * attention.shape[0] * attention.shape[1]


def _check_memory(attention: Attention) -> None:
    n, size = max(attention.shape), 4 * _cells(attention)
    if size > MAP_BYTES:
        fits = int(n * (MAP_BYTES / size) ** 0.5)
        raise InputError(
            "This text has {n} tokens; the map compares all weights of every two heads of this model up to {limit}, because they take memory that grows with the square of the tokens. Shorten the text by {over}.",
            n=n,
            limit=fits,
            over=n - fits,
        )
