"""Column choice: which column of a table has the texts, and which one the second texts of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from attention_viz.characters import readable
from attention_viz.corpus.sources.tables import check_columns
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import say

FIRST, SECOND, USUAL = "many_column", "many_second", "text"
MOST_CHARACTERS = 200
"""Of a name that is typed."""
WIDTH = 230


@dataclass(frozen=True)
class Columns:
    """What is read of a table. second : None = every row is a single text"""

    first: str
    second: str | None = None


def begin_choice(names: Sequence[str]) -> None:
    """Of a file that was opened just now: the column that was chosen for another one holds where this one has it, too."""
    if names and st.session_state.get(FIRST) not in names:
        st.session_state[FIRST] = USUAL


def pick_columns(names: Sequence[str]) -> Columns:
    """The columns, chosen among those of the file; typed where its names are not known.

    Raises InputError where it is known that the file has no such column.
    """
    first, second = say("Column of the texts"), say("Column of the second texts, for pairs")
    if not names:
        st.text_input(first, width=WIDTH, **chosen_as(FIRST, usual=USUAL))
        st.text_input(second, width=WIDTH, placeholder=_nothing(), **chosen_as(SECOND, usual=""))
        return Columns(_typed(FIRST) or USUAL, _typed(SECOND) or None)
    _pick(first, FIRST, names)
    others = [name for name in names if name != st.session_state[FIRST]]
    if st.session_state.get(SECOND) not in others:
        st.session_state[SECOND] = ""
    _pick(second, SECOND, ["", *others])
    check_columns(list(names), st.session_state[FIRST], None)
    return Columns(st.session_state[FIRST], st.session_state[SECOND] or None)


def _pick(label: str, name: str, among: Sequence[str]) -> None:
    st.selectbox(
        label,
        among,
        format_func=lambda each: readable(each) or _nothing(),
        placeholder=say("Choose a column"),
        width=WIDTH,
        **chosen_as(
            name,
            among,
            usual=USUAL if name == FIRST else "",
            shown=lambda value: value if value in among else None,
            shows="index",
        ),
    )


def _nothing() -> str:
    return say("none: single texts")


def _typed(name: str) -> str:
    typed: str = st.session_state[name]
    return typed.strip()[:MOST_CHARACTERS]
