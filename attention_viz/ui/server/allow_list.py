"""Allow list: which models this server offers, by name or by folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from attention_viz.errors import ModelError
from attention_viz.models.catalogue import KNOWN_MODELS, KnownModel, embedded_source, full_name
from attention_viz.ui.server.limits import limits
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from attention_viz.models.address import Address

ANY = "*"
LISTED = 20
"""Models that a refusal names, and folders whose models the picker lists."""
DEPTH = ("config.json", "*/config.json", "*/*/config.json")
"""Where in an allowed folder its models lie: it is one, or holds them by name, or by owner and name."""


def check_allowed(source: str) -> None:
    """Is this model allowed here? The embedded ones always are. Raises ModelError that names those that are.

    Of what is not allowed nothing is looked up, neither folders nor users, so that the refusal says nothing of them.
    """
    if ANY in limits().models.allowed:
        return
    from attention_viz.models.address import read_address

    meant = read_address(source)
    if embedded_source(meant.source) is None and not _may(meant):
        raise ModelError(
            "{source} is not among the models of this server. Choose the embedded model, or one of these: {allowed}.",
            source=repr(source)[:200],
            allowed=", ".join(limits().models.allowed[:LISTED]) or "-",
        )


def _may(meant: Address) -> bool:
    """Whether the name is allowed, or the folder: as it is written, and once links are followed."""
    from attention_viz.models.address import MAIN
    from attention_viz.models.loading import folder_of

    # Anybody can propose a revision of a model on the hub, so only the main one is allowed.
    named = _is_named(meant.source) and meant.revision in (None, MAIN)
    if not named and not _is_written_inside(meant.source):
        return False
    try:
        folder = folder_of(meant.source)
    except ModelError:
        return False
    return named if folder is None else _is_inside(folder)


def offered() -> dict[str, str]:
    """What a list of models holds: source -> what it is called. Those of the catalogue, as far as they are allowed, and those named."""
    allowed = limits().models.allowed
    names = {each.source: _called(each) for each in KNOWN_MODELS if _is_allowed(each.source)}
    names |= {each: each for each in allowed if ANY not in each and not _is_path(each) and full_name(each) not in names}
    return names | {str(folder): folder.name for folder in _models_in(filter(_is_path, allowed))}


def _called(model: KnownModel) -> str:
    """Its name; of one that is not on this computer yet, with what choosing it fetches."""
    from attention_viz.models.hub.copies import has_copy

    if model.embedded or has_copy(model.source):
        return model.name
    return say("{name} (fetched once, {size} MB)", name=model.name, size=model.megabytes)


def _is_allowed(source: str) -> bool:
    try:
        check_allowed(source)
    except ModelError:
        return False
    return True


def _is_named(source: str) -> bool:
    """Whether a pattern fits the name, part by part: no `*` stands for a `/`."""
    parts = full_name(source).split("/")
    patterns = (full_name(each).split("/") for each in limits().models.allowed if not _is_path(each))
    return any(len(pattern) == len(parts) and all(map(fnmatchcase, parts, pattern)) for pattern in patterns)


def _is_written_inside(source: str) -> bool:
    """Whether a path begins with that of an allowed folder, with ".." taken out. Nothing is looked up: `~` is the folder of
    whoever runs the server, and `~name` none that is allowed."""
    if source.startswith("~") and source[1:2] not in ("", "/"):
        return False
    path = Path(os.path.abspath(os.path.expanduser(source)))
    allowed = [each.removesuffix("/*") for each in limits().models.allowed if _is_path(each)]
    return any(path.is_relative_to(os.path.abspath(os.path.expanduser(each))) for each in allowed) or any(
        path.is_relative_to(_folder(each)) for each in allowed
    )


def _is_inside(folder: Path) -> bool:
    """Whether it lies in an allowed folder, once links and ".." are followed."""
    try:
        whole = folder.resolve()
    except (OSError, RuntimeError, ValueError):  # a name that no file can have, links that run in a circle
        return False
    return any(whole.is_relative_to(_folder(each)) for each in limits().models.allowed if _is_path(each))


def _is_path(pattern: str) -> bool:
    return pattern.startswith((".", "~")) or Path(pattern).is_absolute()


def _folder(pattern: str) -> Path:
    return Path(pattern.removesuffix("/*")).expanduser().resolve()


def _models_in(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        found = (path.parent for pattern in DEPTH for path in sorted(_folder(folder).glob(pattern)))
        yield from list(found)[:LISTED]
