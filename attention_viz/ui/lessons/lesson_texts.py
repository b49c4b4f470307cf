"""Lesson texts: the files beside the catalogues, one per language, that put pictures of `pages/pictures/` into words.

`locale/<language>/lessons/<number>-<name>.toml`; docs/lessons.md says what stands in one.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from attention_viz.errors import InputError
from attention_viz.ui.lessons.lesson import Lesson, LessonFile, Question, Step
from attention_viz.ui.wording import LANGUAGES, LOCALE

FILE = re.compile(r"(\d+)-([a-z0-9-]+)\.toml")


def lesson_files(language: str) -> dict[str, Path]:
    """The file of every lesson by its name, in their order; one that lacks this language comes in another."""
    found: dict[tuple[int, str], Path] = {}
    for each in (*LANGUAGES, language):
        for path in (LOCALE / each / "lessons").glob("*.toml"):
            number, name = _number_and_name(path)
            found[number, name] = path
    return {name: found[number, name] for number, name in sorted(found)}


def read_lesson(path: Path) -> Lesson:
    """The lesson of one file, read again when the file has changed. Raises InputError that says what is wrong in it."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, _: int) -> Lesson:
    number, name = _number_and_name(path)
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("{file} is not TOML: {reason}", file=path.name, reason=str(error)) from error
    try:
        file = LessonFile.model_validate(read, context=path.name)
    except ValidationError as error:
        raise _refusal(path, error.errors()[0]["type"], error.errors()[0]["loc"]) from error
    return Lesson(number, name, file.title, file.after, file.shows, tuple(step.within(file) for step in file.steps))


def next_lesson(name: str, language: str) -> Lesson | None:
    """The lesson that follows this one; None after the last. Raises InputError as `read_lesson` does."""
    files = lesson_files(language)
    names = list(files)
    after = names[names.index(name) + 1 :] if name in names else []
    return read_lesson(files[after[0]]) if after else None


def _refusal(path: Path, kind: str, place: tuple[int | str, ...]) -> InputError:
    """The sentence for what pydantic does not accept at this place of the file."""
    known = [*Step.key_names(), *Question.key_names()] if place[0] == "steps" and place[1:] else LessonFile.key_names()
    if kind == "extra_forbidden":
        return InputError(
            "{file} has {name}, which a lesson does not know. Choose from {names}.",
            file=path.name,
            name=repr(place[-1]),
            names=", ".join(dict.fromkeys(known)),
        )
    name = next(each for each in reversed(place) if each in known or each == "steps")
    return InputError("{file} lacks {name}, or it is of another kind.", file=path.name, name=repr(name))


def _number_and_name(path: Path) -> tuple[int, str]:
    match = FILE.fullmatch(path.name)
    if match is None:
        raise InputError("Call the lesson {file} by its number and its name: 10-name.toml.", file=path.name)
    return int(match[1]), match[2]
