"""Cluster: where the work runs that is not done in this process."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from attention_viz.errors import InputError

PATIENCE = 10
"""Seconds that a cluster may take to answer."""


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


def room(ray: Any, cluster: Cluster) -> int:
    """How many processes there is room for."""
    there = ray.cluster_resources()
    by_cpus = int(there.get("CPU", 1) // cluster.cpus)
    by_gpus = int(there.get("GPU", 0) // cluster.gpus) if cluster.gpus else by_cpus
    if min(by_cpus, by_gpus) < 1:
        raise InputError(
            "The cluster has {cpus:.0f} processors and {gpus:.0f} GPUs; a process asks for {own_cpus} and {own_gpus}. Ask for fewer.",
            cpus=there.get("CPU", 0),
            gpus=there.get("GPU", 0),
            own_cpus=cluster.cpus,
            own_gpus=cluster.gpus,
        )
    return min(by_cpus, by_gpus)


def _check_reached(address: str) -> None:
    """Raises InputError where nothing answers there; Ray itself would go on asking for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or "/" in host:
        return
    try:
        socket.create_connection((host, int(port)), timeout=PATIENCE).close()
    except OSError as reason:
        raise _not_reached(address, reason) from reason


def _not_reached(address: str, reason: Exception) -> InputError:
    return InputError(
        "Ray cannot be reached at {address}: {reason}. Start it there, or leave the address out for this computer.",
        address=address or "127.0.0.1",
        reason=str(reason).strip().split("\n")[0][:300],
    )


@contextmanager
def started(ray: Any, cluster: Cluster) -> Iterator[None]:
    """Ray, running: what is started here is ended here."""
    if ray.is_initialized():
        yield
        return
    _check_reached(cluster.address)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    quiet = {"logging_level": "error", "log_to_driver": False}
    try:
        if cluster.address:
            ray.init(address=cluster.address, **quiet)
        else:
            n_cpus = cluster.actors * cluster.cpus if cluster.actors else None
            ray.init(
                address="local",  # not a cluster that RAY_ADDRESS names, or whose files were left on this computer
                num_cpus=n_cpus,
                include_dashboard=False,
                object_store_memory=cluster.memory,
                _node_ip_address="127.0.0.1",
                **quiet,
            )
    except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as reason:
        raise _not_reached(cluster.address, reason) from reason
    try:
        yield
    finally:
        ray.shutdown()
