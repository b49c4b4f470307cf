"""Widths: what becomes of softmax when queries and keys get wider, with and without the division by sqrt(d)."""

import math

import torch

from attention_viz.mechanism import Spread, spread_by_width
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.chart import Curve, chart

PLAIN, SCALED = "q · k", "q · k / √d"
WIDTHS = [2**power for power in range(9)]


def show(settings: Settings) -> Shown:
    """Entropy of the weights of random queries and keys against their width, and how much a score still moves a weight."""
    n_keys = settings.count("keys", say("Number of keys"), 2, 64, 16)
    temperature = settings.number("temperature", say("Temperature"), 0.1, 5.0, 1.0)
    reveal = settings.switch("revealed", say("Draw the curve without the division"), True)
    plain, scaled = (
        spread_by_width(
            WIDTHS, n_keys, scaled=each, temperature=temperature, generator=torch.Generator().manual_seed(0)
        )
        for each in (False, True)
    )
    known = {SCALED: scaled} | ({PLAIN: plain} if reveal else {})
    power = say("log₂ of the width d")
    return Shown(
        beside(
            chart(
                [_curve(label, [(each.width, each.entropy) for each in spread]) for label, spread in known.items()],
                name=say("How widely a query spreads its attention"),
                across=power,
                up=say("entropy, nats (uniform: {most})", most=f"{math.log(n_keys):.2f}"),
                high=math.log(n_keys),
            ),
            chart(
                [_curve(label, [(each.width, each.gradient) for each in spread]) for label, spread in known.items()],
                name=say("How much a score still moves the weights"),
                across=power,
                up=say("size of the softmax's gradient"),
            ),
        ),
        {
            "first": WIDTHS[0],
            "last": WIDTHS[-1],
            "uniform": math.log(n_keys),
            **_facts("plain", plain),
            **_facts("scaled", scaled),
        },
    )


def _curve(label: str, points: list[tuple[int, float]]) -> Curve:
    return Curve(label, [(math.log2(width), value) for width, value in points])


def _facts(name: str, spread: list[Spread]) -> dict[str, float]:
    return {
        f"{name}_first": spread[0].entropy,
        f"{name}_last": spread[-1].entropy,
        f"{name}_deviation": spread[-1].deviation,
        f"{name}_largest": spread[-1].largest,
        f"{name}_gradient": spread[-1].gradient,
    }
