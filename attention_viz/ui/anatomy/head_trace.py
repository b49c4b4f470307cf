"""Head trace: what the model itself computed before and after one head, and the query and key that are followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.errors import AttentionVizError, Message
from attention_viz.measures import Progress
from attention_viz.measures.strongest import most_read, strongest_link
from attention_viz.selection import Selection
from attention_viz.ui.session.pinned_link import Pin, Pinned
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import say
from attention_viz.ui.work.caches import reading_key
from attention_viz.ui.work.results import result
from attention_viz.ui.work.text_lengths import AT_ONCE
from attention_viz.ui.work.throttle import throttle_forward

if TYPE_CHECKING:
    from attention_viz.models.anatomy import Activations

STRONGEST = -1
"""The entry of a list of tokens for the one with the largest weight."""
LISTED = 1024
"""Tokens that a list offers; those further on can be pinned on the Explore page."""


@dataclass(frozen=True)
class HeadTrace:
    """What the model itself computed before and after the head, or why that is not known."""

    activations: Activations | None
    reason: Message | None = None


def trace_head(subject: Subject, selection: Selection) -> HeadTrace:
    """One more forward pass for each layer that is shown, cached beside the readings; of a long text, a job."""
    from attention_viz.models.anatomy import record

    attention, model, read = subject.attention, subject.model, subject.selection
    if attention.limit is not None and attention.n_tokens > attention.limit:
        return HeadTrace(
            None, Message("The text is read in windows: only its weights are known, not what led to them.")
        )

    def make(progress: Progress | None) -> Activations:
        with throttle_forward(waited_for=progress is None):
            inputs = model.inputs(read.text, read.second, part=attention.part, overlong=read.overlong)
            return record(model, inputs, selection.layer, attention.part)

    about, doing = (reading_key(model, read), selection.layer), say("Reading a long text")
    try:
        return HeadTrace(result("activations", about, make, doing=doing, quick=attention.n_tokens <= AT_ONCE))
    except AttentionVizError as error:
        return HeadTrace(None, error.message)


def pick_query(attention: Attention, selection: Selection, pinned: Pinned, pin: Pin) -> int:
    """The query: the token pinned on any page, else the query of the largest weight. pinned, pin: between word pieces"""
    query, key = pinned
    usual = _strongest_query(attention, selection)
    labels = attention.query_tokens.labels
    return _pick(say("Query (reads)"), "anatomy_query", labels, query, usual, lambda chosen: pin(chosen, key))


def _strongest_query(attention: Attention, selection: Selection) -> int:
    rows = slice(0, LISTED)  # of a very long text the first ones: the whole head would take too much memory
    weights = attention.tile(selection.layer, selection.head, rows)
    sides = attention.query_tokens.special[rows], attention.key_tokens.special
    return strongest_link(weights, *sides, same=attention.part != "cross")[0]


def pick_key(attention: Attention, selection: Selection, query: int, pinned: Pinned, pin: Pin) -> int:
    """The key that is followed through all steps: the one pinned on any page, else the one with the largest weight."""
    _, key = pinned
    weights = attention.tile(selection.layer, selection.head, slice(query, query + 1))[0]
    usual = most_read(weights, attention.key_tokens.special)
    labels = attention.key_tokens.labels
    return _pick(say("Key to follow (is read)"), "anatomy_key", labels, key, usual, lambda chosen: pin(query, chosen))


def _pick(
    label: str, choice: str, tokens: Sequence[str], pinned: int | None, usual: int, then: Callable[[int | None], None]
) -> int:
    """The pinned token, or the usual one, from a list of the tokens with their positions, whose first entry leaves the choice to
    the weights. then : told which was chosen, None = that entry"""
    st.session_state[choice] = STRONGEST if pinned is None else pinned

    def chosen() -> None:
        position: int = st.session_state[choice]
        then(None if position == STRONGEST else position)

    def name(position: int) -> str:
        if position == STRONGEST:
            return say("strongest: {position} · {token}", position=usual + 1, token=tokens[usual])
        return f"{position + 1} · {tokens[position]}"

    entries = range(STRONGEST, max(min(len(tokens), LISTED), st.session_state[choice] + 1))
    keyed = chosen_as(choice, entries, then=chosen, shows="index")
    st.selectbox(label, entries, format_func=name, width=220, **keyed)
    return usual if pinned is None else pinned
