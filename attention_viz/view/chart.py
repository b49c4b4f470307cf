"""Chart: a few curves in one plot, as HTML without script or SVG, distinguished by their marks, so that they can be read in grey print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from attention_viz.errors import InputError
from attention_viz.palettes import DARK, LIGHT

MARKS = "●■▲◆○□△◇"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
THICK = 0.45
"""Half the thickness of a line, in hundredths of the plot's height."""
WIDE = 0.2
"""The same across, in hundredths of its width."""


@dataclass(frozen=True)
class Curve:
    """One curve: what it is called, and its points from left to right."""

    label: str
    points: Sequence[tuple[float, float]]


def chart(
    curves: Sequence[Curve],
    *,
    name: str,
    across: str,
    up: str,
    low: float = 0.0,
    high: float | None = None,
    logarithmic: bool = False,
    joined: bool = True,
) -> str:
    """How does one number follow from another? A `figure` of HTML.

    name       : the caption; across, up : what the axes are
    low, high  : ends of the upward axis; None = the largest value
    logarithmic: both axes by powers of ten; then every number, and `low`, must be above 0
    joined     : a line from point to point; without, each curve is a cloud of marks
    Raises InputError where there is no point, or a logarithm of what has none.
    """
    points = [point for curve in curves for point in curve.points]
    if not points or (logarithmic and (low <= 0 or min(map(min, points)) <= 0)):
        raise InputError(
            "These curves have no point that could be drawn. Give at least one, above 0 on a logarithmic axis."
        )
    top = high if high is not None else max(y for _, y in points) or 1.0
    wide = _Axis(min(x for x, _ in points), max(x for x, _ in points), logarithmic)
    tall = _Axis(low, top, logarithmic)
    drawn = "".join(_curve(index, curve, wide, tall, joined) for index, curve in enumerate(curves))
    label = escape(f"{name}: {across}, {up}", quote=True)
    return (
        f'<figure class="av-chart"><figcaption>{escape(name)}</figcaption><div class="up">{escape(up)}</div>'
        f'<div class="plot" role="img" aria-label="{label}">{_rules(wide, tall)}{drawn}</div>'
        f'<div class="across">{escape(across)}</div>{_key(curves)}</figure>'
    )


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    logarithmic: bool

    def share(self, value: float) -> float:
        """Where a value lies, 0 to 100."""
        low, high, at = (self._even(each) for each in (self.low, self.high, value))
        return 50.0 if high == low else min(max(100 * (at - low) / (high - low), 0.0), 100.0)

    def ticks(self) -> list[float]:
        if self.logarithmic:
            powers = range(math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9) + 1)
            return [10.0**power for power in powers]
        if self.low == int(self.low) and self.high == int(self.high) and 4 <= self.high - self.low <= 12:
            return [float(whole) for whole in range(int(self.low), int(self.high) + 1)]
        step = _round_step((self.high - self.low) / 4)
        first = math.ceil(self.low / step - 1e-9)
        return [step * number for number in range(first, math.floor(self.high / step + 1e-9) + 1)]

    def written(self, tick: float) -> str:
        power = round(math.log10(tick)) if self.logarithmic else 0
        return f"10{str(power).translate(RAISED)}" if power not in (0, 1, 2) else f"{tick:.4g}"

    def _even(self, value: float) -> float:
        return math.log10(max(value, 1e-300)) if self.logarithmic else value


