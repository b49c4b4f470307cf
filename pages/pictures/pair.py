"""Pair: what the tokens of one sentence read in another one."""

import numpy as np

from attention_viz.attention import Attention
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.number_table import number_table


def show(settings: Settings) -> Shown:
    """The second sentence's tokens as queries, the first one's as keys: the part of a head that reads across."""
    first, second = settings.words("sentences", ["A man is playing a guitar.", "Somebody plays an instrument."])[:2]
    attention = settings.reading(first, second).attention
    layer = settings.count("layer", say("Layer"), 1, attention.n_layers, 1) - 1
    head = settings.count("head", say("Head"), 1, attention.heads_of(layer), 2) - 1
    weights = attention.weights(layer, head)
    tokens = np.array(attention.query_tokens.labels)
    keys, queries = np.flatnonzero(_in_segment(attention, 0)), np.flatnonzero(_in_segment(attention, 1))
    across = weights[np.ix_(queries, keys)]  # (query of the second, key of the first)
    row, column = np.unravel_index(int(across.argmax()), across.shape)
    hide = settings.switch("hidden", say("Hide the numbers"))
    return Shown(
        number_table(
            across,
            name=say("Layer {layer}, head {head}: the second sentence reads the first", layer=layer + 1, head=head + 1),
            rows=tokens[queries].tolist(),
            columns=tokens[keys].tolist(),
            shape=say("{queries} queries × {keys} keys", queries=len(queries), keys=len(keys)),
            colours="weights",
            hidden=np.ones_like(across, dtype=bool) if hide else None,
            row=None if hide else int(row),
            column=None if hide else int(column),
        ),
        {
            "query": str(tokens[queries[row]]),
            "key": str(tokens[keys[column]]),
            "largest": float(across[row, column]),
            "across": float(across.sum(axis=1).mean()),
            "n_queries": len(queries),
            "n_keys": len(keys),
            "layer": layer + 1,
            "head": head + 1,
            "model": attention.model,
        },
    )


def _in_segment(attention: Attention, segment: int) -> np.ndarray:
    """Which tokens belong to one sentence, special tokens left out."""
    tokens = attention.query_tokens
    return np.array(
        [each == segment and not special for each, special in zip(tokens.segments, tokens.special, strict=True)]
    )
