"""Ribbon diagram: what passes from the tokens of the text up to the chosen one, by four readings of one drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from attention_viz.attention import Attention, Tokens
from attention_viz.ui.flow.drawn_readings import READINGS, Drawn, Follow, drawn_readings
from attention_viz.ui.flow.flow_controls import pin_query, residual_share
from attention_viz.ui.flow.verdict import verdict
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.boards import SHELL, labels
from attention_viz.ui.widgets.tables import number
from attention_viz.ui.wording import listed, say, tell
from attention_viz.view import bundle, ribbons
from attention_viz.view.labels import LABELS
from attention_viz.view.ribbons import Ribbons
from attention_viz.view.theme import appearance

_diagram = st.components.v2.component(
    "attention_flow",
    html=SHELL,
    css=bundle.style() + bundle.style("sentence-strip") + bundle.style("flow"),
    js=bundle.script("flow/flow"),
)
KEY = "ribbons"
NAMED = 3
"""Tokens that are named of those from which most comes."""


def show_ribbons(subject: Subject, query: int, section: str) -> None:
    """Where does what this token holds come from, and which reading to trust?

    section : the part of the page below, which may wait for the same gradients
    """
    chosen: str = st.session_state.setdefault("flow_reading", next(iter(READINGS)))
    readings = drawn_readings(
        Follow(subject, query, residual_share(), chosen, waits=not (chosen == section == "gradients"))
    )
    tokens, n_layers = subject.attention.query_tokens, subject.attention.n_layers
    drawn = ribbons.drawn_tokens([each.ribbons for each in readings.values() if each.ribbons], len(tokens), query)
    _diagram(
        key=KEY,
        data={
            **appearance(labels(*(name for name in LABELS if name.startswith("flow_")), "position", "token")),
            "tokens": _plain_tokens(tokens),
            "positions": drawn,
            "query": query,
            "layers": n_layers,
            "reading": chosen,
            "readings": {name: _plain(name, each, tokens, query, drawn) for name, each in readings.items()},
            "verdict": verdict(subject),
        },
        on_query_change=lambda: _pin(subject.attention),
        on_reading_change=_choose_reading,
    )


def _pin(attention: Attention) -> None:
    """Take over the token that was clicked, which all pages share."""
    query = st.session_state[KEY].get("query")
    if type(query) is int and 0 <= query < len(attention.query_tokens):
        pin_query(attention, query)


def _choose_reading() -> None:
    reading = st.session_state[KEY].get("reading")
    if reading in READINGS:
        st.session_state["flow_reading"] = reading


def _plain(name: str, reading: Drawn, tokens: Tokens, query: int, drawn: Sequence[int]) -> dict[str, Any]:
    plain: dict[str, Any] = {"title": tell(READINGS[name]), "about": reading.about}
    if reading.reason is not None:
        return plain | {"reason": tell(reading.reason)}
    if reading.ribbons is None:
        return plain
    return plain | ribbons.plain(reading.ribbons, drawn) | {"told": most_from(reading.ribbons, tokens, query)}


def most_from(found: Ribbons, tokens: Tokens, query: int) -> str:
    """From which tokens most comes."""
    if not found.inputs.any():
        return say("Nothing is gained through “{token}”: the answer depends on no weight there.", token=tokens[query])
    most = np.argsort(-found.inputs, kind="stable")[:NAMED].tolist()
    parts = (f"“{tokens.labels[each]}” {number(float(found.inputs[each]))}" for each in most)
    return say("“{token}” on top: most comes from {tokens}.", token=tokens.labels[query], tokens=listed(parts))


def _plain_tokens(tokens: Tokens) -> dict[str, Any]:
    names = ("texts", "labels", "special", "segments", "directions", "spans")
    return {name: list(getattr(tokens, name)) for name in names}
