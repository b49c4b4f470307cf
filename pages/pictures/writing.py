"""Writing: a word is written backwards, one letter a step, or all letters at once."""

import torch

from attention_viz.mechanism import answered_at, attend, sinusoids
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.number_table import number_table

WIDTH = 32
"""Of the vectors that stand for positions."""
SHARPNESS = 8.0
"""Queries are this much longer than positions, so that one key stands out."""


def show(settings: Settings) -> Shown:
    """Which letters of the source each written letter reads: (query, key), a rectangle that grows row by row."""
    source = list("".join(settings.words("source", ["attend"])))
    length = min(max(settings.count("length", say("Letters to write"), 1, len(source), len(source)), 1), len(source))
    kinds = {"decoder": say("one after another"), "at_once": say("all at once")}
    kind = settings.choose("kind", say("The queries are asked"), kinds, "decoder")
    written = settings.count("step", say("Steps done"), 0, length, length)
    places = sinusoids(len(source), WIDTH, dtype=torch.float64)  # (key, d)
    letters = sorted(set(source))
    values = torch.nn.functional.one_hot(torch.tensor([letters.index(each) for each in source]), len(letters)).double()
    queries = SHARPNESS * places.flip(0)[:length]  # the k-th query asks for the k-th place from the end
    output, weights = attend(queries, places, values)  # (query, letter), (query, key)
    predicted = [letters[best] for best in output.argmax(-1).tolist()]
    ready = answered_at("recurrent" if kind == "decoder" else "self_attention", length)  # (query,)
    known = (ready <= written)[:, None].expand(-1, len(source))
    seen = weights.masked_fill(~known, torch.nan)
    rows = [
        f"{number + 1}. {each if done else '?'}"
        for number, (each, done) in enumerate(zip(predicted, known[:, 0], strict=True))
    ]
    shape = say("{queries} queries × {keys} keys", queries=length, keys=len(source))
    picture = number_table(
        seen.numpy(),
        name=say("What each written letter reads"),
        rows=rows,
        columns=source,
        shape=shape,
        colours="weights",
        numbers=True,
    )
    return Shown(
        picture,
        {
            "source": "".join(source),
            "written": "".join(each for each, done in zip(predicted, known[:, 0], strict=True) if done),
            "whole": "".join(predicted),
            "n_queries": length,
            "n_keys": len(source),
            "steps_decoder": int(answered_at("recurrent", length).max()),
            "steps_at_once": int(answered_at("self_attention", length).max()),
            "last_read": int(weights[0].argmax()) + 1,
            "largest": float(weights[0].max()),
        },
    )
