"""Class counts: how often each option of the class questions was chosen, before a lesson and after it.

Numbers alone, in the memory of this server: who answered is not known, and they are gone when the program ends.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal, get_args

Phase = Literal["before", "after"]
PHASES: tuple[Phase, ...] = get_args(Phase)
MOST_SHEETS = 2_000
"""Sets of answers that are counted in a round, for each phase."""

Option = tuple[int, int]
"""(question, option), both from 1."""


class ClassCounts:
    """The counts of one round. round: how often they were set to zero"""

    def __init__(self) -> None:
        self.round = 0
        self._lock = threading.Lock()
        self._chosen: dict[Phase, Counter[Option]] = {}
        self._sheets: Counter[Phase] = Counter()
        self._clear()

    def add(self, phase: Phase, options: Sequence[int]) -> None:
        """Count the answers of one who answered all questions, an option for each, from 1."""
        with self._lock:
            if self._sheets[phase] < MOST_SHEETS:
                self._sheets[phase] += 1
                self._chosen[phase].update(enumerate(options, start=1))

    def begin_anew(self) -> None:
        """Zero everywhere; whoever has answered may answer again."""
        with self._lock:
            self.round += 1
            self._clear()

    def sheets(self, phase: Phase) -> int:
        """How many answered."""
        return self._sheets[phase]

    def chosen(self, phase: Phase) -> Mapping[Option, int]:
        """How many chose each option."""
        return dict(self._chosen[phase])

    def _clear(self) -> None:
        self._chosen = {phase: Counter() for phase in PHASES}
        self._sheets = Counter()


@lru_cache(maxsize=1)
def class_counts() -> ClassCounts:
    """Those of this server."""
    return ClassCounts()
