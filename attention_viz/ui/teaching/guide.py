"""Guide: the text for teachers, `locale/<language>/teaching.md`, filled with what holds on this server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from attention_viz.errors import Message
from attention_viz.selection import Selection
from attention_viz.ui.lessons.lesson import Lesson
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.lessons.placeholders import fill
from attention_viz.ui.server.limits import limits
from attention_viz.ui.server.signed_cookie import LIFETIME
from attention_viz.ui.session.address import link_to
from attention_viz.ui.session.examples import MASKED_VERB, STARTS
from attention_viz.ui.wording import LOCALE, tell_in
from attention_viz.vocabulary import Language


def guide(language: str, escape: Callable[[str], str] = str) -> str:
    """The guide as Markdown, with the titles of the lessons and the limits of this server.

    Raises InputError where a lesson cannot be read, or the text names what is not there.
    """
    text = (LOCALE / language / "teaching.md").read_text(encoding="utf-8")
    return fill(text, facts(language), escape)


@dataclass(frozen=True)
class Section:
    """A part of the guide: its heading and what stands below it."""

    title: str
    body: str

    @property
    def is_folded(self) -> bool:
        """Whether it is about commands, which are needed once, before the lesson."""
        return "```" in self.body


def sections(text: str) -> list[Section]:
    """The parts of the guide, in their order."""
    parts = (part.partition("\n") for part in text.split("## ")[1:])
    return [Section(title.strip(), body.strip()) for title, _, body in parts]


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text cut where commands stand in it: (piece, whether it is commands), in their order."""
    return [(piece.strip(), number % 2 == 1) for number, piece in enumerate(text.split("```"))]


def facts(language: str) -> dict[str, Any]:
    """What the guide may name: lesson_1 and so on, the addresses that a plan opens, and what the server allows."""
    lessons = [read_lesson(path) for path in lesson_files(language).values()]
    titles = {f"lesson_{each.number}": tell_in(language, _title(each)) for each in lessons}
    return (
        titles
        | addresses(language)
        | {
            "characters": limits().text.characters,
            "at_once": limits().work.at_once,
            "waiting": limits().work.waiting,
            "hours": LIFETIME // 3600,
        }
    )


def addresses(language: str) -> dict[str, str]:
    """The pages of the plan, each in the state that it is needed in, as seen from the page Teach."""
    names = {f"open_{read_lesson(path).number}": name for name, path in lesson_files(language).items()}
    start = STARTS[cast(Language, language)]
    look = Selection(
        text=start.first,
        model=start.model,
        layer=start.layer,
        head=start.head,
        view="sentence",
        language=cast(Language, language),
    )
    told = f"language={language}"
    off = Selection(
        text=MASKED_VERB.first,
        model=MASKED_VERB.model,
        layer=MASKED_VERB.layer,
        head=MASKED_VERB.head,
        off=((MASKED_VERB.layer, MASKED_VERB.head),),
        language=cast(Language, language),
    )
    return {
        "open_explore": f"./?{link_to(look.at(**start.pinned))}",
        "open_heads": f"./heads?{link_to(look)}",
        "open_off": f"./without?{link_to(off)}",
        "open_before": f"./lessons?questions=before&{told}",
        "open_after": f"./lessons?questions=after&{told}",
    } | {opened: f"./lessons?lesson={name}&{told}" for opened, name in names.items()}


def _title(lesson: Lesson) -> Message:
    return Message("Lesson {n}: {title}", {"n": lesson.number, "title": lesson.title})
