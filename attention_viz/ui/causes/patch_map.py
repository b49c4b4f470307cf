"""Patch map: how much of the difference between two answers each head, layer or token carries, drawn both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attention_viz.errors import Message
from attention_viz.ui.causes.asked import Asked
from attention_viz.ui.causes.findings import patched
from attention_viz.ui.causes.numbers import numbers
from attention_viz.ui.causes.pair_controls import offer_own_text
from attention_viz.ui.causes.section import amount, caveat, finding, head_name
from attention_viz.ui.session import state
from attention_viz.ui.widgets.panels import show_panels
from attention_viz.ui.widgets.tables import Cell, Change
from attention_viz.ui.wording import paragraph, plain, say
from attention_viz.view.panels import Labelled, Panel

if TYPE_CHECKING:
    from attention_viz.experiments import PatchMap

QUESTIONS = {
    "heads": Message("Which head carries the difference?"),
    "layers": Message("Which layer carries the difference?"),
    "tokens": Message("Which token carries the difference?"),
}
"""What is asked, by what is put from one run into the other."""
LITTLE = 0.1
"""A part that carries less than this of the difference is not said to carry it."""
MUCH = 1.5
"""Beyond this, of either sign, the reader is told of what the shares are shares."""


def show_patch_map(asked: Asked, parts: str) -> None:
    """The map of what each part carries, or what the page needs for one."""
    if not asked.other.strip():
        st.info(
            say(
                "To find out which head carries the answer, the page needs a second text beside yours: the same sentence with one word changed."
            )
        )
        offer_own_text()
        return
    found = patched(asked, parts)
    if found is None:
        return
    finding(paragraph(*most_carried(found)))
    _offer_head(found, (asked.selection.layer, asked.selection.head))
    _draw(found)
    st.markdown(plain(paragraph(what_is_put(found), what_is_asked(found))))
    caveat(paragraph(*_what_is_hidden(asked), *what_limits(found)))
    numbers(say("The numbers behind the map"), _columns(found), lambda: rows(found), "patch", tokens=(1,))


def _offer_head(found: PatchMap, looked_at: tuple[int, int]) -> None:
    """One click to the head that carries most, where another one is looked at below."""
    place = ranked(found.carried)[0]
    if found.what == "heads" and place != looked_at and found.carried[place] >= LITTLE:
        st.button(
            say("Look at head {head}", head=head_name(*place)),
            on_click=state.choose_head,
            args=place,
            key="look-carrying",
        )


def what_is_asked(found: PatchMap) -> str:
    """The number of which the shares are, in both texts."""
    values = {"text": amount(found.text), "other": amount(found.other)}
    if not found.pairs:
        return say(
            "The number is a cosine: {text} for your text, {other} for the other. 0 leaves it as in your text, 1 makes it that of the other.",
            text=f"{found.text:.3f}",
            other=f"{found.other:.3f}",
        )
    _, answer, rival = found.pairs[0]
    if len(found.pairs) > 1:
        return say(
            "The number is how far the logit of each answer is above that of the other text’s, the mean of {n} places: {text} for your text, {other} for the other.",
            n=len(found.pairs),
            **values,
        )
    return say(
        "The number is how far the logit of “{answer}” is above that of “{rival}”: {text} for your text, {other} for the other. 0 leaves it as in your text, 1 makes it that of the other.",
        answer=answer,
        rival=rival,
        **values,
    )


def _what_is_hidden(asked: Asked) -> Iterator[str]:
    """That the other text is asked with a mask, where it was written without one."""
    mask = asked.model.reader.tokenizer.mask_token
    if asked.answered_at is not None and mask not in asked.other:
        yield say("The other text has no mask: what stands at the place of yours is hidden from the model, too.")


def what_limits(found: PatchMap) -> Iterator[str]:
    """What must be known before the shares are believed."""
    if max(np.nanmax(np.abs(found.carried)), np.nanmax(np.abs(found.removed))) > MUCH:
        yield say(
            "Some shares are beyond {much:.0%}, up or down. They are shares of the difference between the texts, which is {difference} here: where it is small, little makes a large share.",
            much=MUCH,
            difference=f"{abs(found.other - found.text):.3f}",
        )
    yield say(
        "A run with a part of another is one that the model was not trained on, and other heads may take over what one lacks: the shares need not add up to 100%."
    )


def most_carried(found: PatchMap) -> tuple[str, ...]:
    """Which part carries most, in sentences."""
    places = [place for place in ranked(found.carried) if not _is_read_there(found, *place)]
    (layer, part), *others = places
    others = [place for place in others if found.what != "tokens" or place[1] != part]
    carried, removed = float(found.carried[layer, part]), float(found.removed[layer, part])
    if carried < LITTLE:
        return (
            say(
                "No part carries the difference by itself: the most, {name}, brings {share:.0%} of it.",
                name=_name(found, layer, part),
                share=carried,
            ),
        )
    first = say(
        "By itself, {name} carries {carried:.0%} of the difference; taken away from the other text’s run, {removed:.0%} of it goes.",
        name=_name(found, layer, part),
        carried=carried,
        removed=removed,
    )
    if not others or found.carried[others[0]] < LITTLE:
        return first, say("No other carries as much as {least:.0%}.", least=LITTLE)
    return first, say(
        "Next comes {name} with {carried:.0%}.", name=_name(found, *others[0]), carried=float(found.carried[others[0]])
    )


def _is_read_there(found: PatchMap, layer: int, part: int) -> bool:
    """Whether the answer is read from this vector, which so carries all of the difference in any model."""
    return found.what == "tokens" and layer == len(found.carried) - 1 and part in {place for place, _, _ in found.pairs}


def ranked(carried: np.ndarray) -> list[tuple[int, int]]:
    """(layer, part) of what carries most first; what is not there is left out."""
    order = np.argsort(-np.nan_to_num(carried, nan=-np.inf), axis=None, kind="stable")
    places = zip(*(each.tolist() for each in np.unravel_index(order, carried.shape)), strict=True)
    return [place for place in places if not np.isnan(carried[place])]


def _name(found: PatchMap, layer: int, part: int) -> str:
    if found.what == "heads":
        return say("head {head}", head=head_name(layer, part))
    if found.what == "layers":
        return say("layer {layer} with all its heads", layer=layer + 1)
    return say("the vector of “{token}” after layer {layer}", token=_token(found, part), layer=layer + 1)


def _token(found: PatchMap, place: int) -> str:
    """A place by its token; where the texts differ, by both."""
    one, other = found.tokens.labels[place], found.other_tokens.labels[place]
    return one if one == other else f"{one}/{other}"


def _draw(found: PatchMap) -> None:
    layers = tuple(str(layer + 1) for layer in range(len(found.carried)))
    sides = Labelled(layers, (False,) * len(layers)), Labelled(_column_names(found), _special(found))
    panels = [
        Panel(say("Put in alone"), "difference", found.carried, *sides),
        Panel(say("Taken away"), "difference", found.removed, *sides),
    ]
    show_panels(panels, f"patch-{found.what}", _words(found), state.choose_head if found.what == "heads" else None)


def _words(found: PatchMap) -> dict[str, str]:
    """What is said of a place on the map."""
    places = {"query": "{query}", "key": "{key}", "weight": "{weight}"}
    how = say("Layers down. Point at a cell for its two numbers: 1 is the whole difference, 0 nothing of it.")
    if found.what == "tokens":
        return {"point": how, "pair_weight": say("“{key}” after layer {query}: {weight}", **places)}
    if found.what == "layers":
        return {"point": how, "pair_weight": say("layer {query}, its heads together: {weight}", **places)}
    how = say(
        "Layers down, heads across. Point at a cell for its two numbers: 1 is the whole difference, 0 nothing of it. Press a head to look at it below."
    )
    named = say("layer {query}, head {key}: {weight}", **places)
    return {"point": how, "pair_weight": named, "no_pair": say("no such head")}


def _column_names(found: PatchMap) -> tuple[str, ...]:
    """What stands over the columns of the map: heads by their numbers, as layers."""
    n = found.carried.shape[1]
    if found.what == "heads":
        return tuple(str(head + 1) for head in range(n))
    if found.what == "layers":
        return (say("all"),)
    return tuple(_token(found, place) for place in range(n))


def _special(found: PatchMap) -> tuple[bool, ...]:
    return found.tokens.special if found.what == "tokens" else (False,) * found.carried.shape[1]


def what_is_put(found: PatchMap) -> str:
    """What is done to the run of one text."""
    if found.what == "heads":
        return say("The model reads your text, and one head gives out what it gives out on the other text.")
    if found.what == "layers":
        return say(
            "The model reads your text, and all heads of one layer give out what they give out on the other text."
        )
    return say("The model reads your text, and after one layer one token has the vector that it has in the other text.")


def _columns(found: PatchMap) -> tuple[str, ...]:
    return (
        say("layer"),
        say("part"),
        say("alone"),
        say("the number then"),
        say("taken away"),
        say("the number then"),
    )


def rows(found: PatchMap) -> list[tuple[Cell, ...]]:
    """Every part, what carries most first: its shares, and the numbers behind them."""
    names = _column_names(found)
    return [
        (
            layer + 1,
            names[part],
            Change(found.carried[layer, part]),
            Change(found.carried_scores[layer, part]),
            Change(found.removed[layer, part]),
            Change(found.removed_scores[layer, part]),
        )
        for layer, part in ranked(found.carried)
    ]
