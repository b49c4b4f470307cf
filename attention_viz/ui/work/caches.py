"""Caches: models and readings shared by all sessions, bounded in bytes, and the forward passes that fill them."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from attention_viz.errors import Message
from attention_viz.selection import Selection
from attention_viz.ui.server.allow_list import check_allowed
from attention_viz.ui.server.limits import MB, limits
from attention_viz.ui.work.byte_cache import ByteCache
from attention_viz.ui.work.job import Job
from attention_viz.ui.work.jobs import Jobs
from attention_viz.ui.work.text_lengths import check_characters, check_length, encoded
from attention_viz.ui.work.throttle import throttle_forward
from attention_viz.ui.work.ticket import Ticket
from attention_viz.ui.work.visitor import address_of, has_gone, visitor

if TYPE_CHECKING:
    from attention_viz.models import Model, Reading
    from attention_viz.models.hub import Progress
    from attention_viz.models.reading.encoded import Encoded


@lru_cache(maxsize=1)
def _models() -> ByteCache:
    return ByteCache(limits().models.memory_mb * MB)


@lru_cache(maxsize=1)
def _readings() -> ByteCache:
    return ByteCache(limits().results.memory_mb * MB)


@lru_cache(maxsize=1)
def jobs() -> Jobs:
    """Long computations."""
    return _pool()


@lru_cache(maxsize=1)
def loads() -> Jobs:
    """Models that are fetched and loaded: in a pool of their own, because a slow network takes no processor."""
    return _pool()


def _pool() -> Jobs:
    work = limits().work
    pool = Jobs(work.at_once, work.waiting, work.of_one_visitor, work.of_one_address, address_of, has_gone)
    atexit.register(pool.end)
    return pool


def embedded_model(source: str = "") -> Model:
    """One of the models that come with the app, loaded once for all sessions, when it is first asked for."""
    return _load(source, None)


def loaded_model(source: str) -> Model | None:
    """The model, if it is loaded already."""
    return _models().peek(source)


def ask_for_model(source: str) -> Ticket:
    """The job that loads a model; several sessions that ask for the same one share it."""
    return loads().ask(("model", source), lambda job: _load(source, job), visitor())


def untrained_model(model: Model) -> Model | None:
    """This model before training, if it was asked for already."""
    return _models().peek(_untrained_key(model))


def ask_for_untrained(model: Model) -> Ticket:
    """The job that draws the numbers of this model anew; several sessions that ask for the same one share it."""
    from attention_viz.models import untrained

    def make(_: Job) -> Model:
        _models().reserve(_untrained_key(model), model.nbytes)
        return _models().get(_untrained_key(model), lambda: untrained(model), lambda drawn: drawn.nbytes)

    return loads().ask(_untrained_key(model), make, visitor())


def _untrained_key(model: Model) -> Hashable:
    return "untrained", model.source, model.revision


def _load(source: str, job: Job | None) -> Model:
    """The one way to a model. Raises ModelError for one that is not offered here, or too large, before it is there."""
    check_allowed(source)
    from attention_viz.models import load_model
    from attention_viz.models.hub import Limits

    def make() -> Model:
        watched: dict[str, Any] = {}
        if job is not None:
            watched = {"report": lambda progress: _tell(job, progress), "stop": job.stop}
        most = Limits(size=limits().models.download_mb * 1_000_000)  # as hubs count
        watched["free_memory"] = lambda size: _models().reserve(source, size)
        return load_model(source, limits=most, allow=check_allowed, **watched)

    return _models().get(source, make, lambda model: model.nbytes)


def _tell(job: Job, progress: Progress) -> None:
    sizes = {"file": progress.file, "done": progress.done / 1e6, "total": progress.total / 1e6}
    fraction = min(progress.done / progress.total, 1.0) if progress.total else None
    job.report(fraction, Message("Fetching {file}: {done:.0f} of {total:.0f} MB", sizes))


def read(model: Model, selection: Selection, job: Job | None = None, cut: Encoded | None = None) -> Reading:
    """What the model reads in the text of a selection; too long a text as the selection says. `job` hears of the progress.

    cut : the same text, where it is tokenised already
    Raises TextError for a text that is longer than this server reads.
    """

    def make() -> Reading:
        check_characters(selection)
        text = encoded(model, selection) if cut is None else cut
        check_length(model, selection, text)
        with throttle_forward(waited_for=job is None):
            return model.read(text, part=selection.part or None, **_watched(job))

    return _readings().get(reading_key(model, selection), make, lambda reading: reading.attention.nbytes)


def known_reading(model: Model, selection: Selection) -> Reading | None:
    """The reading, if it is there already."""
    return _readings().peek(reading_key(model, selection))


def ask_for_reading(model: Model, selection: Selection, cut: Encoded | None = None) -> Ticket:
    """The job that reads a long text."""
    return jobs().ask(reading_key(model, selection), lambda job: read(model, selection, job, cut), visitor())


def reading_key(model: Model, selection: Selection) -> Hashable:
    """What a reading depends on: the model, its version, the text and how it is read."""
    return (
        "reading",
        model.source,
        model.revision,
        selection.text,
        selection.second,
        selection.part,
        selection.overlong,
    )


def _watched(job: Job | None) -> dict[str, Any]:
    if job is None:
        return {}
    return {"progress": lambda done, total: job.report(done / total), "stop": job.stop}


def cached_result(key: Hashable, make: Callable[[], Any], size: Callable[[Any], int]) -> Any:
    """A result about a reading, made now if it is not there; kept beside the readings. size: its bytes."""
    return _readings().get(("result", key), make, size)


def known_result(key: Hashable) -> Any | None:
    """Such a result, if it is there already."""
    return _readings().peek(("result", key))
