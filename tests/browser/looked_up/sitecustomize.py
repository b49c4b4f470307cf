"""Writes down what a Python process looks up on the disk, or whom, where the name has a mark in it.

A process whose PYTHONPATH has this folder runs it at its start. LOOKED_UP: the file that is written to; MARK: the mark
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

MARK, LOG = os.environ["MARK"], os.environ["LOOKED_UP"]
KINDS = ("open", "os.", "shutil.", "glob.", "subprocess.", "pathlib.", "socket.")


def note(what: str, *arguments: object) -> None:
    said = repr(arguments)
    if MARK in said:
        log = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(log, f"{what} {said[:300]}\n".encode())
        os.close(log)


def noted(name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        note(name, *arguments)
        return usual(*arguments, **named)

    return call


def hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(KINDS):
        note(event, *arguments)


for name in ("stat", "lstat", "access", "readlink"):  # which Python's own audit events leave out
    setattr(os, name, noted(name, getattr(os, name)))
if sys.platform != "win32":
    import pwd

    pwd.getpwnam = noted("getpwnam", pwd.getpwnam)  # type: ignore[assignment]
sys.addaudithook(hear)
