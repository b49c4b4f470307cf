"""Turns: in which order long work begins, so that addresses take turns, and visitors within each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from attention_viz.ui.work.job import Job


def in_turn(waiting: Sequence[Job], running: Sequence[Job]) -> list[Job]:
    """The jobs that wait, in the order in which they begin; the last one gives way where too many wait.

    First comes what has the fewest jobs of its own address before it, running ones included; among those of one address,
    what has the fewest of its own visitor. Whoever asks for much waits behind others who ask for little, in however many
    sessions.
    """
    by_visitor = _turns(waiting, running, lambda job: job.last_seen)
    ordered = sorted(waiting, key=lambda job: by_visitor[job])
    by_address = _turns(ordered, running, _addresses)
    return sorted(ordered, key=lambda job: (by_address[job], by_visitor[job]))


def _addresses(job: Job) -> list[str]:
    """Where those come from who want it; one whose address is not known stands for himself or herself."""
    return list({address or visitor for visitor, address in job.addresses.items()})


def _turns(waiting: Sequence[Job], running: Sequence[Job], whose: Callable[[Job], Iterable[str]]) -> dict[Job, int]:
    """How many jobs of the same one run, or wait before this one; of several who want it, of whom has the fewest."""
    counts = Counter(each for job in running for each in whose(job))
    turns: dict[Job, int] = {}
    for job in waiting:
        turns[job] = min((counts[each] for each in whose(job)), default=0)
        counts.update(iter(whose(job)))
    return turns
