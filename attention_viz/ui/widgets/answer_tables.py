"""Answer tables: what a model says before and after a change, beside each other, and which tokens' vectors moved meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.ui.widgets.tables import Cell, Change, number, table
from attention_viz.ui.wording import plain, say, tell

if TYPE_CHECKING:
    from attention_viz.experiments import AnswerChange, Choices

MOST_PLACES = 6
"""Places whose possibilities are listed; those that changed most."""
MOST_TOKENS = 6
"""Tokens listed by how far their vectors moved."""


def most_changed(places: Sequence[Choices]) -> Sequence[Choices]:
    """The places of an answer: the whole text, or what comes after it, then the one whose probabilities moved most."""
    return sorted(places, key=lambda place: (place.token is not None, -_moved(place)))


def _moved(place: Choices) -> float:
    return sum(abs(each.after - each.before) for each in place.choices)


def after_the_text(found: AnswerChange, place: Choices) -> bool:
    """Whether it is that of several places which follows the text: the next word of a decoder."""
    return place.token is None and any(each.token is not None for each in found.choices)


def says_something(found: AnswerChange) -> bool:
    """Whether the model answers; a single text that is compared with nothing has no answer."""
    return bool(found.choices or found.numbers or found.similarity)


def show_answer(found: AnswerChange, columns: tuple[str, ...]) -> None:
    """The model's words, classes or labels at each place, or its numbers.

    columns : what is called before, after and the change; of fewer than three, as many numbers are shown
    """
    if found.choices:
        places = most_changed(found.choices)[:MOST_PLACES]
        for place in places:
            _show_place(found, place, columns)
        if len(places) < len(found.choices):
            st.caption(
                say("{n} of {all} places are listed: those that changed most.", n=len(places), all=len(found.choices))
            )
    if found.numbers:
        numbers: list[tuple[Cell, ...]] = [
            (each.name, *_row(each.before, each.after, columns)) for each in found.numbers
        ]
        st.html(table(say("The model's numbers for the text"), (say("name"), *columns), numbers, tokens=(0,)))
    st.html(table(tell(found.loss), columns, [_row(found.before, found.after, columns)]))


def _row(before: float, after: float, columns: tuple[str, ...]) -> tuple[float, ...]:
    """As many of the three numbers as there are columns for them."""
    return (before, after, Change(after - before))[: len(columns)]


def _show_place(found: AnswerChange, place: Choices, columns: tuple[str, ...]) -> None:
    if after_the_text(found, place):
        caption = say("The next word, after the text")
    elif place.token is None:
        caption = say("The model's answer to the whole text")
    else:
        caption = say("Token {position}, “{token}”", position=place.token + 1, token=found.tokens.labels[place.token])
    rows: list[tuple[Cell, ...]] = [(each.text, *_row(each.before, each.after, columns)) for each in place.choices]
    bars = tuple(range(1, min(3, 1 + len(columns))))
    st.html(table(caption, (say("possibility"), *columns), rows, tokens=(0,), bar=bars))


def show_vector_shift(found: AnswerChange, embeds: bool) -> None:
    """How far the vector of the whole text has turned: 1 - cosine, 0 to 2."""
    turned = number(found.vector_shift)
    if embeds:
        said = say(
            "The sentence's vector has turned by {turned} (1 − cosine; 0 = not at all, 2 = to the opposite).",
            turned=turned,
        )
    else:
        said = say(
            "The mean of the tokens' last vectors has turned by {turned} (1 − cosine; 0 = not at all, 2 = to the opposite).",
            turned=turned,
        )
    st.markdown(plain(said))


def show_token_shifts(found: AnswerChange) -> None:
    """The tokens whose vectors ended farthest from where they were."""
    last = found.state_shifts[-1]
    order = last.argsort()[::-1][:MOST_TOKENS]
    rows = [(int(token) + 1, found.tokens.labels[int(token)], float(last[token])) for token in order]
    heads = (say("position"), say("token"), say("moved by"))
    st.html(table(say("Tokens whose last vector moved most"), heads, rows, tokens=(1,), bar=2))
