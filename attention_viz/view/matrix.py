"""Matrix: a matrix or a vector of numbers as a coloured HTML table, for pages that set small numbers before the eyes.

Plain HTML without script: a token is escaped, colours follow the page's light or dark, a wide matrix scrolls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Literal

import numpy as np

from attention_viz.errors import InputError
from attention_viz.palettes import DARK, LIGHT

Colours = Literal["weights", "signed"]
MINUS_INFINITY = "−∞"
LEVELS: dict[Colours, int] = {"weights": 21, "signed": 23}
"""Colours that are told apart; of an odd number of signed ones, the middle is zero."""
LONGEST_LABEL = 14
"""Characters of a label; a longer one is cut in the middle and whole in its title."""


def matrix(
    values: Sequence[float] | Sequence[Sequence[float]] | np.ndarray,
    *,
    name: str,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    shape: str = "",
    colours: Colours = "signed",
    largest: float | None = None,
    numbers: bool = False,
    row: int | None = None,
    column: int | None = None,
    legend: bool = True,
    hidden: np.ndarray | None = None,
) -> str:
    """What do these numbers look like? A `figure` of HTML.

    values  : (row, column), or (column,) for a vector, which is drawn as a strip; -inf = masked, NaN = empty
    name    : the caption, and what a screen reader calls it
    rows, columns : labels, as many as there are, or none; they may be tokens
    shape   : written in grey behind the name, "5 × 64, token × d_head"
    colours : "weights" from 0 to `largest` (default 1), on a root scale; "signed" blue below zero, orange above, from
              -`largest` to `largest` (default: the largest absolute value), on a linear scale
    numbers : write each value into its cell, with four digits; without, the cells are small
    row, column : what is framed: a row, a column, or with both the cell where they meet, too
    legend  : which colour is which number
    hidden  : boolean, shaped as the values: True = the number is not written, a question mark instead
    Raises InputError where values, labels and highlights do not fit.
    """
    grid = np.atleast_2d(np.asarray(values, dtype=float))
    _require(grid, rows, columns, row, column)
    most = _largest(grid, colours) if largest is None else largest
    classes = _classes(grid, colours, most)
    veil = None if hidden is None else np.atleast_2d(hidden)
    lines = [
        _line(
            grid[index] if numbers else None,
            classes[index],
            rows[index] if len(rows) else None,
            index == row,
            column,
            None if veil is None else veil[index],
        )
        for index in range(len(grid))
    ]
    kind = "numbers" if numbers else "strip" if np.ndim(values) == 1 else "cells"
    label = escape(f"{name}, {shape}" if shape else name, quote=True)
    picture = "" if numbers else f' role="img" aria-label="{label}"'
    return (
        f'<figure class="av-matrix {kind}"><figcaption>{escape(name)} <span class="shape">{escape(shape)}</span></figcaption>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><table{picture}>'
        f"{_head(columns, bool(len(rows)), column)}<tbody>{''.join(lines)}</tbody></table></div>"
        f"{_legend(colours, most) if legend else ''}</figure>"
    )


def number(value: float) -> str:
    """A number with four digits after the point; what is smaller is said to be smaller, not called zero."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "∞" if value > 0 else MINUS_INFINITY
    if 0 < abs(value) < 0.00005:
        return "< 0.0001" if value > 0 else "> -0.0001"
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.1f}"


def _largest(grid: np.ndarray, colours: Colours) -> float:
    finite = np.abs(grid[np.isfinite(grid)])
    return 1.0 if colours == "weights" else float(finite.max(initial=0.0)) or 1.0


def _classes(grid: np.ndarray, colours: Colours, largest: float) -> list[list[str]]:
    """The name of each cell's colour."""
    share = np.nan_to_num(grid, nan=0.0, neginf=0.0, posinf=largest) / largest
    share = np.sqrt(share.clip(0, 1)) if colours == "weights" else (share.clip(-1, 1) + 1) / 2
    names = np.array([f"{colours[0]}{level}" for level in range(LEVELS[colours])], dtype=object)
    picked = names[np.rint(share * (LEVELS[colours] - 1)).astype(int)]
    picked[np.isneginf(grid)] = "masked"
    picked[np.isnan(grid)] = "none"
    found: list[list[str]] = picked.tolist()
    return found