def _round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not much less than this."""
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(power * each for each in (1, 2, 5, 10) if power * each >= least * 0.99)


def _rules(wide: _Axis, tall: _Axis) -> str:
    up = "".join(
        f'<i class="y" style="bottom:{tall.share(at):.2f}%"><b>{tall.written(at)}</b></i>' for at in tall.ticks()
    )
    across = "".join(
        f'<i class="x" style="left:{wide.share(at):.2f}%"><b>{wide.written(at)}</b></i>' for at in wide.ticks()
    )
    return up + across


def _curve(index: int, curve: Curve, wide: _Axis, tall: _Axis, joined: bool) -> str:
    places = [(wide.share(x), 100 - tall.share(y)) for x, y in curve.points]
    steps = pairwise(places) if joined else ()
    line = "".join(f'<i class="line" style="{segment(start, end)}"></i>' for start, end in steps)
    marks = "".join(
        f'<b style="left:{x:.2f}%;top:{y:.2f}%" title="{escape(curve.label, quote=True)}: {at[0]:.4g}, {at[1]:.4g}">{MARKS[index % len(MARKS)]}</b>'
        for (x, y), at in zip(places, curve.points, strict=True)
    )
    return f'<span class="curve c{index % len(MARKS)}">{line}{marks}</span>'


def segment(start: tuple[float, float], end: tuple[float, float], thick: float = 1.0) -> str:
    """The style that cuts a straight line out of its box; places in hundredths of the box, from its upper left corner."""
    (x1, y1), (x2, y2) = start, end
    wide, tall = thick * WIDE, thick * THICK
    if (x2 - x1) * (y2 - y1) > 0:  # falling: the corners that lie on the line's two sides
        corners = [(x1 - wide, y1 + tall), (x1 + wide, y1 - tall), (x2 + wide, y2 - tall), (x2 - wide, y2 + tall)]
    else:
        corners = [(x1 - wide, y1 - tall), (x1 + wide, y1 + tall), (x2 + wide, y2 + tall), (x2 - wide, y2 - tall)]
    return "clip-path:polygon(" + ",".join(f"{x:.2f}% {y:.2f}%" for x, y in corners) + ")"


def _key(curves: Sequence[Curve]) -> str:
    entries = "".join(
        f'<span class="curve c{index % len(MARKS)}"><b>{MARKS[index % len(MARKS)]}</b> <em>{escape(curve.label)}</em></span>'
        for index, curve in enumerate(curves)
    )
    return f'<div class="key">{entries}</div>' if len(curves) > 1 else ""


def _style() -> str:
    colours = "\n".join(
        f".av-chart .c{index} {{ color: light-dark({light}, {dark}); }}"
        for index, (light, dark) in enumerate(zip(LIGHT.heads, DARK.heads, strict=True))
    )
    return f"<style>{LAYOUT}{colours}</style>"


LAYOUT = f"""
.av-chart {{ margin: .5rem 0 1rem; max-width: 42rem; font-size: 13px; font-variant-numeric: tabular-nums; print-color-adjust: exact; --quiet: light-dark({LIGHT.secondary}, {DARK.secondary}); }}
.av-chart figcaption {{ font-size: 14px; font-weight: 600; padding-bottom: 4px; }}
.av-chart .plot {{ position: relative; height: 210px; margin: 8px 12px 1.5rem 3.6rem; }}
.av-chart .plot i.y {{ position: absolute; left: 0; right: 0; border-top: 1px solid rgb(128 128 128 / .3); }}
.av-chart .plot i.y b {{ position: absolute; right: calc(100% + 6px); top: -.7em; }}
.av-chart .plot i.x {{ position: absolute; top: 100%; }}
.av-chart .plot i.x b {{ position: absolute; transform: translateX(-50%); top: 2px; white-space: nowrap; }}
.av-chart .plot i b, .av-chart .up, .av-chart .across {{ font-weight: 400; font-style: normal; color: var(--quiet); }}
.av-chart .across {{ text-align: center; }}
.av-chart .line {{ position: absolute; inset: 0; background: currentColor; }}
.av-chart .plot .curve > b {{ position: absolute; transform: translate(-50%, -50%); font-size: 11px; line-height: 1; font-weight: 400; cursor: default; }}
.av-chart .key {{ display: flex; flex-wrap: wrap; gap: 2px 1rem; margin-top: 4px; }}
.av-chart .key em {{ font-style: normal; color: var(--quiet); }}
"""
STYLE = _style()
"""To stand once on a page that shows a chart."""
