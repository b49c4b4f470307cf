"""On Ray: shards on several processes, of this computer or of a cluster; each process has a model of its own.

Ray starts a process again that has died, and gives it its shard again; a shard is a file or is not, so it is never there twice.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from attention_viz.corpus import needs
from attention_viz.corpus.cluster import Cluster, room, started
from attention_viz.corpus.fingerprint import Fingerprint, differences, fingerprint
from attention_viz.corpus.folder import Folder
from attention_viz.corpus.options import Options
from attention_viz.corpus.plan import Done, Shard
from attention_viz.corpus.reader import Reader, done_before, ready
from attention_viz.errors import AttentionVizError, InputError, StoppedError

RESTARTS = 3
"""How often a process that died is started again, and how often its shard is tried again."""

TICK = 0.5
"""Seconds between two looks at whether the run shall stop."""


@dataclass(frozen=True)
class Refused:
    """Why a process could not do its work, in a sentence: an error itself loses its sentence on the way."""

    reason: str


class Worker:
    """What one process does: it loads a model, and measures one shard after the other."""

    def __init__(self, source: str, folder: Folder, options: Options, threads: int) -> None:
        self._source, self._folder, self._options, self._threads = source, folder, options, threads
        self._reader: Reader | None = None
        self._fingerprint: Fingerprint = {}

    def load(self) -> Fingerprint | Refused:
        """Loads the model, and says what its numbers depend on."""
        import torch

        from attention_viz.models import load_model

        torch.set_num_threads(self._threads)
        try:
            model = ready(load_model(self._source), self._options)
            self._fingerprint = fingerprint(model, self._options)
        except AttentionVizError as reason:
            return Refused(str(reason))
        self._reader = Reader(model, self._folder, self._options)
        return self._fingerprint

    def run(self, shard: Shard, expected: Fingerprint) -> Done | Refused:
        """Measures a shard, unless what this process's numbers depend on is not what is expected."""
        if self._reader is None:
            refused = self.load()
            if isinstance(refused, Refused):
                return refused
        assert self._reader is not None
        differ = differences(self._fingerprint, expected)
        if differ:
            return Refused(f"One of the computers has another model or other versions: {'; '.join(differ)[:500]}.")
        try:
            return self._reader.run(shard)
        except AttentionVizError as reason:
            return Refused(str(reason))


def run(
    source: str,
    folder: Folder,
    options: Options,
    cluster: Cluster,
    shards: Iterator[Shard],
    stop: threading.Event | None,
    expected: Fingerprint | None = None,
) -> Iterator[Done]:
    """Each shard as it is done, in the order in which they are done.

    source   : the name or folder by which every process loads the model
    expected : what its numbers must depend on; None = what the first process says
    Raises InputError where Ray cannot be reached or a shard failed again and again; the others are done first.
    """
    ray = needs.ray()
    with started(ray, cluster):
        n_actors = cluster.actors or room(ray, cluster)
        remote = ray.remote(
            max_restarts=RESTARTS, max_task_retries=RESTARTS, num_cpus=cluster.cpus, num_gpus=cluster.gpus
        )(Worker)
        here = Folder(folder.path.absolute())
        pool = _Pool(ray, lambda: remote.remote(source, here, options, cluster.cpus), n_actors, stop)
        try:
            found = _accepted(pool.first(lambda actor: actor.load.remote()))
            wanted = expected or found
            folder.begin(wanted)
            yield from pool.work(folder, shards, wanted)
        finally:
            pool.end()


@dataclass
class _Pool:
    """Processes that are given one shard each at a time.

    idle    : those with nothing to do; busy: what each works on
    lost    : of each shard, how often nobody knows what became of its process, as where a computer is gone
    failed  : shards that no process could do
    """

    ray: Any
    make: Any
    size: int
    stop: threading.Event | None
    idle: list[Any] = field(default_factory=list)
    busy: dict[Any, tuple[Any, Shard]] = field(default_factory=dict)
    lost: Counter[int] = field(default_factory=Counter)
    failed: list[int] = field(default_factory=list)

    def first(self, ask: Any) -> Any:
        """What the first process answers; the others start meanwhile."""
        self.idle = [self.make() for _ in range(self.size)]
        answer = ask(self.idle[0])
        while not self.ray.wait([answer], timeout=TICK)[0]:
            self._check_stop()
        try:
            return self.ray.get(answer)
        except self.ray.exceptions.RayError as reason:
            raise InputError(
                "No process of the cluster could load the model: {reason}. Is attention-viz installed on every computer?",
                reason=str(reason).strip().split("\n")[-1][:300],
            ) from reason

    def work(self, folder: Folder, shards: Iterator[Shard], expected: Fingerprint) -> Iterator[Done]:
        for shard in shards:
            before = done_before(folder, shard)
            if before is not None:
                yield before
                continue
            while not self.idle:
                yield from self._finished(expected)
            self._give(self.idle.pop(), shard, expected)
        while self.busy:
            yield from self._finished(expected)
        if self.failed:
            raise InputError(
                "{n} shards could not be done, since the process ended each time ({shards}). All others are done; run the same again, with more memory for each process.",
                n=len(self.failed),
                shards=", ".join(map(str, sorted(self.failed)[:10])),
            )

    def _give(self, actor: Any, shard: Shard, expected: Fingerprint) -> None:
        self.busy[actor.run.remote(shard, expected)] = actor, shard

    def _finished(self, expected: Fingerprint) -> Iterator[Done]:
        """Waits for the next shard that is done."""
        self._check_stop()
        for answer in self.ray.wait(list(self.busy), num_returns=1, timeout=TICK)[0]:
            actor, shard = self.busy.pop(answer)
            try:
                done = _accepted(self.ray.get(answer))
            except self.ray.exceptions.RayError as reason:
                self.ray.kill(actor)
                if self._may_be_tried_again(shard, reason):
                    self._give(self.make(), shard, expected)
                else:
                    self.failed.append(shard.number)
                    self.idle.append(self.make())
                continue
            self.idle.append(actor)
            yield done

    def _may_be_tried_again(self, shard: Shard, reason: Exception) -> bool:
        """Whether Ray gave up before the process was started again; a shard that was done meanwhile is not done twice."""
        if not isinstance(reason, self.ray.exceptions.ActorUnavailableError):
            return False
        self.lost[shard.number] += 1
        return self.lost[shard.number] <= RESTARTS

    def _check_stop(self) -> None:
        if self.stop is not None and self.stop.is_set():
            raise StoppedError("Stopped. What is done stays; run the same again to go on.")

    def end(self) -> None:
        for actor in [*self.idle, *(actor for actor, _ in self.busy.values())]:
            self.ray.kill(actor)


def _accepted(answer: Any) -> Any:
    if isinstance(answer, Refused):
        raise InputError("{reason}", reason=answer.reason)
    return answer
