"""Before and after: the model's predictions with every head on, beside those without the heads switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.ui.ablation.verdict import most_changed
from attention_viz.ui.widgets.tables import Cell, Change, number, table
from attention_viz.ui.wording import plain, say, tell
from attention_viz.view.number_table import number_table

if TYPE_CHECKING:
    from attention_viz.experiments import Ablation, Choices

MOST_PLACES = 6
"""Places whose possibilities are listed; those that changed most."""
MOST_TOKENS = 6
"""Tokens listed by how far their vectors moved."""


def show_answer(found: Ablation) -> None:
    """The model's words, classes or labels at each place, or its one number: before, after, and the change; while
    every head is on, as it is."""
    on = (say("every head on"),)
    heads = (*on, say("without them"), say("change")) if found.heads else on
    if found.choices:
        places = most_changed(found.choices)[:MOST_PLACES]
        for place in places:
            _show_place(found, place, heads)
        if len(places) < len(found.choices):
            st.caption(
                say("{n} of {all} places are listed: those that changed most.", n=len(places), all=len(found.choices))
            )
    if found.numbers:
        numbers: list[tuple[Cell, ...]] = [(each.name, *_row(each.before, each.after, heads)) for each in found.numbers]
        st.html(table(say("The model's numbers for the text"), (say("name"), *heads), numbers, tokens=(0,)))
    alone = not (found.choices or found.numbers or found.similarity)
    if alone and not found.heads:  # a single sentence that is compared with nothing
        return
    st.html(table(tell(found.loss), heads, [_row(found.before, found.after, heads)]))


def _row(before: float, after: float, heads: tuple[str, ...]) -> tuple[float, ...]:
    """As many of the three numbers as there are columns for them."""
    return (before, after, Change(after - before))[: len(heads)]


def _show_place(found: Ablation, place: Choices, heads: tuple[str, ...]) -> None:
    if place.token is None:
        caption = say("The model's answer to the whole text")
    else:
        caption = say("Token {position}, “{token}”", position=place.token + 1, token=found.tokens.labels[place.token])
    rows: list[tuple[Cell, ...]] = [(each.text, *_row(each.before, each.after, heads)) for each in place.choices]
    bars = tuple(range(1, min(3, 1 + len(heads))))
    st.html(table(caption, (say("possibility"), *heads), rows, tokens=(0,), bar=bars))


def show_vector_shift(found: Ablation, embeds: bool) -> None:
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


def show_token_shifts(found: Ablation) -> None:
    """The tokens whose vectors ended farthest from where they were."""
    last = found.state_shifts[-1]
    order = last.argsort()[::-1][:MOST_TOKENS]
    rows = [(int(token) + 1, found.tokens.labels[int(token)], float(last[token])) for token in order]
    heads = (say("position"), say("token"), say("moved by"))
    st.html(table(say("Tokens whose last vector moved most"), heads, rows, tokens=(1,), bar=2))


def show_layer_shifts(found: Ablation) -> None:
    """How far every token's vector moved, layer by layer."""
    shifts = found.state_shifts
    st.html(
        number_table(
            shifts,
            name=say("How far each token's vector moved, layer by layer"),
            rows=[say("Layer {layer}", layer=layer + 1) for layer in range(len(shifts))],
            columns=found.tokens.labels,
            colours="weights",
            largest=float(shifts.max()) or 1.0,
        )
    )
    st.caption(
        plain(say("How far a token's vector moved, as a share of its length before: 1 means as far as it was long."))
    )
