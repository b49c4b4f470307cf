"""Questions: texts put to models and answered once, so that whoever changes something in them waits for no more than the change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from attention_viz.selection import Selection
from attention_viz.ui.work.caches import cached_result, reading_key
from attention_viz.ui.work.results import size_of

if TYPE_CHECKING:
    from attention_viz.experiments import Question
    from attention_viz.models import Model


@dataclass(frozen=True, eq=False)
class Posed:
    """A question whose untouched answer is known. lock: to be held by whoever works with it, one thread at a time"""

    question: Question
    lock: Lock = field(default_factory=Lock)

    @property
    def nbytes(self) -> int:
        """About what is kept of the untouched passes; the weights are the model's own."""
        return size_of((self.question.untouched, self.question.attended, self.question.blocks))


@contextmanager
def question_of(model: Model, selection: Selection) -> Iterator[Question]:
    """The question of a text with its own masks alone, for one thread at a time. Posed by the first who asks, and shared by
    all who look at the same text; kept beside the readings, within their bound. Raises as `experiments.pose`."""
    key = ("question", reading_key(model, selection))
    posed: Posed = cached_result(key, lambda: _posed(model, selection), lambda made: made.nbytes)
    with posed.lock:
        yield posed.question


def _posed(model: Model, selection: Selection) -> Posed:
    from attention_viz.experiments import pose

    return Posed(pose(model, selection.text, selection.second))
