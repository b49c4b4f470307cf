"""Guide: the text for teachers, `locale/<language>/teaching.md`, filled with what holds on this server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attention_viz.errors import Message
from attention_viz.ui.lessons.lesson import Lesson
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.lessons.placeholders import fill
from attention_viz.ui.server.limits import limits
from attention_viz.ui.server.signed_cookie import LIFETIME
from attention_viz.ui.wording import LOCALE, tell_in


def guide(language: str, escape: Callable[[str], str] = str) -> str:
    """The guide as Markdown, with the titles of the lessons and the limits of this server.

    Raises InputError where a lesson cannot be read, or the text names what is not there.
    """
    text = (LOCALE / language / "teaching.md").read_text(encoding="utf-8")
    return fill(text, facts(language), escape)


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text cut where commands stand in it: (piece, whether it is commands), in their order."""
    return [(piece.strip(), number % 2 == 1) for number, piece in enumerate(text.split("```"))]


def facts(language: str) -> dict[str, Any]:
    """What the guide may name: lesson_1 and so on, and what the server allows."""
    lessons = [read_lesson(path) for path in lesson_files(language).values()]
    titles = {f"lesson_{each.number}": tell_in(language, _title(each)) for each in lessons}
    return titles | {
        "characters": limits().text.characters,
        "at_once": limits().work.at_once,
        "waiting": limits().work.waiting,
        "hours": LIFETIME // 3600,
    }


def _title(lesson: Lesson) -> Message:
    return Message("Lesson {n}: {title}", {"n": lesson.number, "title": lesson.title})
