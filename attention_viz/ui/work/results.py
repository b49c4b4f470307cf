"""Results: what is computed from a reading, at once where that is quick, else as a job; cached beside the readings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from attention_viz.measures import Progress
from attention_viz.ui.work.caches import cached_result, jobs, known_result
from attention_viz.ui.work.ticket import Ticket
from attention_viz.ui.work.visitor import visitor
from attention_viz.ui.work.waiting import outcome

Made = TypeVar("Made")
LEAST = 1_000
"""Bytes that any value is taken to hold."""


def result(
    slot: str, about: Hashable, make: Callable[[Progress | None], Made], *, doing: str, quick: bool
) -> Made | None:
    """What `make` makes, from the cache if somebody asked before; None while it is under way, or has failed.

    slot  : its name on the page; about: all that it depends on
    make  : given what it reports its progress to
    quick : made while the visitor waits; else as a job, whose progress or end is shown here
    """
    key = (slot, about)
    made: Made | None = known_result(key)
    if made is None and quick:
        made = cached_result(key, lambda: make(None), size_of)
    if made is not None:
        return made
    found: Made | None = outcome(slot, key, lambda: _ask(key, make), doing)
    return found


def results_about(reading: Hashable) -> Callable[..., Any]:
    """`result` for what depends on one reading: slot, about, make, doing; doing None = quick. reading: names it"""

    def found(
        slot: str, about: Hashable, make: Callable[[Progress | None], Made], doing: str | None = None
    ) -> Made | None:
        return result(slot, (about, reading), make, doing=doing or "", quick=doing is None)

    return found


def _ask(key: Hashable, make: Callable[[Progress | None], Any]) -> Ticket:
    return jobs().ask(key, lambda job: cached_result(key, lambda: make(job.step), size_of), visitor())


def size_of(value: Any) -> int:
    """About how many bytes a result holds."""
    nbytes = getattr(value, "nbytes", None)
    if isinstance(nbytes, int):  # of an array, or of what says so itself
        return LEAST + nbytes
    if isinstance(value, (bytes, str)):
        return LEAST + len(value)
    if isinstance(value, Mapping):
        return LEAST + sum(map(size_of, value.values()))
    if isinstance(value, (list, tuple)):
        return LEAST + sum(map(size_of, value))
    if is_dataclass(value):
        return LEAST + sum(size_of(getattr(value, each.name)) for each in fields(value))
    return LEAST
