"""Limits: what visitors may ask of the server, read once from `.streamlit/limits.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from attention_viz.errors import LimitsError
from attention_viz.export import MOST_BYTES
from attention_viz.selection import LIMITS as CARRIED
from attention_viz.ui.app_files import app_folder

VARIABLE = "ATTENTION_VIZ_LIMITS"
"""Environment variable that names another file."""
FILE = app_folder() / ".streamlit" / "limits.toml"
MB = 2**20
"""Bytes, as Streamlit counts them."""


def _whole(usual: int, least: int, most: int) -> Any:
    """A field that is a whole number, its usual value and its range."""
    return field(default=usual, metadata={"least": least, "most": most})


@dataclass(frozen=True)
class TextLimits:
    """characters : of one text; tokens: that a model reads of a text"""

    characters: int = _whole(200_000, 1, min(CARRIED["text"], CARRIED["second"]))
    tokens: int = _whole(16_384, 16, 1_000_000)


@dataclass(frozen=True)
class ModelLimits:
    """allowed : names (with `*`) and folders, ("*",) = any; download_mb: of one model; memory_mb: weights of all models"""

    allowed: tuple[str, ...] = ("*",)
    download_mb: int = _whole(4_000, 1, 1_000_000)
    memory_mb: int = _whole(6_144, 256, 10_000_000)


@dataclass(frozen=True)
class ResultLimits:
    """memory_mb : readings and results that are kept"""

    memory_mb: int = _whole(1_024, 16, 1_000_000)


@dataclass(frozen=True)
class WorkLimits:
    """Pieces of long work `at_once`, `waiting` behind them, and `of_one_visitor`."""

    at_once: int = _whole(2, 1, 64)
    waiting: int = _whole(20, 0, 1_000)
    of_one_visitor: int = _whole(4, 1, 100)


@dataclass(frozen=True)
class UploadLimits:
    """mb : of one file that is opened"""

    mb: int = _whole(64, 1, MOST_BYTES // MB)


@dataclass(frozen=True)
class Limits:
    """Every limit of the server, by the sections of the file."""

    text: TextLimits = TextLimits()
    models: ModelLimits = ModelLimits()
    results: ResultLimits = ResultLimits()
    work: WorkLimits = WorkLimits()
    uploads: UploadLimits = UploadLimits()


@lru_cache(maxsize=1)
def limits() -> Limits:
    """What holds on this server. Raises LimitsError where its file is not there or does not fit."""
    named = os.environ.get(VARIABLE, "")
    return read_limits(Path(named).expanduser() if named else FILE)


def read_limits(file: Path) -> Limits:
    """The limits that a file sets; what it leaves out has its usual value. Raises LimitsError."""
    said = _said(file)
    sections: dict[str, Any] = {each.name: each.default for each in fields(Limits)}
    _refuse_unknown(file, said, sections, "")
    for name, values in said.items():
        if not isinstance(values, dict):
            raise _unfit(file, name, values, f"[{name}]")
        sections[name] = _section(file, name, type(sections[name]), values)
    return Limits(**sections)


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


def _section(file: Path, section: str, kind: type, values: Mapping[str, Any]) -> Any:
    known = {each.name: each.metadata for each in fields(kind)}
    _refuse_unknown(file, values, known, f"{section}.")
    return kind(**{name: _value(file, f"{section}.{name}", values[name], known[name]) for name in values})


def _value(file: Path, key: str, value: Any, bounds: Mapping[str, int]) -> Any:
    if not bounds:
        return _patterns(file, key, value)
    least, most = bounds["least"], bounds["most"]
    if type(value) is not int or not least <= value <= most:
        raise LimitsError(
            "{file}: {key} is {value}; it takes a whole number from {least:,} to {most:,}. Correct it.",
            file=file,
            key=key,
            value=repr(value)[:80],
            least=least,
            most=most,
        )
    return value


def _patterns(file: Path, key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise _unfit(file, key, value, '["owner/name", "owner/*", "/a/folder"]')
    return tuple(each.strip() for each in value)


def _refuse_unknown(file: Path, said: Mapping[str, Any], known: Mapping[str, Any], prefix: str) -> None:
    for name in said:
        if name not in known:
            raise LimitsError(
                "{file}: {key} is no limit. Remove it, or choose one of these: {known}.",
                file=file,
                key=prefix + name,
                known=", ".join(prefix + each for each in known),
            )


def _unfit(file: Path, key: str, value: Any, form: str) -> LimitsError:
    return LimitsError(
        "{file}: {key} is {value}; it takes the form {form}. Correct it.",
        file=file,
        key=key,
        value=repr(value)[:80],
        form=form,
    )
