"""Matrix: a matrix or a vector of numbers as a coloured HTML table, for pages that set small numbers before the eyes.

Plain HTML without script: a token is escaped, colours follow the page's light or dark, a wide matrix scrolls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from attention_viz.errors import InputError
from attention_viz.palettes import DARK, LIGHT
from attention_viz.view.shades import Colours, band, rules, shades
from attention_viz.view.shades import largest as largest_of

MINUS_INFINITY = "−∞"
MOST_CELLS = 64
"""Cells of a strip; a longer one is a single element with as many colours."""
LONGEST_LABEL = 20
"""Characters of a label; a longer one is cut in the middle and whole in its title."""


def matrix(
    values: Sequence[float] | Sequence[Sequence[float]] | np.ndarray,
    *,
    name: str,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    shape: str = "",
    colours: Colours | Sequence[Colours] = "signed",
    largest: float | None = None,
    numbers: bool = False,
    row: int | None = None,
    column: int | None = None,
    legend: bool = True,
    hidden: np.ndarray | None = None,
    on_demand: str = "",
) -> str:
    """What do these numbers look like? A `figure` of HTML.

    values  : (row, column), or (column,) for a vector, which is drawn as a strip; -inf = masked, NaN = empty
    name    : the caption, and what a screen reader calls it
    rows, columns : labels, as many as there are, or none; they may be tokens
    shape   : written in grey behind the name, "5 × 64, token × d_head"
    colours : "weights" from 0 to `largest` (default 1), on a root scale; "signed" blue below zero, orange above, from
              -`largest` to `largest` (default: the largest absolute value), on a linear scale; or one of them for each
              column, each then with a largest value of its own and no legend
    numbers : write each value into its cell, with four digits; without, the cells are small
    row, column : what is framed: a row, a column, or with both the cell where they meet, too
    legend  : which colour is which number
    hidden  : boolean, shaped as the values: True = the number is not written, a question mark instead
    on_demand : the words on which to click for the numbers of a picture without; "" = they cannot be had
    Raises InputError where values, labels and highlights do not fit.
    """
    grid = np.atleast_2d(np.asarray(values, dtype=float))
    _require(grid, rows, columns, row, column)
    most = largest_of(grid, colours) if largest is None and isinstance(colours, str) else largest or 1.0
    veil = np.zeros(grid.shape, dtype=bool) if hidden is None else np.atleast_2d(hidden)
    sheet = _Sheet(grid, np.where(veil, "none", _painted(grid, colours, most)), veil, rows, columns, row, column)
    kind = "numbers" if numbers else "strip" if np.ndim(values) == 1 else "cells"
    label = escape(f"{name}, {shape}" if shape else name, quote=True)
    picture = sheet.band(label) if kind == "strip" and sheet.is_long else sheet.table(label, numbers)
    ramp = _legend(colours, most) if legend and isinstance(colours, str) else ""
    asked = f"<details><summary>{escape(on_demand)}</summary>{sheet.numbers(label)}</details>" if on_demand else ""
    foot = f'<div class="foot">{ramp}{asked}</div>' if ramp or asked else ""
    return (
        f'<figure class="av-matrix {kind}"><figcaption>{escape(name)} <span class="shape">{escape(shape)}</span></figcaption>'
        f"{picture}{foot}</figure>"
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


def _painted(grid: np.ndarray, colours: Colours | Sequence[Colours], most: float) -> np.ndarray:
    if isinstance(colours, str):
        return shades(grid, colours, most)
    columns = [shades(part, each, largest_of(part, each)) for part, each in zip(grid.T, colours, strict=True)]
    return np.stack(columns, axis=1)


@dataclass(frozen=True, eq=False)
class _Sheet:
    """What is drawn: numbers, their colours, which are hidden, their labels, what is framed."""

    grid: np.ndarray
    classes: np.ndarray
    veil: np.ndarray
    rows: Sequence[str]
    columns: Sequence[str]
    row: int | None
    column: int | None

    @property
    def is_long(self) -> bool:
        return self.grid.shape[1] > MOST_CELLS and not len(self.columns)

    def band(self, label: str) -> str:
        """A strip that is one element however long the vector is."""
        names = self.classes[0].tolist()
        style = f"width:{12 * len(names)}px;background:{band(names)}"
        return f'<div class="band" role="img" aria-label="{label}" style="{style}"></div>'

    def table(self, label: str, numbers: bool) -> str:
        """With its numbers a table that is read cell by cell, without them one picture; wide ones scroll."""
        body = "".join(self._line(index, numbers) for index in range(len(self.grid)))
        role = "" if numbers else f' role="img" aria-label="{label}"'
        head = _head(self.columns, bool(len(self.rows)), self.column)
        table = f"<table{role}>{head}<tbody>{body}</tbody></table>"
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{label}">{table}</div>'

    def numbers(self, label: str) -> str:
        """Of a vector as a list that is counted, of a matrix as a table."""
        if len(self.grid) > 1 or len(self.columns):
            return f'<div class="av-matrix numbers">{self.table(label, True)}</div>'
        items = "".join(f"<li>{text}" for text in self._texts(0))
        return f'<ol class="list" tabindex="0" aria-label="{label}">{items}</ol>'

    def _texts(self, index: int) -> list[str]:
        pairs = zip(self.grid[index].tolist(), self.veil[index].tolist(), strict=True)
        return ["?" if hidden else escape(number(value)) for value, hidden in pairs]

    def _line(self, index: int, numbers: bool) -> str:
        classes, framed = self.classes[index].tolist(), index == self.row
        texts = self._texts(index) if numbers else [""] * len(classes)
        cells = [f"<td class={name}>{text}" for name, text in zip(classes, texts, strict=True)]
        if self.column is not None:
            cells[self.column] = f'<td class="{classes[self.column]} on">{texts[self.column]}'
        head = _row_head(self.rows[index], framed) if len(self.rows) else ""
        return f"<tr{' class=on' if framed else ''}>{head}{''.join(cells)}"


def _row_head(label: str, framed: bool) -> str:
    return f'<th scope="row"{" class=on" if framed else ""}>{_label(label)}</th>'


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


def _legend(colours: Colours, most: float) -> str:
    """A ramp with the numbers at its ends and in its middle, which on the root scale is a quarter."""
    low, middle = (0.0, most / 4) if colours == "weights" else (-most, 0.0)
    ticks = "".join(f"<span>{each:.3g}</span>" for each in (low, middle, most))
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


LAYOUT = f"""
.av-matrix {{ margin: 0 0 .75rem; max-width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; print-color-adjust: exact; --on: light-dark({LIGHT.accent}, {DARK.accent}); --quiet: light-dark({LIGHT.secondary}, {DARK.secondary}); }}
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
.av-matrix tr.on td, .av-matrix td.on {{ position: relative; z-index: 1; }}
.av-matrix td.on {{ box-shadow: -2px 0 var(--on), 2px 0 var(--on); }}
.av-matrix tr.on td {{ box-shadow: 0 -2px var(--on), 0 2px var(--on); }}
.av-matrix tr.on td.on {{ box-shadow: 0 0 0 2px var(--on); z-index: 2; }}
.av-matrix .masked {{ background: repeating-linear-gradient(135deg, rgb(128 128 128 / .28) 0 2px, transparent 2px 6px); }}
.av-matrix .band {{ height: 28px; max-width: 100%; margin: 2px; }}
.av-matrix .foot {{ display: flex; flex-wrap: wrap; gap: 2px 1.5rem; align-items: start; }}
.av-matrix details {{ flex: 1 1 12rem; min-width: 0; font-size: 13px; }}
.av-matrix details[open] {{ flex-basis: 100%; }}
.av-matrix summary {{ cursor: pointer; width: fit-content; color: var(--quiet); text-decoration: underline 1px; text-underline-offset: .2em; }}
.av-matrix summary:focus-visible, .av-matrix .list:focus-visible {{ outline: 2px solid var(--on); }}
.av-matrix .list {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(7em, 1fr)); list-style-position: inside; max-height: 14rem; overflow: auto; margin: 4px 0; padding: 0; font-size: 13px; }}
.av-matrix .list li::marker {{ color: var(--quiet); }}
.av-matrix .legend {{ width: 11rem; max-width: 100%; font-size: 12px; color: var(--quiet); margin-top: 4px; flex: none; }}
.av-matrix .ramp {{ height: 6px; }}
.av-matrix .ticks {{ display: flex; justify-content: space-between; }}
"""
RULES = f"{LAYOUT}{rules('.av-matrix')}"
"""What a page that shows a matrix must have in its style sheet; STYLE: the same as an element of its own."""
STYLE = f"<style>{RULES}</style>"
