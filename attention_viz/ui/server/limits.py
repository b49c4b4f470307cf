"""Limits: what visitors may ask of the server, read once from `.streamlit/limits.toml`."""

from __future__ import annotations

import os
import tomllib
from functools import lru_cache, reduce
from operator import getitem
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from attention_viz.errors import LimitsError
from attention_viz.export import MOST_BYTES
from attention_viz.options import LIMITS as CARRIED
from attention_viz.ui.app_files import app_folder

VARIABLE = "ATTENTION_VIZ_LIMITS"
"""Environment variable that names another file."""
FILE = app_folder() / ".streamlit" / "limits.toml"
MB = 2**20
"""Bytes, as Streamlit counts them."""


Pattern = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Section(BaseModel):
    """A section of the file: no other key, and no change afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _whole(usual: int, least: int, most: int) -> Any:
    """A field that is a whole number, its usual value and its range."""
    return Field(default=usual, ge=least, le=most, strict=True)


class TextLimits(Section):
    """characters : of one text; tokens: that a model reads of a text"""

    characters: int = _whole(200_000, 1, min(CARRIED["text"], CARRIED["second"]))
    tokens: int = _whole(16_384, 16, 1_000_000)


class ModelLimits(Section):
    """allowed : names (with `*`) and folders, ("*",) = any; download_mb: of one model; memory_mb: weights of all models"""

    allowed: tuple[Pattern, ...] = ("*",)
    download_mb: int = _whole(4_000, 1, 1_000_000)
    memory_mb: int = _whole(6_144, 256, 10_000_000)


class ResultLimits(Section):
    """memory_mb : readings and results that are kept"""

    memory_mb: int = _whole(1_024, 16, 1_000_000)


class WorkLimits(Section):
    """Pieces of long work `at_once`, `waiting` behind them, `of_one_visitor`, and `of_one_address`."""

    at_once: int = _whole(2, 1, 64)
    waiting: int = _whole(20, 0, 1_000)
    of_one_visitor: int = _whole(4, 1, 100)
    of_one_address: int = _whole(16, 1, 2_000)


class OpenPageLimits(Section):
    """Open pages `of_one_address`, and `in_all`."""

    of_one_address: int = _whole(200, 1, 100_000)
    in_all: int = _whole(1_000, 1, 100_000)


class UploadLimits(Section):
    """mb : of one file that is opened; of_one_visitor_mb, in_all_mb: of all files that are open, in one session and in all"""

    mb: int = _whole(64, 1, MOST_BYTES // MB)
    of_one_visitor_mb: int = _whole(128, 1, 100_000)
    in_all_mb: int = _whole(1_024, 1, 1_000_000)


class CollectionLimits(Section):
    """texts : of one collection that is measured; disk_mb: of all collections that are kept on the server's disk"""

    texts: int = _whole(20_000, 1, 10_000_000)
    disk_mb: int = _whole(2_048, 16, 100_000_000)


class Limits(Section):
    """Every limit of the server, by the sections of the file."""

    text: TextLimits = TextLimits()
    models: ModelLimits = ModelLimits()
    results: ResultLimits = ResultLimits()
    work: WorkLimits = WorkLimits()
    connections: OpenPageLimits = OpenPageLimits()
    uploads: UploadLimits = UploadLimits()
    collections: CollectionLimits = CollectionLimits()


@lru_cache(maxsize=1)
def limits() -> Limits:
    """What holds on this server. Raises LimitsError where its file is not there or does not fit."""
    named = os.environ.get(VARIABLE, "")
    return read_limits(Path(named).expanduser() if named else FILE)


def read_limits(file: Path) -> Limits:
    """The limits that a file sets; what it leaves out has its usual value. Raises LimitsError."""
    said = _said(file)
    try:
        return Limits.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        path = [str(each) for each in first["loc"][:2]]  # a section, a limit; not which item of a list
        if first["type"] == "extra_forbidden":
            raise _unknown(file, path) from error
        raise _unfit(file, path, repr(reduce(getitem, path, said))[:80]) from error


def _said(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LimitsError(
            "{file}, the file of limits, cannot be read: {reason}. Correct it, or name another one in {variable}.",
            file=file,
            reason=str(error)[:200],
            variable=VARIABLE,
        ) from error


def _section(path: list[str]) -> type[Section]:
    """The section in which a key stands: the whole file for the name of a section."""
    return type(getattr(Limits(), path[0])) if path[1:] else Limits


def _unknown(file: Path, path: list[str]) -> LimitsError:
    return LimitsError(
        "{file}: {key} is no limit. Remove it, or choose one of these: {known}.",
        file=file,
        key=".".join(path),
        known=", ".join(".".join([*path[:-1], each]) for each in _section(path).model_fields),
    )


def _unfit(file: Path, path: list[str], value: str) -> LimitsError:
    schema = _section(path).model_json_schema()["properties"][path[-1]]
    if "minimum" in schema:
        return LimitsError(
            "{file}: {key} is {value}; it takes a whole number from {least:,} to {most:,}. Correct it.",
            file=file,
            key=".".join(path),
            value=value,
            least=schema["minimum"],
            most=schema["maximum"],
        )
    return LimitsError(
        "{file}: {key} is {value}; it takes the form {form}. Correct it.",
        file=file,
        key=".".join(path),
        value=value,
        form='["owner/name", "owner/*", "/a/folder"]' if path[1:] else f"[{path[0]}]",
    )
