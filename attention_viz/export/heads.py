"""Heads: what every head does on one text, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np

from attention_viz.export.csv_cell import guard
from attention_viz.measures import COLUMNS, HeadTable
from attention_viz.patterns import Label


def heads_csv(table: HeadTable, labels: Sequence[Label], model: str, importance: np.ndarray | None = None) -> bytes:
    """What does every head do? One row per head: its place, from 1 and from 0, its pattern, every measure of `measures.COLUMNS`.

    labels     : one per row of the table
    importance : (layer, head); a column more where it is given
    A measure without a meaning on this text is an empty cell; all others have 9 significant digits. UTF-8 with a byte order
    mark, rows end in CR LF, as in `weights_csv`.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    columns = [table.columns[name] for name in COLUMNS]
    if importance is not None:
        columns.append(importance[table.layers, table.heads])
    names = (*COLUMNS, *(() if importance is None else ("importance",)))
    writer.writerow(
        ("model", "layer", "head", "pattern", "rule", *names, "queries", "keys", "layer_index", "head_index")
    )
    for row, label in enumerate(labels):
        layer, head = int(table.layers[row]), int(table.heads[row])
        numbers = ["" if np.isnan(column[row]) else f"{column[row]:.9g}" for column in columns]
        place = (guard(model), layer + 1, head + 1, label.name, guard(str(label)))
        writer.writerow((*place, *numbers, table.queries, table.keys, layer, head))
    return file.getvalue().encode("utf-8-sig")
