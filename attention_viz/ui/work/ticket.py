"""Ticket: what one visitor holds of a job that others may want too."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attention_viz.errors import AttentionVizError
from attention_viz.ui.work.job import Job

if TYPE_CHECKING:
    from attention_viz.ui.work.jobs import Jobs


@dataclass(eq=False)
class Ticket:
    """A visitor's part in a job: its result or error, until the visitor leaves it."""

    job: Job
    visitor: str
    pool: Jobs
    left: bool = False

    @property
    def lapsed(self) -> bool:
        """Whether it was stopped because this visitor's connection was closed: whoever is here again asks anew."""
        return not self.left and self.job.done and self.visitor in self.job.gone

    @property
    def key(self) -> Hashable:
        return self.job.key

    @property
    def done(self) -> bool:
        """Whether the work ended, or this visitor left it."""
        return self.left or self.job.done

    @property
    def result(self) -> Any:
        return None if self.left else self.job.result

    @property
    def error(self) -> AttentionVizError | None:
        return None if self.left else self.job.error

    def keep_alive(self) -> Ticket:
        """Say that this visitor still waits."""
        self.pool.keep_alive(self.job, self.visitor)
        return self

    def leave(self) -> None:
        """No longer want it; it is stopped, unless somebody else wants it."""
        self.left = True
        self.pool.leave(self.job, self.visitor)

    def ahead(self) -> int:
        """How many waiting jobs begin before this one."""
        return self.pool.ahead(self.job)
