"""Cluster: where the work runs that is not done in this process."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.errors import InputError


@dataclass(frozen=True)
class Cluster:
    """Where the work runs that is not done in this process.

    address : of a cluster that runs already ("10.0.0.5:6379", or "auto"); "" = processes of this computer
    actors  : processes, each with a model of its own; 0 = as many as the processors, or the GPUs, allow
    cpus    : processors of each, which is also how many threads it computes with
    gpus    : of each; a share such as 0.5 is allowed
    memory  : bytes of the shared memory of a cluster that is started here
    """

    address: str = ""
    actors: int = 0
    cpus: int = 1
    gpus: float = 0
    memory: int = 100 << 20

    def __post_init__(self) -> None:
        if self.actors < 0 or self.cpus < 1 or self.gpus < 0:
            raise InputError(
                "{actors} processes with {cpus} processors and {gpus} GPUs each cannot be had. Give at least one processor each.",
                actors=self.actors,
                cpus=self.cpus,
                gpus=self.gpus,
            )
