"""Lesson widgets: the settings of a lesson's picture on the screen, where a step lets one change them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from attention_viz.ui.lessons.lesson_settings import Settings, Table
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.pointing import listen
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from attention_viz.ui.session.subject import Subject
    from attention_viz.ui.work.ticket import Ticket

WIDE = 220
"""Pixels of a widget: several stand in a row."""


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

    def work(self, key: Any, ask: Callable[[], Ticket]) -> Ticket | None:
        slot = f"{self.prefix} work"
        job: Ticket | None = st.session_state.get(slot)
        if job is None or job.key != key or (job.done and job.result is None):
            button = st.empty()
            if not button.button(say("Train"), key=f"{self.prefix} start"):
                return job if job is not None and job.key == key else None
            button.empty()
            if job is not None:
                job.leave()
            job = st.session_state[slot] = ask()
        return job

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

    def _table(self, name: str, label: str, rows: list[str], value: Table) -> Table:
        if name not in self.change:
            return value
        key = self._key(f"{name} kept", value)
        editor = f"{self.prefix} {name} editor"
        if editor not in st.session_state:  # the editor was not drawn: it begins with its last values
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
        edited: dict[str, list[float]] = st.data_editor(  # columns by their names
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
