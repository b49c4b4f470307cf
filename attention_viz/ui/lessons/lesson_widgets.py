"""Lesson widgets: the settings of a lesson's picture on the screen, where a step lets one change them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from attention_viz.ui.lessons.lesson_settings import Settings, Table
from attention_viz.ui.lessons.run import Run
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.editing import listen_to_edits
from attention_viz.ui.widgets.pointing import listen
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from attention_viz.ui.session.subject import Subject
    from attention_viz.ui.work.ticket import Ticket

WIDE = 220
"""Pixels of a widget: several stand in a row."""
LARGEST = 1000.0
"""The largest number that a cell of a matrix takes, and below zero the smallest."""
RUNS = "work"
"""Of a step: the work that was begun in it, by its key."""
MOST_RUNS = 4
"""Results of a step that a visitor keeps, the newest."""


@dataclass
class Widgets(Settings):
    """The saved state, and a widget for each setting that the step lets one change.

    change : their names; prefix: keeps the keys of one step apart from those of the others
    choose_text : draws what chooses the text and the model, and returns the subject
    has_work : whether the picture has long work that can be begun; listens: whether it hears of numbers typed into it
    """

    change: Sequence[str] = ()
    prefix: str = ""
    choose_text: Callable[[], Subject | None] = lambda: None
    has_work: bool = False
    listens: bool = False

    def __post_init__(self) -> None:
        self.runs = st.session_state.get(f"{self.prefix} {RUNS}", {})

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

    def editable(self, name: str) -> str:
        if name not in self.change:
            return ""
        if not self.listens:
            listen_to_edits(".st-key-lesson-picture", f"{self.prefix} edited", self._edit)
            self.listens = True
        return name

    def _edit(self, name: str, row: int, column: int, value: float) -> None:
        """Put a number that was typed into a cell into its matrix."""
        kept: Table | None = st.session_state.get(f"{self.prefix} {name} kept")
        if name in self.change and kept and row < len(kept) and column < len(kept[row]):
            kept = [list(each) for each in kept]
            kept[row][column] = min(max(value, -LARGEST), LARGEST)
            st.session_state[f"{self.prefix} {name} kept"] = kept

    def work(self, key: Hashable, ask: Callable[[], Ticket], count: Callable[[Any], int]) -> Run | None:
        """The button that begins it, once there is something to change, and what it began."""
        begun: Run | None = self.runs.get(key)
        if not self.change:
            return begun
        self.has_work = True
        button = st.empty()
        label = say("Train again") if begun is not None and begun.complete else say("Train")
        if begun is not None and begun.under_way:
            return begun
        if not button.button(label, key=f"{self.prefix} start", type="primary"):
            return begun
        button.empty()
        return self._begin(key, Run(ask(), count))

    def _begin(self, key: Hashable, run: Run) -> Run:
        """Keep it as the newest of a few; what was begun before and is not done is left."""
        runs = {name: each for name, each in self.runs.items() if name != key}
        for each in runs.values():
            if not each.ticket.done:
                each.leave()
        self.runs = st.session_state[f"{self.prefix} {RUNS}"] = dict(list(runs.items())[1 - MOST_RUNS :]) | {key: run}
        return run

    def _choose(self, name: str, label: str, options: Mapping[str, str], value: str) -> str:
        if name not in self.change:
            return value
        key = self._key(name, value)
        if st.session_state[key] not in options:
            st.session_state[key] = value
        keyed = chosen_as(key, list(options), shows="index" if len(options) > 4 else "default")
        names = options.__getitem__
        if len(options) > 4:
            return st.selectbox(label, list(options), format_func=names, width=WIDE, **keyed) or value
        picked = st.segmented_control(label, list(options), format_func=names, required=True, **keyed)
        return picked or value

    def _slide(self, name: str, label: str, low: float, high: float, value: float, step: float) -> float:
        if name not in self.change:
            return value
        kind = int if step == 1 else float
        key = self._key(name, kind(value))
        st.session_state[key] = kind(min(max(st.session_state[key], low), high))
        return float(st.slider(label, kind(low), kind(high), step=kind(step), width=WIDE, **chosen_as(key)))

    def _switch(self, name: str, label: str, value: bool) -> bool:
        if name not in self.change:
            return value
        return st.toggle(label, **chosen_as(self._key(name, value)))

    def _table(self, name: str, value: Table) -> Table:
        kept: Table = st.session_state[self._key(f"{name} kept", value)] if name in self.change else value
        return kept

    def _key(self, name: str, value: Any) -> str:
        """The widget's key, its value set to the saved one when the step is opened for the first time."""
        key = f"{self.prefix} {name}"
        st.session_state.setdefault(key, value)
        return key
