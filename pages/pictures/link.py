"""Link: which heads join two words of a sentence, and how strongly they join them in another sentence."""

import numpy as np

from attention_viz.attention import Attention
from attention_viz.ui.lessons.lesson_settings import Settings, Shown, position
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

LISTED = 5
FIRST = "The animal didn't cross the street because it was too tired."
SECOND = "The animal didn't cross the street because it was too wide."


def show(settings: Settings) -> Shown:
    """The heads that read one word from another most, and the same head on the second sentence."""
    first, second = (settings.words("sentences", [FIRST, SECOND]) * 2)[:2]
    query, key = (settings.words("link", ["it", "animal"]) * 2)[:2]
    attention, other = settings.reading(first).attention, settings.reading(second).attention
    strengths = [
        (_weight(attention, layer, head, query, key), layer, head)
        for layer in range(attention.n_layers)
        for head in range(attention.heads_of(layer))
    ]
    ranked = sorted(strengths, reverse=True)
    rank = settings.count("rank", say("Look at the head in place"), 1, min(LISTED, len(ranked)), 1)
    best, layer, head = ranked[rank - 1]
    tokens = list(attention.tokens)
    rows = [
        (say("layer {layer}, head {head}", layer=at + 1, head=which + 1), weight, _weight(other, at, which, query, key))
        for weight, at, which in ranked[:LISTED]
    ]
    hide = settings.switch("hidden", say("Hide the list"))
    listed = table(
        say("Heads in which “{query}” reads “{key}” most", query=query, key=key),
        (say("head"), say("in the first sentence"), say("in the second")),
        rows,
    )
    picture = number_table(
        attention.weights(layer, head),
        name=say("Layer {layer}, head {head}", layer=layer + 1, head=head + 1),
        rows=tokens,
        columns=tokens,
        colours="weights",
        row=position(attention, query),
        column=position(attention, key),
    )
    mean = float(np.mean([weight for weight, _, _ in strengths]))
    return Shown(
        beside("" if hide else f"<div>{listed}</div>", picture),
        {
            "layer": layer + 1,
            "head": head + 1,
            "weight": best,
            "other": _weight(other, layer, head, query, key),
            "mean": mean,
            "query": query,
            "key": key,
            "above_option": 1 if best > mean else 2,
            "falls": 1 if _weight(other, layer, head, query, key) < best else 2,
            "n_heads": len(strengths),
            "model": attention.model,
        },
    )


def _weight(attention: Attention, layer: int, head: int, query: str, key: str) -> float:
    row, column = position(attention, query), position(attention, key)
    return float(attention.tile(layer, head, slice(row, row + 1), slice(column, column + 1))[0, 0])
