"""Lessons: text files beside the catalogues, one per language, that put pictures of `pages/pictures/` into words.

`locale/<language>/lessons/<number>-<name>.toml`; docs/lessons.md says what stands in one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from attention_viz.errors import InputError
from attention_viz.ui.app_files import app_folder
from attention_viz.ui.lessons.placeholders import fill
from attention_viz.ui.wording import LANGUAGES, LOCALE

MECHANISMS = ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11")
"""What the lessons show, all of it together: look-up, scores, matrices, masks, heads, how many of them, positions, the
Transformer, other layers, sequence to sequence, what heads learn."""

PICTURES = app_folder() / "pages" / "pictures"
FILE = re.compile(r"(\d+)-([a-z0-9-]+)\.toml")
LESSON = {"title": str, "after": str, "shows": list, "picture": str, "steps": list}
STEP = {"text": str}
MORE = {
    "picture": str,
    "settings": dict,
    "formula": str,
    "change": list,
    "try": str,
    "question": str,
    "options": list,
    "answer": (int, str),
    "because": str,
    "reveal": dict,
}
QUESTION = {"question": str, "options": list, "answer": (int, str), "because": str}


@dataclass(frozen=True)
class Question:
    """What is asked before anything is revealed.

    answer  : which option is right, counting from 1; or the name of a number of the picture that says so
    because : said once it is answered
    """

    asked: str
    options: tuple[str, ...]
    answer: int | str
    because: str

    def right(self, facts: Mapping[str, Any]) -> int | None:
        """Which option is right, from 1; None where the picture does not know yet."""
        found = self.answer if isinstance(self.answer, int) else facts.get(self.answer)
        return found if isinstance(found, int) and 1 <= found <= len(self.options) else None

    def filled(self, facts: Mapping[str, Any], escape: Callable[[str], str]) -> Question:
        """The question with the picture's numbers in it."""
        options = tuple(fill(option, facts, escape) for option in self.options)
        return replace(self, asked=fill(self.asked, facts, escape), options=options)


@dataclass(frozen=True)
class Step:
    """One idea: the text, the saved state of the picture, and what can be changed in it.

    picture : a file of `pages/pictures/`
    saved   : settings of the picture, by name; revealed: those that change once the question is answered
    change  : the settings that get a widget; advice: what to do with them
    """

    text: str
    picture: str
    formula: str = ""
    saved: Mapping[str, Any] = field(default_factory=dict)
    revealed: Mapping[str, Any] = field(default_factory=dict)
    change: tuple[str, ...] = ()
    advice: str = ""
    question: Question | None = None

    @property
    def formulas(self) -> list[str]:
        """The formulas, each for a line of its own; `\\qquad` stands between them."""
        return [each.strip() for each in self.formula.split(r"\qquad") if each.strip()]

    def settings(self, answered: bool) -> Mapping[str, Any]:
        """The picture's saved state, before or after the answer."""
        return {**self.saved, **self.revealed} if answered else self.saved


@dataclass(frozen=True)
class Lesson:
    """One lesson in one language.

    after : what one knows afterwards; shows: which of MECHANISMS
    """

    number: int
    name: str
    title: str
    after: str
    shows: tuple[str, ...]
    steps: tuple[Step, ...]


def lesson_files(language: str) -> dict[str, Path]:
    """The file of every lesson by its name, in their order; one that lacks this language comes in another."""
    found: dict[tuple[int, str], Path] = {}
    for each in (*LANGUAGES, language):
        for path in (LOCALE / each / "lessons").glob("*.toml"):
            number, name = _number_and_name(path)
            found[number, name] = path
    return {name: found[number, name] for number, name in sorted(found)}


def read_lesson(path: Path) -> Lesson:
    """The lesson of one file. Raises InputError that says what is wrong in it."""
    number, name = _number_and_name(path)
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("{file} is not TOML: {reason}", file=path.name, reason=str(error)) from error
    _require(path, read, LESSON, {"settings": dict})
    if unknown := set(read["shows"]) - set(MECHANISMS):
        raise InputError(
            "{file} shows {unknown}. Choose from {known}.",
            file=path.name,
            unknown=", ".join(sorted(map(str, unknown))),
            known=", ".join(MECHANISMS),
        )
    steps = tuple(_step(path, {"picture": read["picture"], **each}, read.get("settings", {})) for each in read["steps"])
    return Lesson(number, name, read["title"], read["after"], tuple(read["shows"]), steps)


def pictures() -> list[str]:
    """The names of the pictures there are."""
    return sorted(path.stem for path in PICTURES.glob("*.py"))


def _step(path: Path, read: dict[str, Any], common: Mapping[str, Any]) -> Step:
    asks = QUESTION if read.keys() & (QUESTION.keys() | {"reveal"}) else {}
    _require(path, read, STEP | asks, MORE)
    if read["picture"] not in pictures():
        raise InputError(
            "{file} names the picture {picture}, which is not there. Choose one of {pictures}.",
            file=path.name,
            picture=repr(read["picture"]),
            pictures=", ".join(pictures()),
        )
    return Step(
        text=read["text"].strip(),
        picture=read["picture"],
        formula=read.get("formula", "").strip(),
        saved={**common, **read.get("settings", {})},
        revealed=read.get("reveal", {}),
        change=tuple(read.get("change", ())),
        advice=read.get("try", ""),
        question=_question(path, read) if asks else None,
    )


def _question(path: Path, read: dict[str, Any]) -> Question:
    options, answer = tuple(read["options"]), read["answer"]
    if len(options) < 2 or (isinstance(answer, int) and not 1 <= answer <= len(options)):
        raise InputError(
            "In {file}, the question “{question}” has {n} options and the answer {answer}. Give at least two, and the number of the right one.",
            file=path.name,
            question=read["question"],
            n=len(options),
            answer=answer,
        )
    return Question(read["question"], options, answer, read["because"].strip())


def _require(path: Path, read: dict[str, Any], needed: Mapping[str, Any], allowed: Mapping[str, Any]) -> None:
    known = {**allowed, **needed}
    for name in (*needed, *read):
        if name not in known:
            raise InputError(
                "{file} has {name}, which a lesson does not know. Choose from {names}.",
                file=path.name,
                name=repr(name),
                names=", ".join(known),
            )
        if not isinstance(read.get(name), known[name]):
            raise InputError("{file} lacks {name}, or it is of another kind.", file=path.name, name=repr(name))


def _number_and_name(path: Path) -> tuple[int, str]:
    match = FILE.fullmatch(path.name)
    if match is None:
        raise InputError("Call the lesson {file} by its number and its name: 10-name.toml.", file=path.name)
    return int(match[1]), match[2]