def _line(
    values: np.ndarray | None,
    classes: list[str],
    label: str | None,
    framed: bool,
    column: int | None,
    veil: np.ndarray | None,
) -> str:
    texts = [""] * len(classes) if values is None else [number(value) for value in values.tolist()]
    if veil is not None:
        texts = ["?" if veiled else text for text, veiled in zip(texts, veil.tolist(), strict=True)]
        classes = ["none" if veiled else name for name, veiled in zip(classes, veil.tolist(), strict=True)]
    cells = [f"<td class={name}>{text}" for name, text in zip(classes, texts, strict=True)]
    if column is not None:
        cells[column] = f'<td class="{classes[column]} on">{texts[column]}'
    head = "" if label is None else f'<th scope="row"{" class=on" if framed else ""}>{_label(label)}</th>'
    return f"<tr{' class=on' if framed else ''}>{head}{''.join(cells)}"


def _head(columns: Sequence[str], corner: bool, column: int | None) -> str:
    if not len(columns):
        return ""
    cells = "".join(
        f'<th scope="col"{" class=on" if index == column else ""}>{_label(label)}</th>'
        for index, label in enumerate(columns)
    )
    return f"<thead><tr>{'<td></td>' if corner else ''}{cells}</tr></thead>"


def _label(text: str) -> str:
    """A token or another label, cut in the middle where it is long."""
    if len(text) <= LONGEST_LABEL:
        return f"<bdi>{escape(text)}</bdi>"
    half = LONGEST_LABEL // 2 - 1
    return f'<bdi title="{escape(text, quote=True)}">{escape(text[:half])}…{escape(text[-half:])}</bdi>'


def _legend(colours: Colours, largest: float) -> str:
    """A ramp with the numbers at its ends and in its middle, which on the root scale is a quarter."""
    low, middle = (0.0, largest / 4) if colours == "weights" else (-largest, 0.0)
    ticks = "".join(f"<span>{each:.3g}</span>" for each in (low, middle, largest))
    return f'<div class="legend"><div class="ramp {colours}"></div><div class="ticks">{ticks}</div></div>'


def _require(
    grid: np.ndarray, rows: Sequence[str], columns: Sequence[str], row: int | None, column: int | None
) -> None:
    if grid.ndim != 2 or 0 in grid.shape:
        raise InputError("Numbers of the shape {shape} are no matrix. Give rows and columns.", shape=grid.shape)
    for name, labels, size in (("rows", rows, grid.shape[0]), ("columns", columns, grid.shape[1])):
        if len(labels) not in (0, size):
            raise InputError(
                "There are {labels} labels for {size} {name}. Give one for each, or none.",
                labels=len(labels),
                size=size,
                name=name,
            )
    if not (0 <= (row or 0) < grid.shape[0] and 0 <= (column or 0) < grid.shape[1]):
        raise InputError(
            "Row {row}, column {column} is not in a matrix of {rows} x {columns}.",
            row=(row or 0) + 1,
            column=(column or 0) + 1,
            rows=grid.shape[0],
            columns=grid.shape[1],
        )


def _style() -> str:
    """The rules of every matrix of a page: its layout, and the palettes of both themes."""
    ramps = {"weights": (LIGHT.weights, DARK.weights), "signed": (LIGHT.differences, DARK.differences)}
    rules = [LAYOUT]
    for name, (light, dark) in ramps.items():
        stops = ", ".join(f"light-dark({bright}, {dim})" for bright, dim in zip(light, dark, strict=True))
        rules.append(f".av-matrix .ramp.{name} {{ background: linear-gradient(to right, {stops}); }}")
        n = LEVELS["weights" if name == "weights" else "signed"]
        for level in range(n):
            bright, dim = _between(light, level / (n - 1)), _between(dark, level / (n - 1))
            rules.append(
                f".av-matrix .{name[0]}{level} {{ background: light-dark({_hex(bright)}, {_hex(dim)});"
                f" color: light-dark({_ink(bright)}, {_ink(dim)}); }}"
            )
    return "<style>" + "\n".join(rules) + "</style>"


