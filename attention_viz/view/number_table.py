"""Number table: a matrix or a vector of numbers as a coloured HTML table, for pages that show small matrices number by number.

Plain HTML without script: a token is escaped, colours follow the page's light or dark, a wide matrix scrolls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np

from attention_viz.errors import InputError
from attention_viz.view.shades import Colours, band, shades
from attention_viz.view.shades import largest as largest_of

MINUS_INFINITY = "−∞"
MOST_CELLS = 64
"""Cells of a strip; a longer one is a single element with as many colours."""
LONGEST_LABEL = 20
"""Characters of a label; a longer one is cut in the middle and whole in its title."""
UPRIGHT = 2
"""Characters up to which the labels of narrow columns are written upright; longer ones are turned."""
DIGITS = 4
"""After the point, of numbers that are not whole."""
ROUNDING = 1e-6
"""How far, as a share of it, a number in single precision may be from the one that is meant."""


def number_table(
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
    edit: str = "",
) -> str:
    """What do these numbers look like? A `figure` of HTML.

    values  : (row, column), or (column,) for a vector, which is drawn as a strip; -inf = masked, NaN = empty
    name    : the caption, and what a screen reader calls it
    rows, columns : labels, as many as there are, or none; they may be tokens
    shape   : written in grey behind the name, "5 × 64, token × d_head"
    colours : "weights" from 0 to `largest` (default 1), on a root scale; "signed" blue below zero, orange above, from
              -`largest` to `largest` (default: the largest absolute value), on a linear scale; or one of them for each
              column, each then with a largest value of its own and no legend
    numbers : write each value into its cell, with four digits, or none where all are whole; without, the cells are small
    row, column : what is framed: a row, a column, or with both the cell where they meet, too
    legend  : which colour is which number
    hidden  : boolean, shaped as the values: True = the number is not written, a question mark instead
    on_demand : the words on which to click for the numbers of a picture without; "" = they cannot be had
    edit    : what the matrix is called by who listens to numbers typed into its cells (ui/widgets/editing.py); "" = none can be
    Raises InputError where values, labels and highlights do not fit.
    """
    grid = np.atleast_2d(np.asarray(values, dtype=float))
    _require(grid, rows, columns, row, column)
    most = largest_of(grid, colours) if largest is None and isinstance(colours, str) else largest or 1.0
    concealed = np.zeros(grid.shape, dtype=bool) if hidden is None else np.atleast_2d(hidden)
    classes = np.where(concealed, "none", _colour_classes(grid, colours, most))
    table = _Table(grid, classes, concealed, rows, columns, row, column, edit)
    kind = "numbers" if numbers else "strip" if np.ndim(values) == 1 else "cells"
    label = escape(f"{name}, {shape}" if shape else name, quote=True)
    picture = table.band(label) if kind == "strip" and table.is_long else table.table(label, numbers)
    ramp = _legend(colours, most) if legend and isinstance(colours, str) else ""
    asked = f"<details><summary>{escape(on_demand)}</summary>{table.numbers(label)}</details>" if on_demand else ""
    foot = f'<div class="foot">{ramp}{asked}</div>' if ramp or asked else ""
    return (
        f'<figure class="av-number-table {kind}"><figcaption>{escape(name)} <span class="shape">{escape(shape)}</span></figcaption>'
        f"{picture}{foot}</figure>"
    )


def number(value: float, digits: int = DIGITS) -> str:
    """A number with so many digits after the point; what is smaller than the last of four is written as smaller, not as zero."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "∞" if value > 0 else MINUS_INFINITY
    if digits == DIGITS and 0 < abs(value) < 0.00005:
        return "< 0.0001" if value > 0 else "> -0.0001"
    return f"{value + 0.0:.{digits if abs(value) < 1000 else min(digits, 1)}f}"


def digits_of(values: np.ndarray | float) -> int:
    """Digits after the point with which these numbers are written: none if all of them are whole, else DIGITS."""
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    return 0 if np.allclose(finite, finite.round(), rtol=ROUNDING, atol=0) else DIGITS


def _colour_classes(grid: np.ndarray, colours: Colours | Sequence[Colours], most: float) -> np.ndarray:
    if isinstance(colours, str):
        return shades(grid, colours, most)
    columns = [shades(part, each, largest_of(part, each)) for part, each in zip(grid.T, colours, strict=True)]
    return np.stack(columns, axis=1)


