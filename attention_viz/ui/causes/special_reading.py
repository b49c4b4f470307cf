"""Special reading: whether the attention that a head spends on [CLS] and [SEP], or on the first token, does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attention_viz.attention import Attention
from attention_viz.ui.causes.asked import AT_ONCE, Asked
from attention_viz.ui.causes.findings import no_ops
from attention_viz.ui.causes.numbers import numbers
from attention_viz.ui.causes.section import caveat, finding, head_name
from attention_viz.ui.session import state
from attention_viz.ui.widgets.tables import Cell, Change, table
from attention_viz.ui.wording import listed, paragraph, plain, say, tell

if TYPE_CHECKING:
    from attention_viz.experiments import HeadNoOp, NoOps

MUCH = 0.5
"""From this share on a head is said to spend most of its attention there."""
NO_CHANGE = 0.02
"""A cut that moves the number by less than this share of it is said to change hardly anything."""
MOST_OF_HEAD = 0.5
"""A cut that moves the number by less than this share of what it moves without the whole head is said to do nothing."""


def special_question(asked: Asked) -> str:
    """The question of this part: what the places are called depends on the model."""
    if asked.model.causal:
        return say("Why so much on the first token?")
    tokens = asked.tokens
    names = dict.fromkeys(label for label, special in zip(tokens.labels, tokens.special, strict=True) if special)
    if len(names) == 2:
        return say("Why so much on {one} and {other}?", **dict(zip(("one", "other"), names, strict=True)))
    return say("Why so much on special tokens?")


def show_special_reading(asked: Asked, attention: Attention) -> None:
    """The head that is looked at, and beside it the one that spends most there."""
    looked_at = asked.selection.layer, asked.selection.head
    most = most_there(attention)
    heads = tuple(dict.fromkeys((looked_at, *([] if most is None else [most]))))
    found = no_ops(asked, heads)
    if found is None:
        return
    finding(what_it_does(found, found.heads[0]))
    if len(found.heads) > 1:
        st.markdown(plain(what_it_does(found, found.heads[1])))
        st.button(
            say("Look at head {head}", head=head_name(*heads[1])),
            on_click=state.choose_head,
            args=heads[1],
            key="look-special",
        )
    st.html(table(_caption(found), _columns(), rows(found), bar=1))
    caveat(
        say(
            "One text: a head that does nothing here may do much on another. Cut means that the weights of these links become 0 and the others stay; other heads may take over what is missing."
        )
    )
    numbers(_caption(found), _columns(), lambda: rows(found), "special")


def most_there(attention: Attention) -> tuple[int, int] | None:
    """The head that spends most of its attention on special tokens, of a causal model on the first; None where the text is long."""
    if attention.n_tokens * attention.n_layers > AT_ONCE or attention.part == "cross":
        return None
    there = np.array(attention.key_tokens.special, dtype=bool)
    if attention.causal:
        there = np.arange(len(there)) == 0
    if not there.any() or there.all():
        return None
    shares = {
        (layer, head): float(weights[:, there].sum(-1)[~there[: len(weights)]].mean())
        for layer in attention.layers
        for head, weights in enumerate(attention.weights(layer))
    }
    return max(shares, key=lambda each: shares[each])


def what_it_does(found: NoOps, head: HeadNoOp) -> str:
    """How much goes there, how much is read with it, and what cutting it changes."""
    there = listed(dict.fromkeys(found.tokens.labels[place] for place in found.there))
    spends = say(
        "Head {head} gives {share:.0%} of its attention to {there}, whose vectors are {ratio:.2f} times as long as the others: {read:.0%} of what it reads.",
        head=head_name(head.layer, head.head),
        share=head.share,
        there=there,
        ratio=head.length / head.elsewhere if head.elsewhere else 0.0,
        read=head.read,
    )
    values = {"before": f"{found.untouched:.3f}", "after": f"{found.untouched + head.change:.3f}"}
    little = abs(head.change) < NO_CHANGE * max(abs(found.untouched), NO_CHANGE)
    if not little:
        return paragraph(spends, say("Cut that, and the number below goes from {before} to {after}.", **values))
    if head.share < MUCH:
        said = say("Cut that, and the number below hardly changes, from {before} to {after}.", **values)
    elif abs(head.change) < MOST_OF_HEAD * abs(head.head_change):
        said = say(
            "Cut all of it, and the number below hardly changes, from {before} to {after}: here that is doing nothing.",
            **values,
        )
    else:
        said = say(
            "Cut all of it, and the number below hardly changes, from {before} to {after}; but without the whole head it changes as little, to {without}: here this number does not say what that is for.",
            **values,
            without=f"{found.untouched + head.head_change:.3f}",
        )
    return paragraph(spends, said)


def _caption(found: NoOps) -> str:
    return say("The number that is watched: {loss}", loss=tell(found.loss))


def _columns() -> tuple[str, ...]:
    return (
        say("head"),
        say("share of attention there"),
        say("length of what is read there"),
        say("elsewhere"),
        say("share of what is read"),
        say("change when these links are cut"),
        say("change without the whole head"),
    )


def rows(found: NoOps) -> list[tuple[Cell, ...]]:
    """One row a head."""
    return [
        (
            head_name(each.layer, each.head),
            each.share,
            each.length,
            each.elsewhere,
            each.read,
            Change(each.change),
            Change(each.head_change),
        )
        for each in found.heads
    ]
