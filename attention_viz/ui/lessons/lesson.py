"""Lesson: what the file of one says, checked, in steps with a picture each; docs/lessons.md explains the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from attention_viz.errors import InputError
from attention_viz.ui.app_files import app_folder
from attention_viz.ui.lessons.placeholders import fill

MECHANISMS = ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9", "M10", "M11", "M12")
"""What the lessons show, all of it together: look-up, scores, matrices, masks, heads, how many of them, positions, the
Transformer, other layers, sequence to sequence, what heads learn, what hangs on a link."""

PICTURES = app_folder() / "pages" / "pictures"
Stripped = Annotated[str, StringConstraints(strip_whitespace=True)]


def pictures() -> list[str]:
    """The names of the pictures there are."""
    return sorted(path.stem for path in PICTURES.glob("*.py"))


def _check_mechanisms(shows: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    if unknown := set(shows) - set(MECHANISMS):
        raise InputError(
            "{file} shows {unknown}. Choose from {known}.",
            file=info.context,
            unknown=", ".join(sorted(unknown)),
            known=", ".join(MECHANISMS),
        )
    return shows


def _check_picture(picture: str, info: ValidationInfo) -> str:
    if picture not in pictures():
        raise InputError(
            "{file} names the picture {picture}, which is not there. Choose one of {pictures}.",
            file=info.context,
            picture=repr(picture),
            pictures=", ".join(pictures()),
        )
    return picture


Mechanisms = Annotated[tuple[str, ...], AfterValidator(_check_mechanisms)]
Picture = Annotated[str, AfterValidator(_check_picture)]


class Part(BaseModel):
    """A part of the file of a lesson: no other key, and no change afterwards. The context of its checks is the file's name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def key_names(cls) -> list[str]:
        """What the fields are called in a file."""
        return [field.alias or name for name, field in cls.model_fields.items()]


class Question(Part):
    """What is asked before anything is revealed.

    answer  : which option is right, counting from 1; or the name of a number of the picture that says so
    because : said once it is answered
    wrong   : for each option why it is not right, "" for one that is; said to who chose it. Empty = no reasons
    """

    asked: str = Field(alias="question")
    options: tuple[str, ...]
    answer: Annotated[int, Strict()] | str
    because: Stripped
    wrong: tuple[Stripped, ...] = ()

    @model_validator(mode="after")
    def _check_answer(self, info: ValidationInfo) -> Question:
        n, answer = len(self.options), self.answer
        if n < 2 or (isinstance(answer, int) and not 1 <= answer <= n):
            raise InputError(
                "In {file}, the question “{question}” has {n} options and the answer {answer}. Give at least two, and the number of the right one.",
                file=info.context,
                question=self.asked,
                n=n,
                answer=answer,
            )
        if len(self.wrong) not in (0, n):
            raise InputError(
                "In {file}, the question “{question}” has {n} options and {reasons} reasons. Give one for each option, empty for the right one.",
                file=info.context,
                question=self.asked,
                n=n,
                reasons=len(self.wrong),
            )
        return self

    def reason(self, given: int) -> str:
        """Why an option, from 1, is not right; "" where the lesson does not say."""
        return self.wrong[given - 1] if self.wrong else ""

    def right(self, facts: Mapping[str, Any]) -> int | None:
        """Which option is right, from 1; None where the picture does not know yet."""
        found = self.answer if isinstance(self.answer, int) else facts.get(self.answer)
        return found if isinstance(found, int) and 1 <= found <= len(self.options) else None

    def filled(self, facts: Mapping[str, Any], escape: Callable[[str], str]) -> Question:
        """The question, its options and their reasons with the picture's numbers in them."""
        options, wrong = (tuple(fill(each, facts, escape) for each in texts) for texts in (self.options, self.wrong))
        asked = fill(self.asked, facts, escape)
        return self.model_copy(update={"asked": asked, "options": options, "wrong": wrong})


class Step(Part):
    """One idea: the text, the saved state of the picture, and what can be changed in it.

    picture : a file of `pages/pictures/`
    saved   : settings of the picture, by name; revealed: those that change once the question is answered
    change  : the settings that get a widget; advice: what to do with them
    paper   : a task for the printed sheet, which needs nothing but the sheet; solution: for the answer key
    """

    text: Stripped
    picture: Picture = ""
    formula: Stripped = ""
    saved: Mapping[str, Any] = Field({}, alias="settings")
    revealed: Mapping[str, Any] = Field({}, alias="reveal")
    change: tuple[str, ...] = ()
    advice: str = Field("", alias="try")
    paper: Stripped = ""
    solution: Stripped = ""
    question: Question | None = None

    @model_validator(mode="before")
    @classmethod
    def _gather_question(cls, read: Any) -> Any:
        """In the file the parts of the question stand beside those of the step."""
        if not isinstance(read, dict):
            return read
        asked = {name: read[name] for name in Question.key_names() if name in read}
        others = {name: value for name, value in read.items() if name not in asked}
        return {**others, "question": asked} if asked or "reveal" in read else others

    @property
    def formulas(self) -> list[str]:
        """The formulas, each for a line of its own; `\\qquad` stands between them."""
        return [each.strip() for each in self.formula.split(r"\qquad") if each.strip()]

    def settings(self, answered: bool) -> Mapping[str, Any]:
        """The picture's saved state, before or after the answer."""
        return {**self.saved, **self.revealed} if answered else self.saved

    def within(self, lesson: LessonFile) -> Step:
        """The step with picture and settings of the lesson where it has none of its own."""
        own = {"picture": self.picture or lesson.picture, "saved": {**lesson.settings, **self.saved}}
        return self.model_copy(update=own)


class LessonFile(Part):
    """What stands in the file of a lesson; picture and settings are those of all its steps."""

    title: str
    after: str
    shows: Mechanisms
    picture: Picture
    settings: Mapping[str, Any] = {}
    steps: tuple[Step, ...]


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
