"""Store: folders on the server's disk for collections that visitors have measured, bounded in bytes.

A folder is named by a hash of the collection's bytes and all that its numbers depend on, so that it is found again by whoever
brings the same bytes, also after the server was killed, and by nobody else.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from attention_viz.corpus import Options
from attention_viz.errors import InputError
from attention_viz.models import Model
from attention_viz.ui.server.limits import MB, limits
from attention_viz.version import VERSION

VARIABLE = "ATTENTION_VIZ_CACHE"
"""Environment variable that names another folder."""

_used: list[Path] = []
_lock = threading.Lock()


def store() -> Path:
    """Where do they lie? Nobody but the server's own user may look in."""
    system = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    named = os.environ.get(VARIABLE) or f"{system}/attention-viz"
    return Path(named).expanduser() / "collections"


def folder_of(digest: str, model: Model, options: Options) -> Path:
    """The folder for a collection, measured by a model with these options. digest: of all that the texts depend on"""
    versions = (VERSION, *map(version, ("torch", "transformers", "tokenizers")))
    about = (digest, model.source, model.revision, options, versions)
    return store() / hashlib.sha256(repr(about).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@contextmanager
def in_use(folder: Path) -> Iterator[Path]:
    """The folder while it is filled; before that those that were used longest ago go, where there is no more room."""
    with _lock:
        _used.append(folder)
        _make_room()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        touch(folder)
        yield folder
    except OSError as reason:
        raise InputError(
            "This server cannot keep the results of a collection: {reason}. Whoever runs it names another folder in {variable}.",
            reason=reason.strerror or reason,
            variable=VARIABLE,
        ) from reason
    finally:
        with _lock:
            _used.remove(folder)
            _make_room(keep=folder)


def touch(folder: Path) -> None:
    """Note that a folder was used now."""
    try:
        os.utime(folder)
    except OSError:
        return  # it was read, which is what matters


def _make_room(keep: Path | None = None) -> None:
    """Removes folders, the one used longest ago first, until all together fit."""
    found = sorted((each.stat().st_mtime, each) for each in store().glob("*") if each.is_dir())
    sizes = {each: _size(each) for _, each in found}
    total, most = sum(sizes.values()), limits().collections.disk_mb * MB
    for _, each in found:
        if total <= most:
            return
        if each != keep and each not in _used:
            shutil.rmtree(each, ignore_errors=True)
            total -= sizes[each]


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
