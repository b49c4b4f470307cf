"""Waves: sinusoidal position vectors, and the one matrix that shifts every position by k steps."""

import math

import torch

from attention_viz.errors import Message
from attention_viz.mechanism import frequencies, rotation, similarity, sinusoids
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say, tell
from attention_viz.view.beside import beside
from attention_viz.view.chart import Curve, chart
from attention_viz.view.number_table import number_table

VIEWS = {
    "table": Message("table"),
    "curves": Message("curves"),
    "likeness": Message("likeness of positions"),
}


def show(settings: Settings) -> Shown:
    """One row per position, or some of its columns as curves, or how alike any two positions are."""
    n = settings.count("positions", say("Positions"), 2, 64, 20)
    d = settings.count("width", say("Width d"), 1, 64, 16)
    step = settings.count("step", say("Steps on, k"), 1, 20, 3)
    base = settings.count("base", say("Base"), 2, 10_000, 10_000)
    view = settings.choose("view", say("Show"), {name: tell(label) for name, label in VIEWS.items()}, "table")
    vectors = sinusoids(n, d, base=base, dtype=torch.float64)  # (n, d)
    alike = similarity(vectors)
    labels = [str(place) for place in range(n)]
    pictures = {
        "table": lambda: number_table(
            vectors.numpy(), name="PE", rows=labels, columns=[str(i) for i in range(d)], shape=f"{n} × {d}", largest=1.0
        ),
        "curves": lambda: chart(
            [
                Curve(say("dimension {n}", n=i), list(enumerate(vectors[:, i].tolist())))
                for i in range(0, d, max(1, d // 4))
            ],
            name=say("Some columns of the table"),
            across=say("position"),
            up="PE",
            low=-1.0,
            high=1.0,
        ),
        "likeness": lambda: number_table(
            alike.numpy(),
            name=say("Cosine between the vectors of two positions"),
            rows=labels,
            columns=labels,
            largest=1.0,
        ),
    }
    even = d - d % 2
    moved = (
        sinusoids(n, even, base=base, dtype=torch.float64) @ rotation(step, even, base, torch.float64).T
        if even
        else None
    )
    on = sinusoids(n + step, even, base=base, dtype=torch.float64)[step:] if even else None
    return Shown(
        beside(pictures[view]()),
        {
            "n": n,
            "d": d,
            "step": step,
            "first_wave": 2 * math.pi / float(frequencies(d, base)[0]),
            "last_wave": 2 * math.pi / float(frequencies(d, base)[-1]),
            "gap": 0.0 if moved is None or on is None else float((moved - on).abs().max()),
            "alike_next": float(alike[0, 1]),
            "alike_far": float(alike[0, -1]),
            "length": float(vectors[0].norm()),
        },
    )
