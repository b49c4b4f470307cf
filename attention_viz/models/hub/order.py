"""Order: a model that is asked for, within which limits, how far its download is, and what came."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from attention_viz.errors import Message


@dataclass(frozen=True)
class Limits:
    """How long a hub may take, and how much a model may.

    reach   : seconds until the hub's address must have taken a connection, the look-up of its name included
    silence : seconds without a sign of life, before the answer or between two pieces of a file
    size    : bytes of all files of one model together, known before the download
    """

    reach: float = 4.0
    silence: float = 20.0
    size: int = 4_000_000_000


LIMITS = Limits()


@dataclass(frozen=True)
class Order:
    """What is asked for: the full name, the name as it was typed, the folder to fill (None = the hub client's cache)."""

    name: str
    typed: str
    revision: str | None
    target: Path | None
    endpoint: str
    limits: Limits = LIMITS


@dataclass(frozen=True)
class Progress:
    """How far a download is: bytes done, of all bytes that are missing; `file` is under way ("" = none)."""

    done: int
    total: int
    file: str = ""


@dataclass(frozen=True)
class Fetched:
    """A model's files in a folder.

    repo     : the full name, owner/name
    revision : the commit they are from; "" where a folder filled by hand does not tell
    notes    : what the user must know, such as that the hub gave no answer
    """

    folder: Path
    repo: str
    revision: str
    notes: tuple[Message, ...] = ()
