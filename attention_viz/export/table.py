"""Table: weights as CSV, one row per weight, and back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

import numpy as np

from attention_viz.attending import check_attends
from attention_viz.attention import Attention
from attention_viz.brief import brief
from attention_viz.errors import InputError
from attention_viz.export.csv_cell import guard, unguard
from attention_viz.means import mean_heads
from attention_viz.selection import Selection

MOST_ROWS = 1_048_575
"""Rows that a spreadsheet opens, below the line of headings."""

INDICES = ("layer_index", "head_index", "query_index", "key_index")
LOOK = "selection"
COLUMNS = ("model", "units", "layer", "head", "query", "query_token", "key", "key_token", "weight", *INDICES, LOOK)
"""Tokens as they are shown; layer, head, query and key count from 1; the same with "_index" from 0. The last one holds what was looked at, as JSON, in
the first row; a long one goes on in those below, and is left out where there are too few of them. A mean over layers has no
layer, one over heads no head: these cells are empty."""
MEAN = -1
"""What the empty index of a mean counts as while a table is read."""
START = ",".join(COLUMNS).encode("utf-8-sig")
LONGEST_CELL = 32_000
"""Characters that every spreadsheet keeps in one cell."""
MOST_PIECES = 1_000
"""Cells of a selection that are read; the longest takes 200."""


Place = tuple[int | None, int | None]


@dataclass(frozen=True, eq=False)
class HeadWeights:
    """What a table holds.

    units   : what a token is, see `Selection`
    weights : (query, key) float32 of each (layer, head), counted from 0; None = the mean over all layers, or over all heads
    """

    model: str
    units: str
    query_tokens: tuple[str, ...]
    key_tokens: tuple[str, ...]
    weights: dict[Place, np.ndarray]

    __repr__ = brief


def weights_csv(
    attention: Attention,
    selection: Selection,
    layer: int | None = None,
    head: int | None = None,
    most_rows: int = MOST_ROWS,
) -> bytes:
    """The weights as a table for spreadsheets and statistics: one row per layer, head, query and key; see COLUMNS.

    layer, head : from 0; None = every layer, every head
    UTF-8 with a byte order mark, by which Excel recognises Chinese; rows end in CR LF; tokens and names are guarded against being taken
    for formulas (see `cell`). Weights have 9 significant digits, from which the float32 comes back exactly.
    Raises InputError where there are more than `most_rows` rows, or a token has half a surrogate pair, which no UTF-8 holds.
    """
    if layer is not None:
        check_attends(attention.source.heads, layer)
    heads: dict[Place, tuple[int, int]] = {
        (each, number): (each, number)
        for each in (attention.layers if layer is None else [layer])
        for number in (range(attention.heads_of(each)) if head is None else [head])
    }
    return _written(attention, selection, heads, most_rows)


def mean_csv(attention: Attention, selection: Selection, most_rows: int = MOST_ROWS) -> bytes:
    """The same table of the mean that is looked at, see `Selection.subject`. Raises InputError likewise."""
    mean = mean_heads(attention, *selection.subject)
    return _written(mean, selection, {selection.subject: (0, 0)}, most_rows)


def _written(
    attention: Attention, selection: Selection, heads: Mapping[Place, tuple[int, int]], most_rows: int
) -> bytes:
    """heads : which head of the attention holds the weights of each place"""
    rows = len(heads) * attention.shape[0] * attention.shape[1]
    if rows > most_rows:
        raise InputError(
            "This table would have {rows} rows; at most {most} are written, what a spreadsheet opens. Choose one layer or one head, take NPZ, or shorten the text.",
            rows=rows,
            most=most_rows,
        )
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    pieces = iter(_pieces(selection, rows))
    for place, (each, number) in heads.items():
        rows_of = _rows(attention, selection, place, attention.weights(each, number))
        writer.writerows((*row, next(pieces, "")) for row in rows_of)
    try:
        return file.getvalue().encode("utf-8-sig")
    except UnicodeEncodeError as reason:
        raise InputError(
            "A token has the character {code}, half a surrogate pair, which no text file can hold. Replace it.",
            code=f"U+{ord(reason.object[reason.start]):04X}",
        ) from reason


def _rows(attention: Attention, selection: Selection, place: Place, weights: np.ndarray) -> Iterator[Sequence[object]]:
    counted = ("" if each is None else each + 1 for each in place)
    start = (guard(attention.model), guard(selection.units), *counted)
    layer, head = ("" if each is None else each for each in place)
    keys = [(key, key + 1, guard(token)) for key, token in enumerate(attention.key_tokens.labels)]
    for query, (token, row) in enumerate(zip(attention.query_tokens.labels, weights.tolist(), strict=True)):
        reads = (*start, query + 1, guard(token))
        for (key, number, read), weight in zip(keys, row, strict=True):
            yield *reads, number, read, f"{weight:.9g}", layer, head, query, key


def _pieces(selection: Selection, rows: int) -> list[str]:
    """The selection as JSON, cut into cells; none where it takes more than there are rows."""
    written = json.dumps({LOOK: selection.to_dict()})
    pieces = [written[start : start + LONGEST_CELL] for start in range(0, len(written), LONGEST_CELL)]
    return [guard(piece) for piece in pieces] if len(pieces) <= rows else []


def csv_selection(content: bytes) -> str | None:
    """The selection in a table that `weights_csv` or `mean_csv` wrote, as JSON; None in another file. No weights are read."""
    if not content.startswith(START):
        return None
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", errors="replace", newline=""))
    try:
        next(rows)
        return "".join(map(unguard, takewhile(bool, (row[-1] for row in islice(rows, MOST_PIECES) if row))))
    except csv.Error:
        return None


def read_csv(content: bytes) -> HeadWeights:
    """The values of a table that `weights_csv` or `mean_csv` wrote. Raises InputError where it is none, or not complete."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
        if not rows or tuple(rows[0]) != COLUMNS or len(rows) < 2 or {len(row) for row in rows} != {len(COLUMNS)}:
            raise ValueError("columns")
        columns = dict(zip(COLUMNS, zip(*rows[1:], strict=True), strict=True))
        at = np.array([_indices(columns, name) for name in INDICES], dtype=np.int64)  # (index, row)
        weights = np.array(columns["weight"], dtype=np.float64).astype(np.float32)
        return _assemble(columns, at, weights)
    except (UnicodeDecodeError, csv.Error, ValueError, OverflowError) as reason:
        raise InputError("This is no complete table of weights. Give a CSV file as it was downloaded.") from reason


