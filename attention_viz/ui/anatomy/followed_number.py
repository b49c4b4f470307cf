"""Followed number: what becomes, at each stage, of the one number that is followed from the dot product to the output."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from attention_viz.ui.wording import say
from attention_viz.view.number_table import number

if TYPE_CHECKING:
    from attention_viz.mechanism import Walkthrough
    from attention_viz.models.anatomy import Followed

BEFORE = {"scaled": "scores", "masked": "scaled", "weights": "masked", "output": "residual"}
"""The step from which another makes the followed number, and nothing else is added to it."""


def followed_line(followed: Followed, walk: Walkthrough, step: str, key: str) -> str:
    """One sentence as HTML, in the colour in which the number is framed; "" where none of the step's numbers is followed."""
    words = _words(followed, walk, step, key)
    return f'<p class="followed">{escape(words)}</p>' if words else ""


def _words(followed: Followed, walk: Walkthrough, step: str, key: str) -> str:
    now, before = (followed.number(walk, each) for each in (step, BEFORE.get(step, "")))
    if now is None:
        return ""
    match step:
        case "scores":
            return say("Followed: the score of “{key}”, {number}.", key=key, number=number(now))
        case "weights" if before is not None:
            return say("Followed: {before} becomes the weight {after}.", before=number(before), after=number(now))
        case "weights":
            return say("Followed: the weight of “{key}”, {number}.", key=key, number=number(now))
        case "context":
            return _of_context(followed, walk, key, now)
        case "concatenated":
            return say("Followed: the same number, here number {n}.", n=(followed.place or 0) + 1)
        case "projected":
            return _of_output(followed, now)
        case "residual":
            return _of_sum(followed, walk, now)
    return "" if before is None else _change(before, now)


def _change(before: float, after: float) -> str:
    return say("Followed: {before} becomes {after}.", before=number(before), after=number(after))


def _of_context(followed: Followed, walk: Walkthrough, key: str, whole: float) -> str:
    return say(
        "Followed from here: number {n} of c, the largest in the value of “{key}”, which gives {part} of {whole}.",
        n=(followed.value_dimension or 0) + 1,
        key=key,
        part=number(followed.number(walk, "weighted_values") or 0.0),
        whole=number(whole),
    )


def _of_output(followed: Followed, whole: float) -> str:
    return say(
        "Followed from here: number {n} of o, to which W_o takes most of it: {part} of {whole}.",
        n=(followed.output_dimension or 0) + 1,
        part=number(followed.share or 0.0),
        whole=number(whole),
    )


def _of_sum(followed: Followed, walk: Walkthrough, total: float) -> str:
    x, o = (number(followed.number(walk, step) or 0.0) for step in ("input", "projected"))
    return say("Followed: {x} + {o} = {sum}.", x=x, o=o, sum=number(total))
