"""Recording: who watches a pass, how far it is, and how it is stopped. Nothing is kept in the model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from torch import nn

from attention_viz.errors import StoppedError


@dataclass(frozen=True)
class Watch:
    """Somebody who waits for a long pass.

    progress : called with (attention layers done, attention layers in all) as each begins
    stop     : set it, from any thread, to end the pass before its next layer
    """

    progress: Callable[[int, int], None] | None = None
    stop: threading.Event | None = None

    def step(self, done: int, total: int) -> None:
        """One more layer begins. Raises StoppedError where the pass shall end."""
        if self.stop is not None and self.stop.is_set():
            raise StoppedError("Stopped after {done} of {total} attention layers.", done=done, total=total)
        if self.progress is not None:
            self.progress(done, total)

    def within(self, number: int, passes: int) -> Watch:
        """The same, for one of several passes of equal length."""
        told = self.progress
        if told is None:
            return self
        return Watch(lambda done, total: told(number * total + done, passes * total), self.stop)


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a map of attention, in the model that runs.

    module     : the attention module; a model that repeats its layers has the same one several times. None = the layer
                 has no attention, and no heads
    place      : at which place of the module's output the weights are, where it computes them
    scores     : what it gives out there are the scores before the softmax
    sinks      : its softmax has more keys than these, so that rows sum to less than 1
    steps      : its weights are rounded down to whole steps, so that rows sum to a little less than 1
    projection : the linear module that takes the heads' outputs, where it is known
    """

    module: nn.Module | None
    place: int
    n_heads: int
    scores: bool = False
    sinks: bool = False
    steps: bool = False
    projection: nn.Module | None = None


class PassEnded(Exception):  # noqa: N818  no error, as StopIteration is none
    """All that was wanted of a pass is there: raised by a recorder, out of the model, to those who started it."""


Record = TypeVar("Record")


def by_number(records: Sequence[Record], layers: Sequence[Layer]) -> dict[int, Record]:
    """The number of its layer -> each record of a pass. Raises ValueError where there are more or fewer than layers with attention."""
    numbers = [number for number, layer in enumerate(layers) if layer.n_heads]
    return dict(zip(numbers, records, strict=True))


@dataclass
class Recorder:
    """What one pass leaves behind: one record for each time an attention module ran, in that order.

    total   : how often attention modules will run
    lengths : tokens of each text of the pass, its padding at the end left out; () = every text is whole
    wanted  : the attention modules whose records end the pass once all are there; () = it runs to its end
    ends    : whether records of this kind can end a pass: they hold what the weights are computed from, and no more runs
    """

    ends: ClassVar[bool] = False

    total: int
    watch: Watch | None = None
    lengths: Sequence[int] = ()
    wanted: Collection[nn.Module] = ()
    records: list[tuple[nn.Module, Any]] = field(default_factory=list)

    def begin(self) -> None:
        """An attention module is about to run."""
        if self.watch is not None:
            self.watch.step(len(self.records), self.total)

    def keep(self, module: nn.Module, record: Any) -> None:
        """Raises PassEnded with the last record that is wanted."""
        self.records.append((module, record))
        if self.wanted and sum(each in self.wanted for each, _ in self.records) == self.total:
            raise PassEnded

    def of(self, layers: Sequence[Layer]) -> list[Any]:
        """The records of these layers' modules."""
        modules = {id(layer.module) for layer in layers}
        return [record for module, record in self.records if id(module) in modules]


_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


def current() -> Recorder | None:
    """Who records in the running thread; None = nobody."""
    return _recorder.get()


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """What runs inside, in this thread, is recorded."""
    token = _recorder.set(recorder)
    try:
        yield recorder
    finally:
        _recorder.reset(token)