def _indices(columns: dict[str, tuple[str, ...]], name: str) -> list[int]:
    """A column of indices; those of layer and head may be empty. Raises ValueError for what is none."""
    found = [MEAN if cell == "" and name in INDICES[:2] else int(cell) for cell in columns[name]]
    if any(index < 0 and cell for index, cell in zip(found, columns[name], strict=True)):
        raise ValueError("below 0")
    return found


def _assemble(columns: dict[str, tuple[str, ...]], at: np.ndarray, weights: np.ndarray) -> HeadWeights:
    layers, heads, queries, keys = at
    query_tokens, key_tokens = _tokens(columns["query_token"], queries), _tokens(columns["key_token"], keys)
    size = len(query_tokens) * len(key_tokens)
    found = list(dict.fromkeys(zip(layers.tolist(), heads.tolist(), strict=True)))
    if len(weights) != len(found) * size:
        raise ValueError("rows are missing or double")
    place = {each: number for number, each in enumerate(found)}
    where = np.array([place[each] for each in zip(layers.tolist(), heads.tolist(), strict=True)])
    cells = (where * len(query_tokens) + queries) * len(key_tokens) + keys
    if len(np.unique(cells)) != len(cells):
        raise ValueError("rows are double")
    values = np.empty(len(cells), dtype=np.float32)
    values[cells] = weights
    values.setflags(write=False)
    matrices = values.reshape(len(found), len(query_tokens), len(key_tokens))
    model, units = unguard(columns["model"][0]), unguard(columns["units"][0])
    places: list[Place] = [(_counted(layer), _counted(head)) for layer, head in found]
    return HeadWeights(model, units, query_tokens, key_tokens, dict(zip(places, matrices, strict=True)))


def _counted(index: int) -> int | None:
    return None if index == MEAN else index


def _tokens(cells: Sequence[str], positions: np.ndarray) -> tuple[str, ...]:
    """The token of each position; positions must run from 0 without a gap, and always name the same token."""
    named = dict(zip(positions.tolist(), cells, strict=True))
    if sorted(named) != list(range(len(named))):
        raise ValueError("positions are missing")
    if any(named[position] != cell for position, cell in zip(positions.tolist(), cells, strict=True)):
        raise ValueError("a position has two tokens")
    return tuple(unguard(named[position]) for position in range(len(named)))
