"""Layer answers: what the model would say if it ended after each layer, as a strip under the sentence."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attention_viz.ui.causes.asked import Asked
from attention_viz.ui.causes.findings import said_by_layer
from attention_viz.ui.causes.numbers import numbers
from attention_viz.ui.causes.section import caveat, finding
from attention_viz.ui.widgets.tables import Cell, number
from attention_viz.ui.wording import say, tell
from attention_viz.view.shades import shades

if TYPE_CHECKING:
    from attention_viz.experiments import LensPlace, LogitLens

STYLE = """<style>
.av-layers { overflow-x: auto; }
.av-layers table { border-spacing: 2px; border-collapse: separate; width: 100%; table-layout: fixed; min-width: 34rem; }
.av-layers th { font-weight: 400; font-size: 13px; text-align: center; }
.av-layers td { text-align: center; padding: 6px 2px; border-radius: 3px; line-height: 1.3; overflow: hidden; text-overflow: ellipsis; }
.av-layers b { display: block; font-weight: 600; }
.av-layers span { font-size: 12px; font-variant-numeric: tabular-nums; }
</style>"""
MOST_PLACES = 3
"""Places of an answer for which a strip is drawn."""


def show_layer_answers(asked: Asked) -> None:
    """One cell for what goes into layer 1 and for each layer: the first guess there, the stronger the surer."""
    found = said_by_layer(asked)
    if found is None:
        return
    finding(when_settled(found.places[0]) if found.places else where_it_moves(found))
    st.html(STYLE + ("".join(map(_guesses, found.places[:MOST_PLACES])) or _of_numbers(found)))
    caveat(
        say(
            "The last step of the model was trained on its last layer alone: what shows up late may be decided earlier, in a form that this step does not read."
        )
    )
    heads = (
        (say("after layer"), say("token"), say("guess"), say("probability"))
        if found.places
        else (say("after layer"), tell(found.name))
    )
    tokens = (1, 2) if found.places else ()
    numbers(say("What would be said after each layer"), heads, lambda: rows(found), "layers", tokens=tokens)


def when_settled(place: LensPlace) -> str:
    """From which layer on the first guess is the answer."""
    first = [guesses[0].text for guesses in place.guesses]
    last = len(first) - 1
    settled = last
    while settled > 0 and first[settled - 1] == first[last]:
        settled -= 1
    if settled == 0:
        return say("It would say “{answer}” from the very beginning.", answer=first[last])
    after = say("the embeddings") if settled == 1 else say("layer {layer}", layer=settled - 1)
    return say(
        "From layer {layer} on it would say “{answer}”; after {before} it would still say “{other}”.",
        layer=settled,
        answer=first[last],
        before=after,
        other=first[settled - 1],
    )


def where_it_moves(found: LogitLens) -> str:
    """The layer that moves the number most."""
    steps = np.abs(np.diff(found.numbers))
    layer = int(steps.argmax())
    return say(
        "Layer {layer} moves the number most: from {before:.3f} to {after:.3f}.",
        layer=layer + 1,
        before=float(found.numbers[layer]),
        after=float(found.numbers[layer + 1]),
    )


def _guesses(place: LensPlace) -> str:
    cells = [(guesses[0].text, f"{guesses[0].probability:.2f}", guesses[0].probability) for guesses in place.guesses]
    return _strip(cells)


def _of_numbers(found: LogitLens) -> str:
    return _strip([(f"{each:.3f}", "", max(0.0, float(each))) for each in found.numbers])


def _strip(cells: list[tuple[str, str, float]]) -> str:
    """(what is said, its number, 0 to 1 how strongly it is coloured) of what goes into layer 1, then of each layer."""
    names = [say("embeddings"), *(say("layer {layer}", layer=layer) for layer in range(1, len(cells)))]
    colours = shades(np.array([strength for _, _, strength in cells]), "weights", 1.0)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(
        f'<td class="{colour}"><b><bdi>{escape(said)}</bdi></b><span>{escape(value)}</span></td>'
        for (said, value, _), colour in zip(cells, colours, strict=True)
    )
    label = escape(say("What would be said after each layer"), quote=True)
    return (
        f'<div class="av-layers av-number-table" tabindex="0" role="group" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody><tr>{body}</tr></tbody></table></div>"
    )


def rows(found: LogitLens) -> list[tuple[Cell, ...]]:
    """After each layer, the likeliest guesses, or the number."""
    if not found.places:
        return [(layer, number(float(each))) for layer, each in enumerate(found.numbers)]
    return [
        (layer, "" if place.token is None else found.tokens.labels[place.token], guess.text, guess.probability)
        for place in found.places
        for layer, guesses in enumerate(place.guesses)
        for guess in guesses
    ]
