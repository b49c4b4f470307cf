"""Caches: models and readings shared by all sessions, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from attention_viz.errors import Message
from attention_viz.selection import Selection
from attention_viz.ui.jobs import Job, Jobs

if TYPE_CHECKING:
    from attention_viz.models import Model, Reading
    from attention_viz.models.hub import Progress

MODEL_BYTES = 6 * 2**30
"""Weights of all models kept at once; the least recently used goes first. One model always stays."""
READING_BYTES = 512 * 2**20
"""Attention and frames of recent texts kept at once."""


class ByteCache:
    """The most recently used values within a bound of bytes. Two who ask for the same value share one computation."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._makers: dict[Hashable, threading.Lock] = {}

    @property
    def nbytes(self) -> int:
        return sum(size for _, size in self._values.values())

    def peek(self, key: Hashable) -> Any | None:
        """The value if it is there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
            return None

    def get(self, key: Hashable, make: Callable[[], Any], size: Callable[[Any], int]) -> Any:
        """The value, made now if it is not there."""
        value = self.peek(key)
        if value is not None:
            return value
        with self._lock:
            maker = self._makers.setdefault(key, threading.Lock())
        with maker:
            value = self.peek(key)
            if value is None:
                value = make()
                self._keep(key, value, size(value))
        with self._lock:
            self._makers.pop(key, None)
        return value

    def _keep(self, key: Hashable, value: Any, size: int) -> None:
        with self._lock:
            self._values[key] = (value, size)
            while self.nbytes > self.limit and len(self._values) > 1:
                self._values.popitem(last=False)


@lru_cache(maxsize=1)
def _models() -> ByteCache:
    return ByteCache(MODEL_BYTES)


@lru_cache(maxsize=1)
def _readings() -> ByteCache:
    return ByteCache(READING_BYTES)


@lru_cache(maxsize=1)
def jobs() -> Jobs:
    return Jobs()


@lru_cache(maxsize=1)
def forward_lock() -> threading.Lock:
    """Held round a forward pass: passes one after another cost less than passes that fight for the cores."""
    return threading.Lock()


def embedded_model() -> Model:
    """The embedded default, loaded once for all sessions."""
    return _load("", None)


def loaded_model(source: str) -> Model | None:
    """The model, if it is loaded already."""
    return _models().peek(source)


def ask_for_model(source: str) -> Job:
    """The job that loads a model; several sessions that ask for the same one share it."""
    return jobs().ask(("model", source), lambda job: _load(source, job))


def _load(source: str, job: Job | None) -> Model:
    from attention_viz.models import load_model

    def make() -> Model:
        if job is None:
            return load_model(source)
        return load_model(source, report=lambda progress: _tell(job, progress), stop=job.stop)

    return _models().get(source, make, lambda model: model.network.get_memory_footprint())


def _tell(job: Job, progress: Progress) -> None:
    sizes = {"file": progress.file, "done": progress.done / 1e6, "total": progress.total / 1e6}
    fraction = min(progress.done / progress.total, 1.0) if progress.total else None
    job.report(fraction, Message("Fetching {file}: {done:.0f} of {total:.0f} MB", sizes))


def read(model: Model, look: Selection, job: Job | None = None) -> Reading:
    """What the model reads in the text of a look; too long a text as the look says. `job` hears of the progress."""

    def make() -> Reading:
        with forward_lock():
            return model.read(look.text, look.second, part=look.part or None, overlong=look.overlong, **_watched(job))

    return _readings().get(reading_key(model, look), make, lambda reading: reading.attention.nbytes)


def known_reading(model: Model, look: Selection) -> Reading | None:
    """The reading, if it is there already."""
    return _readings().peek(reading_key(model, look))


def ask_for_reading(model: Model, look: Selection) -> Job:
    """The job that reads a long text."""
    return jobs().ask(reading_key(model, look), lambda job: read(model, look, job))


def reading_key(model: Model, look: Selection) -> Hashable:
    """What a reading depends on: the model, its version, the text and how it is read."""
    return ("reading", model.source, model.revision, look.text, look.second, look.part, look.overlong)


def _watched(job: Job | None) -> dict[str, Any]:
    if job is None:
        return {}
    return {"progress": lambda done, total: job.report(done / total), "stop": job.stop}


def derived(key: Hashable, make: Callable[[], bytes]) -> bytes:
    """Bytes made from a reading, kept beside the readings."""
    made: bytes = _readings().get(("derived", key), make, len)
    return made


def worked_out(key: Hashable, make: Callable[[], Any], size: Callable[[Any], int]) -> Any:
    """A result about a reading, made now if it is not there; kept beside the readings. size: its bytes."""
    return _readings().get(("worked out", key), make, size)


def already_worked_out(key: Hashable) -> Any | None:
    """Such a result, if it is there already."""
    return _readings().peek(("worked out", key))
