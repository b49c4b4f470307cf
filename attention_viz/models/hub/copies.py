"""Copies: models that are on this computer already, in a folder that was filled or in the hub client's cache."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from attention_viz.errors import Message
from attention_viz.models.catalogue import full_name
from attention_viz.models.hub import faults
from attention_viz.models.hub.order import Fetched, Order
from attention_viz.models.hub.repository import RemoteFile, is_complete, is_damaged, is_name

FOLDER_VARIABLE = "ATTENTION_VIZ_MODELS"
"""The environment variable that names a folder filled by `python -m attention_viz fetch`."""

RECORD = "fetched.json"
"""Written beside the files of a filled folder: the commit, and each file's digest."""

UNFINISHED = "UNFINISHED"
"""Lies in a model's folder while it is being filled: what it holds may come from two revisions."""


def models_folder() -> Path | None:
    """Which folder holds models for use without the hub? None when ATTENTION_VIZ_MODELS is not set."""
    folder = os.environ.get(FOLDER_VARIABLE, "").strip()
    return Path(folder).expanduser() if folder else None


def place(folder: Path, name: str) -> Path:
    """Where in a folder of models does the one with this full name lie? FOLDER/owner/name."""
    return folder.joinpath(*name.split("/"))


def local_copy(name: str) -> Path | None:
    """Is the model complete in the folder that ATTENTION_VIZ_MODELS names? Its own folder there, or None.

    Found as FOLDER/owner/name, which `fetch` makes, and as FOLDER/name, which people make.
    """
    folder = models_folder()
    if folder is None or not is_name(full_name(name)):
        return None
    copies = (place(folder, full_name(name)), place(folder, name.strip()))
    return next((copy for copy in copies if _is_usable(copy)), None)


def has_copy(name: str) -> bool:
    """Is the model complete on this computer, in that folder or in the hub client's cache?"""
    order = Order(full_name(name), name.strip(), revision=None, target=None, endpoint="")
    return local_copy(name) is not None or any(map(is_complete, _cached(order)))


def revision_of(folder: Path) -> str:
    """The commit that a filled folder was fetched from, "" where nothing tells."""
    return str(_record(folder).get("revision", ""))


def from_folder(folder: Path, name: str, notes: tuple[Message, ...] = ()) -> Fetched:
    """The model in this folder, after a look whether its files are still those that were fetched.

    Raises ModelError for files that have changed since.
    """
    digests = _record(folder).get("files", {})
    damaged = [file for file in digests if is_damaged(folder / file, digests[file])]
    if damaged:
        raise faults.damaged_copy(name, damaged, folder)
    return Fetched(folder, name, revision_of(folder), notes)


def kept(order: Order) -> Fetched | None:
    """A complete copy of an earlier day for an order that the hub does not answer, with a note that it is one."""
    note = Message(
        "{name} is the copy that was fetched earlier; the hub did not deliver it this time.",
        {"name": order.name},
    )
    if order.target is not None:
        return from_folder(order.target, order.name, (note,)) if _is_usable(order.target) else None
    folder = next(filter(is_complete, _cached(order)), None)
    if folder is None:
        return None
    _check_links(folder, order.name)
    return Fetched(folder, order.name, folder.name, (note,))


def begin(folder: Path, name: str) -> None:
    """Mark the folder of a model as being filled."""
    with _writing(name):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / UNFINISHED).touch()


def finish(folder: Path, name: str, commit: str, files: Iterable[RemoteFile]) -> None:
    """Mark the folder of a model as filled, and write down with what."""
    record = {"repo": name, "revision": commit, "files": {file.name: file.digest for file in files}}
    with _writing(name):
        (folder / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")
        (folder / UNFINISHED).unlink(missing_ok=True)


def discard(path: Path) -> None:
    """Remove a file of a model, and what it points to in the cache."""
    with contextlib.suppress(OSError):
        path.resolve().unlink()
        path.unlink(missing_ok=True)


def _is_usable(folder: Path) -> bool:
    return is_complete(folder) and not (folder / UNFINISHED).exists()


def _record(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}  # filled by hand


def _cached(order: Order) -> Iterator[Path]:
    """Folders of the hub client's cache in which the model may be: the wanted revision, then the newest."""
    for name in dict.fromkeys((order.name, order.typed)):
        storage = _cache() / f"models--{name.replace('/', '--')}"
        revision = order.revision or "main"
        with contextlib.suppress(OSError):
            yield storage / "snapshots" / (storage / "refs" / revision).read_text().strip()
        if order.revision is not None:
            yield storage / "snapshots" / revision
        elif storage.is_dir():
            yield from sorted(storage.glob("snapshots/*"), key=lambda folder: -folder.stat().st_mtime)


def _cache() -> Path:
    """Where the hub client keeps models, by the environment as it is now."""
    system = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("HF_HOME", f"{system}/huggingface")
    cache = os.environ.get("HF_HUB_CACHE", os.environ.get("HUGGINGFACE_HUB_CACHE", f"{home}/hub"))
    return Path(os.path.expandvars(cache)).expanduser()


def _check_links(folder: Path, name: str) -> None:
    """In the cache each file is a link to one that is named by its digest."""
    links = (path for path in folder.rglob("*") if path.is_symlink())
    damaged = [path.name for path in links if is_damaged(path, Path(os.readlink(path)).name)]
    if damaged:
        raise faults.damaged_copy(name, damaged, folder)


@contextlib.contextmanager
def _writing(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise faults.disk(name, error.errno or 0, error.filename or "", error.strerror or "") from error