def _between(stops: Sequence[str], share: float) -> np.ndarray:
    """The colour that lies so far along the stops: (red, green, blue), 0 to 255."""
    numbers = np.array([[int(stop[start : start + 2], 16) for start in (1, 3, 5)] for stop in stops], dtype=float)
    place = share * (len(stops) - 1)
    below = min(int(place), len(stops) - 2)
    return numbers[below] + (place - below) * (numbers[below + 1] - numbers[below])


def _hex(colour: np.ndarray) -> str:
    return "#" + "".join(f"{round(part):02X}" for part in colour.tolist())


def _ink(colour: np.ndarray) -> str:
    """Black or white, whichever reads better on a colour: one of them always has a contrast of at least 4.5."""
    channels = colour / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return "#000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#fff"


LAYOUT = f"""
.av-matrix {{ margin: 0 0 .75rem; max-width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; print-color-adjust: exact; --on: light-dark({LIGHT.accent}, {DARK.accent}); --ground: light-dark({LIGHT.ground}, {DARK.ground}); --quiet: light-dark({LIGHT.secondary}, {DARK.secondary}); }}
.av-matrix figcaption {{ padding-bottom: 4px; font-weight: 600; }}
.av-matrix .shape {{ font-weight: 400; color: var(--quiet); }}
.av-matrix .scroll {{ overflow-x: auto; max-width: 100%; padding: 2px; scrollbar-width: thin; }}
.av-matrix .scroll:focus-visible {{ outline: 2px solid var(--on); }}
.av-matrix table {{ border-collapse: separate; border-spacing: 1px; margin: 0; width: auto; }}
.av-matrix td, .av-matrix th {{ border: 0; padding: 0; line-height: 1.25; }}
.av-matrix th {{ font-weight: 400; font-family: ui-monospace, monospace; font-size: 13px; white-space: nowrap; }}
.av-matrix tbody th {{ text-align: end; padding-inline-end: 6px; }}
.av-matrix thead th {{ vertical-align: bottom; }}
.av-matrix.numbers td {{ padding: 3px 5px; text-align: end; white-space: nowrap; }}
.av-matrix.numbers thead th {{ text-align: end; padding: 0 5px 2px; }}
.av-matrix.cells tbody td {{ width: 14px; min-width: 14px; height: 14px; }}
.av-matrix.cells thead th, .av-matrix.strip thead th {{ writing-mode: vertical-rl; transform: rotate(180deg); text-align: start; }}
.av-matrix.cells tbody th {{ line-height: 14px; }}
.av-matrix.cells table, .av-matrix.strip table {{ border-spacing: 0; }}
.av-matrix.strip tbody td {{ width: 12px; min-width: 2px; height: 28px; }}
.av-matrix th.on {{ color: var(--on); font-weight: 600; }}
.av-matrix td.on {{ box-shadow: inset 2px 0 var(--on), inset -2px 0 var(--on), inset 3px 0 var(--ground), inset -3px 0 var(--ground); }}
.av-matrix tr.on td {{ box-shadow: inset 0 2px var(--on), inset 0 -2px var(--on), inset 0 3px var(--ground), inset 0 -3px var(--ground); }}
.av-matrix tr.on td.on {{ box-shadow: inset 0 0 0 3px var(--on), inset 0 0 0 4px var(--ground); }}
.av-matrix .masked {{ background: repeating-linear-gradient(135deg, rgb(128 128 128 / .28) 0 2px, transparent 2px 6px); }}
.av-matrix .legend {{ width: 11rem; max-width: 100%; font-size: 12px; color: var(--quiet); margin-top: 4px; }}
.av-matrix .ramp {{ height: 6px; }}
.av-matrix .ticks {{ display: flex; justify-content: space-between; }}
"""
STYLE = _style()
"""To stand once on a page that shows a matrix."""