@dataclass(frozen=True, eq=False)
class _Table:
    """What is drawn: numbers, the CSS classes of their colours, which are hidden, their labels, what is framed."""

    grid: np.ndarray
    classes: np.ndarray
    hidden: np.ndarray
    rows: Sequence[str]
    columns: Sequence[str]
    row: int | None
    column: int | None
    edit: str = ""

    @cached_property
    def digits(self) -> int:
        return digits_of(self.grid)

    @property
    def is_long(self) -> bool:
        return self.grid.shape[1] > MOST_CELLS and not len(self.columns)

    def band(self, label: str) -> str:
        """A strip that is one element however long the vector is."""
        names = self.classes[0].tolist()
        style = f"width:{12 * len(names)}px;background:{band(names)}"
        return f'<div class="band" role="img" aria-label="{label}" style="{style}">{self._mark(len(names))}</div>'

    def _mark(self, n: int) -> str:
        """The frame round one of the n colours of a band."""
        if self.column is None:
            return ""
        return f'<i class="on" style="left:{100 * self.column / n:.3f}%;width:{100 / n:.3f}%"></i>'

    def table(self, label: str, numbers: bool) -> str:
        """With its numbers a table that is read cell by cell, without them one picture; wide ones scroll."""
        body = "".join(self._row(index, numbers) for index in range(len(self.grid)))
        role = "" if numbers else f' role="img" aria-label="{label}"'
        head = _head(self.columns, bool(len(self.rows)), self.column)
        table = f"<table{role}>{head}<tbody>{body}</tbody></table>"
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{label}">{table}</div>'

    def numbers(self, label: str) -> str:
        """Of a vector as a list that is counted, of a matrix as a table."""
        if len(self.grid) > 1 or len(self.columns):
            return f'<div class="av-number-table numbers">{self.table(label, True)}</div>'
        items = "".join(
            f"<li{' class=on' if index == self.column else ''}>{text}" for index, text in enumerate(self._texts(0))
        )
        return f'<ol class="list" tabindex="0" aria-label="{label}">{items}</ol>'

    def _texts(self, index: int) -> list[str]:
        pairs = zip(self.grid[index].tolist(), self.hidden[index].tolist(), strict=True)
        return ["?" if hidden else escape(number(value, self.digits)) for value, hidden in pairs]

    def _row(self, index: int, numbers: bool) -> str:
        classes, framed = self.classes[index].tolist(), index == self.row
        texts = self._texts(index) if numbers else [""] * len(classes)
        texts = [self._box(index, at) for at in range(len(texts))] if self.edit else texts
        cells = [f"<td class={name}>{text}" for name, text in zip(classes, texts, strict=True)]
        if self.column is not None:
            cells[self.column] = f'<td class="{classes[self.column]} on">{texts[self.column]}'
        head = _row_head(self.rows[index], framed) if len(self.rows) else ""
        return f"<tr{' class=on' if framed else ''}>{head}{''.join(cells)}"

    def _box(self, row: int, column: int) -> str:
        """The cell as a box to type into, called by its row and its column."""
        text = f"{self.grid[row, column] + 0.0:.6g}"
        names = [
            labels[at] if len(labels) else str(at + 1) for labels, at in ((self.rows, row), (self.columns, column))
        ]
        label = escape(f"{self.edit}: {', '.join(names)}", quote=True)
        return (
            f'<input type="number" step="any" value="{text}" style="width:{max(len(text), 2)}ch" aria-label="{label}" '
            f'data-edit="{escape(self.edit, quote=True)}" data-row="{row}" data-column="{column}">'
        )


def _row_head(label: str, framed: bool) -> str:
    return f'<th scope="row"{" class=on" if framed else ""}>{_label(label)}</th>'


def _head(columns: Sequence[str], corner: bool, column: int | None) -> str:
    if not len(columns):
        return ""
    cells = "".join(
        f'<th scope="col"{" class=on" if index == column else ""}>{_label(label)}</th>'
        for index, label in enumerate(columns)
    )
    short = all(len(label) <= UPRIGHT for label in columns)
    return f"<thead{' class=upright' if short else ''}><tr>{'<td></td>' if corner else ''}{cells}</tr></thead>"


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
