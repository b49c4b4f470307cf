"""Place: where a visitor is in the lessons and what was answered, in the session and in the address."""

from __future__ import annotations

import re
from collections.abc import Collection

import streamlit as st

from attention_viz.ui.session.address import arrived, chosen_language

PLACE = "lessons place"
ANSWERS = "lessons answers"
KEYS = "lesson "
"""What the keys of all widgets of a lesson begin with, followed by its name and the step."""


def follow(names: Collection[str]) -> tuple[str, int] | None:
    """The lesson and its step, from 0, taken from the address when the visitor arrives; None = the list."""
    name = st.query_params.get("lesson", "")
    if arrived() and name in names:
        st.session_state[PLACE] = (name, _step(st.query_params.get("step", "1")))
    place: tuple[str, int] | None = st.session_state.get(PLACE)
    return place if place is not None and place[0] in names else None


def _step(written: str) -> int:
    """The step that an address names, from 0; the first where it names none."""
    return max(int(written) - 1, 0) if re.fullmatch("[0-9]{1,4}", written) else 0


def keep(name: str, step: int) -> None:
    """Let the address say where the visitor is."""
    st.session_state[PLACE] = (name, step)
    parameters = {"lesson": name, "step": str(step + 1)} | chosen_language()
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)


def go(name: str, step: int = 0) -> None:
    """Open a lesson."""
    st.session_state[PLACE] = (name, step)


def leave() -> None:
    """Back to the list."""
    st.session_state[PLACE] = None
    st.query_params.clear()


def answers() -> dict[tuple[str, int], int]:
    """What this session answered: (lesson, step) -> option, from 1."""
    given: dict[tuple[str, int], int] = st.session_state.setdefault(ANSWERS, {})
    return given


def answer(name: str, step: int, option: int) -> None:
    """Keep an answer; it cannot be changed once the right one is seen."""
    answers().setdefault((name, step), option)


def prefix(name: str, step: int) -> str:
    """What the keys of the widgets of one step begin with."""
    return f"{KEYS}{name} {step + 1}"


def reset(name: str, step: int) -> None:
    """The picture of a step as it was saved; answers stay."""
    for key in [key for key in st.session_state if str(key).startswith(f"{prefix(name, step)} ")]:
        del st.session_state[key]
