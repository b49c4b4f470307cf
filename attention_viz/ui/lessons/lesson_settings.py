"""Lesson settings: what the picture of a lesson is asked to show. Here as it is saved, and printed; see also lesson_widgets."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from attention_viz.errors import InputError
from attention_viz.models.catalogue import EMBEDDED
from attention_viz.selection import Selection
from attention_viz.ui.work.caches import embedded_model, read

if TYPE_CHECKING:
    from attention_viz.attention import Attention
    from attention_viz.models import Model, Reading
    from attention_viz.ui.lessons.run import Run
    from attention_viz.ui.session.subject import Subject
    from attention_viz.ui.work.ticket import Ticket

Table = list[list[float]]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Shown:
    """What a picture is now.

    html  : the picture; facts: its numbers by name, for the texts of the lesson
    run   : long work that this visitor began, if any; live: the picture as it is while the work goes on
    """

    html: str
    facts: Mapping[str, Any]
    run: Run | None = None
    live: Callable[[], str] | None = None


def picture_of(name: str) -> Callable[[Settings], Shown]:
    """The function `show` of a file of `pages/pictures/`."""
    show: Callable[[Settings], Shown] = importlib.import_module(f"pages.pictures.{name}").show
    return show


@dataclass
class Settings:
    """The saved state, as it is printed.

    saved : values by name; subject: the text, and what the model reads in it
    runs  : long work that this visitor began, by its key
    recorded : whether long work is taken from what was recorded of it, as in an answer key on paper
    asked : the names that the picture has asked for
    """

    saved: Mapping[str, Any]
    subject: Subject | None = None
    runs: Mapping[Hashable, Run] = field(default_factory=dict)
    recorded: bool = False
    asked: set[str] = field(default_factory=set)

    def choose(self, name: str, label: str, options: Mapping[str, str], usual: str) -> str:
        """One of the options: what it is called in a lesson's file, and on the screen."""
        return self._choose(name, label, options, self._among(name, options, usual))

    def number(self, name: str, label: str, low: float, high: float, usual: float, step: float = 0.1) -> float:
        """A number between two others."""
        return self._slide(name, label, low, high, self._between(name, low, high, usual), step)

    def count(self, name: str, label: str, low: int, high: int, usual: int) -> int:
        """A whole number between two others; positions, layers and heads count from 1."""
        high = max(low, high)
        value = min(int(self._between(name, low, 10_000, usual)), high)  # a shorter text has fewer of them
        return int(self._slide(name, label, low, high, value, 1)) if high > low else low

    def switch(self, name: str, label: str, usual: bool = False) -> bool:
        """On or off."""
        return self._switch(name, label, self._saved(name, usual, bool))

    def table(self, name: str, usual: Table) -> Table:
        """A matrix; where it is drawn, `editable` says whether its cells can be typed into."""
        saved = self._saved(name, usual, Table)
        if not saved or any(not row or len(row) != len(saved[0]) for row in saved):
            raise InputError("A lesson sets {name} to what is no matrix. Give rows of one length.", name=name)
        return self._table(name, saved)

    def editable(self, name: str) -> str:
        """The name of a matrix whose cells can be typed into, for `number_table`; "" where they cannot."""
        return ""

    def words(self, name: str, usual: Sequence[str]) -> list[str]:
        """Words that a lesson is about; they have no widget."""
        return [str(word) for word in self._saved(name, list(usual), list)]

    def pointable(self, figures: Mapping[str, str], product: str, row: str, column: str) -> None:
        """Let a click on a cell set three settings: which figure (caption -> value), and its row and column."""

    def text_and_model(self) -> Subject:
        """The text that all pages share, and the model that reads it."""
        if self.subject is None:
            raise InputError("There is no text yet. Type a sentence.")
        return self.subject

    def reading(self, first: str, second: str | None = None) -> Reading:
        """What a text of the lesson itself is read as, by the model in use; where that is one of those that come with the
        app, by the one that the lesson names ("model"), for which its numbers were chosen."""
        named = self._among("model", EMBEDDED, "")
        model = None if self.subject is None else self.subject.model
        if model is None or model.source in EMBEDDED:
            model = embedded_model(named)
        return read(model, Selection(text=first, second=second))

    def own_reading(self, text: str) -> tuple[Model, Reading]:
        """The model that the lesson names, one of those that come with the app, and what it reads: for an answer that is
        given by this kind of model alone, whichever is in use."""
        model = embedded_model(self._among("model", EMBEDDED, ""))
        return model, read(model, Selection(text=text))

    def work(self, key: Hashable, ask: Callable[[], Ticket], count: Callable[[Any], int]) -> Run | None:
        """Long work that this visitor began; None where it was not begun. count: the pictures of its result, or of a part of it"""
        return self.runs.get(key)

    def _saved(self, name: str, usual: Any, kind: type[Value]) -> Value:
        self.asked.add(name)
        value = self.saved.get(name, usual)
        try:
            return TypeAdapter(kind).validate_python(value, strict=True)
        except ValidationError as error:
            raise InputError(
                "A lesson sets {name} to {value}, which is of another kind. An example: {usual}",
                name=name,
                value=repr(value),
                usual=repr(usual),
            ) from error

    def _among(self, name: str, options: Collection[str], usual: str) -> str:
        value = self._saved(name, usual, str)
        if value not in options:
            raise InputError(
                "A lesson sets {name} to {value}. Choose one of {options}.",
                name=name,
                value=repr(value),
                options=", ".join(each or repr(each) for each in options),
            )
        return value

    def _between(self, name: str, low: float, high: float, usual: float) -> float:
        value = self._saved(name, usual, float)
        if not low <= value <= high:
            raise InputError(
                "A lesson sets {name} to {value}. Give a number from {low} to {high}.",
                name=name,
                value=self.saved.get(name),
                low=low,
                high=high,
            )
        return value

    def _choose(self, name: str, label: str, options: Mapping[str, str], value: str) -> str:
        return value

    def _slide(self, name: str, label: str, low: float, high: float, value: float, step: float) -> float:
        return value

    def _switch(self, name: str, label: str, value: bool) -> bool:
        return value

    def _table(self, name: str, value: Table) -> Table:
        return value


def position(attention: Attention, word: str) -> int:
    """Where the word stands that a lesson names. Raises InputError where the model has no such token."""
    if word not in attention.tokens:
        raise InputError(
            "The model's tokens of this sentence have no {word}. Choose one of {tokens}.",
            word=repr(word),
            tokens=" ".join(attention.tokens),
        )
    return attention.tokens.index(word)
