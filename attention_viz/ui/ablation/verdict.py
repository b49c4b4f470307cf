"""Verdict: what switching heads off changed, in three lines: with every head, without these, without any; and how much that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.ui.widgets.answer_tables import most_changed
from attention_viz.ui.widgets.tables import number
from attention_viz.ui.wording import listed, paragraph, plain, say, tell

if TYPE_CHECKING:
    from attention_viz.experiments import Ablation

MOST_NAMED = 4
"""Heads that are named; of more, their number is told."""
LITTLE = 0.05
"""Up to this share of what all heads together change, the heads that are off are said to change little."""


@dataclass(frozen=True)
class Answer:
    """The same number in three runs: with every head, without those that are off, without any; each written out, too."""

    values: tuple[float, float, float]
    written: tuple[str, str, str]


def show_verdict(found: Ablation, floor: Ablation) -> None:
    """found: without the heads that are off; floor: without any. Of several places, that which changed most."""
    answer = _of_choices(found, floor) if found.choices else _of_number(found, floor)
    names = (say("With every head"), say("Without {heads}", heads=_heads(found.heads)), say("Without any head"))
    lines = (f"**{plain(name)}**: {plain(said)}" for name, said in zip(names, answer.written, strict=True))
    st.markdown("  \n".join(lines))
    st.markdown(plain(_how_much(*answer.values)))


def _heads(heads: Sequence[tuple[int, int]]) -> str:
    if len(heads) > MOST_NAMED:
        return say("{n} heads", n=len(heads))
    return listed([f"{layer + 1}-{head + 1}" for layer, head in heads])


def _of_choices(found: Ablation, floor: Ablation) -> Answer:
    """The likeliest possibility with every head; beside it the one that is likeliest without these heads, if that is another."""
    place = most_changed(found.choices)[0]
    first, now = place.choices[0], max(place.choices, key=lambda each: each.after)
    none = next(
        (
            each.after
            for at in floor.choices
            if at.token == place.token
            for each in at.choices
            if each.text == first.text
        ),
        0.0,
    )
    risen = max(place.choices, key=lambda each: each.after - each.before)
    beside = now if now is not first else risen if risen.after - risen.before > LITTLE else None
    with_all, without = (
        say("“{word}” {value}", word=first.text, value=number(each)) for each in (first.before, first.after)
    )
    if beside is not None:
        pair = {"word": beside.text, "before": number(beside.before), "after": number(beside.after)}
        without = paragraph(without, say("(“{word}” rises from {before} to {after})", **pair))
    written = (with_all, without, say("“{word}” {value}", word=first.text, value=number(none)))
    return Answer((first.before, first.after, none), written)


def _of_number(found: Ablation, floor: Ablation) -> Answer:
    values = (found.before, found.after, floor.after)
    name = tell(found.loss)
    first, second, third = (f"{name} {number(each)}" for each in values)
    return Answer(values, (first, second, third))


def _how_much(before: float, after: float, none: float) -> str:
    """The change as a share of that without any head."""
    whole, change = none - before, after - before
    if abs(change) < 0.00005:
        return say(
            "On this text, nothing changes: what these heads add is not needed for this answer, or others add it too."
        )
    share = change / whole if abs(whole) > 0.00005 else 0.0
    if share < 0 or share > 1:
        return say(
            "That is further than all heads together move it, or the other way: the answer does not hang on heads alone."
        )
    said = say("That is {share} of the way to the answer without any head.", share=f"{share:.0%}")
    if share > LITTLE:
        return said
    return paragraph(said, say("Little: others may do the same, or this answer comes from the words alone."))
