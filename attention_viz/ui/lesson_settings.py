"""Settings: what the picture of a lesson is asked to show. On paper the saved state; on the screen also widgets."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from attention_viz.errors import InputError
from attention_viz.selection import Selection
from attention_viz.ui.caches import embedded_model, read
from attention_viz.ui.pointing import listen
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from attention_viz.models import Reading
    from attention_viz.ui.jobs import Job
    from attention_viz.ui.subject import Subject

Table = list[list[float]]
WIDE = 220
"""Pixels of a widget: several stand in a row."""


@dataclass(frozen=True)
class Shown:
    """What a picture is now.

    html  : the picture; facts: its numbers by name, for the texts of the lesson
    job   : long work that is under way, if any; live: the picture as it is while the work goes on
    """

    html: str
    facts: Mapping[str, Any]
    job: Job | None = None
    live: Callable[[], str] | None = None


def picture_of(name: str) -> Callable[[Settings], Shown]:
    """The function `show` of a file of `pages/pictures/`."""
    show: Callable[[Settings], Shown] = importlib.import_module(f"pages.pictures.{name}").show
    return show


@dataclass
class Settings:
    """The saved state, as it is printed.

    saved : values by name; subject: the text, and what the model reads in it
    asked : the names that the picture has asked for
    """

    saved: Mapping[str, Any]
    subject: Subject | None = None
    asked: set[str] = field(default_factory=set)

    def choose(self, name: str, label: str, options: Mapping[str, str], usual: str) -> str:
        """One of the options: what it is called in a lesson's file, and on the screen."""
        value = self._saved(name, usual, str)
        if value not in options:
            raise InputError(
                "A lesson sets {name} to {value}. Choose one of {options}.",
                name=name,
                value=repr(value),
                options=", ".join(options),
            )
        return self._choose(name, label, options, value)

    def number(self, name: str, label: str, low: float, high: float, usual: float, step: float = 0.1) -> float:
        """A number between two others."""
        return self._slide(name, label, low, high, float(self._between(name, low, high, usual)), step)

    def count(self, name: str, label: str, low: int, high: int, usual: int) -> int:
        """A whole number between two others; positions, layers and heads count from 1."""
        high = max(low, high)
        value = min(int(self._between(name, low, 10_000, usual)), high)  # a shorter text has fewer of them
        return int(self._slide(name, label, low, high, value, 1)) if high > low else low

    def switch(self, name: str, label: str, usual: bool = False) -> bool:
        """On or off."""
        return self._switch(name, label, self._saved(name, usual, bool))

    def table(self, name: str, label: str, rows: Sequence[str], usual: Table) -> Table:
        """A matrix; `rows` names what its rows are."""
        saved = self._saved(name, usual, list)
        if not saved or any(not isinstance(row, list) or len(row) != len(saved[0]) or not row for row in saved):
            raise InputError("A lesson sets {name} to what is no matrix. Give rows of one length.", name=name)
        return self._table(name, label, list(rows), [[float(value) for value in row] for row in saved])

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
        """What the model in use reads in a text of the lesson itself."""
        model = self.subject.model if self.subject is not None else embedded_model()
        return read(model, Selection(text=first, second=second))

    def work(self, key: Any, ask: Callable[[], Job]) -> Job | None:
        """Long work; on paper there is none."""
        return None

    def _saved(self, name: str, usual: Any, kind: type) -> Any:
        self.asked.add(name)
        value = self.saved.get(name, usual)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise InputError(
                "A lesson sets {name} to {value}, which is of another kind. An example: {usual}",
                name=name,
                value=repr(value),
                usual=repr(usual),
            )
        return value

    def _between(self, name: str, low: float, high: float, usual: float) -> Any:
        value = self._saved(name, usual, int | float)  # type: ignore[arg-type]  # isinstance takes a union
        if not low <= value <= high:
            raise InputError(
                "A lesson sets {name} to {value}. Give a number from {low} to {high}.",
                name=name,
                value=value,
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

    def _table(self, name: str, label: str, rows: list[str], value: Table) -> Table:
        return value


@dataclass
class Widgets(Settings):
    """The saved state, and a widget for each setting that the step lets one change.

    change : their names; prefix: keeps the keys of one step apart from those of the others
    choose_text : draws what chooses the text and the model, and returns the subject
    """

    change: Sequence[str] = ()
    prefix: str = ""
    choose_text: Callable[[], Subject | None] = lambda: None

    def pointable(self, figures: Mapping[str, str], product: str, row: str, column: str) -> None:
        def choose(figure: str, at_row: int, at_column: int) -> None:
            if figure in figures:
                values = {product: figures[figure], row: at_row + 1, column: at_column + 1}
                st.session_state.update({f"{self.prefix} {name}": value for name, value in values.items()})

        if {product, row, column} & set(self.change):
            listen(".st-key-lesson-picture", f"{self.prefix} pointed", choose)

    def text_and_model(self) -> Subject:
        if self.subject is None:
            self.subject = self.choose_text()
        return super().text_and_model()

    def work(self, key: Any, ask: Callable[[], Job]) -> Job | None:
        slot = f"{self.prefix} work"
        job: Job | None = st.session_state.get(slot)
        if job is None or job.key != key or (job.done and job.result is None):
            button = st.empty()
            if not button.button(say("Train"), key=f"{self.prefix} start"):
                return job if job is not None and job.key == key else None
            button.empty()
            job = st.session_state[slot] = ask()
        return job

    def _choose(self, name: str, label: str, options: Mapping[str, str], value: str) -> str:
        if name not in self.change:
            return value
        key = self._key(name, value)
        if st.session_state[key] not in options:
            st.session_state[key] = value
        names = options.__getitem__
        if len(options) > 4:
            return (
                st.selectbox(label, list(options), format_func=names, key=key, width=WIDE, persist_state="session")
                or value
            )
        picked = st.segmented_control(
            label, list(options), format_func=names, key=key, required=True, persist_state="session"
        )
        return picked or value

    def _slide(self, name: str, label: str, low: float, high: float, value: float, step: float) -> float:
        if name not in self.change:
            return value
        kind = int if step == 1 else float
        key = self._key(name, kind(value))
        st.session_state[key] = kind(min(max(st.session_state[key], low), high))
        return float(
            st.slider(label, kind(low), kind(high), step=kind(step), key=key, width=WIDE, persist_state="session")
        )

    def _switch(self, name: str, label: str, value: bool) -> bool:
        if name not in self.change:
            return value
        return st.toggle(label, key=self._key(name, value), persist_state="session")

    def _table(self, name: str, label: str, rows: list[str], value: Table) -> Table:
        if name not in self.change:
            return value
        key = self._key(f"{name} kept", value)
        editor = f"{self.prefix} {name} editor"
        if editor not in st.session_state:  # the editor was away: it begins again with what was left in it
            st.session_state[f"{editor} began"] = st.session_state[key]
        began: Table = st.session_state[f"{editor} began"]
        columns = [str(number) for number in range(1, len(began[0]) + 1)]
        with st.container(width="content", gap="xsmall"):
            st.caption(label)
            edited = self._editor(editor, label, rows, columns, began)
        st.session_state[key] = [
            [float(edited[each][row] or 0) for each in columns]  # an emptied cell is 0
            for row in range(len(began))
        ]
        kept: Table = st.session_state[key]
        return kept

    def _editor(
        self, key: str, label: str, rows: list[str], columns: list[str], began: Table
    ) -> dict[str, list[float]]:
        edited: Any = st.data_editor(  # columns by their names
            {say("Row"): rows[: len(began)]} | {each: [row[at] for row in began] for at, each in enumerate(columns)},
            key=key,
            hide_index=True,
            disabled=[say("Row")],
            width="content",
            alt=label,
        )
        return edited

    def _key(self, name: str, value: Any) -> str:
        """The widget's key, its value set to the saved one when the step is opened for the first time."""
        key = f"{self.prefix} {name}"
        st.session_state.setdefault(key, value)
        return key
