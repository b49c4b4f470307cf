"""Tables: texts from a column of a CSV, TSV, JSON Lines or Parquet file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from attention_viz.corpus import needs
from attention_viz.corpus.sources.item import Item
from attention_viz.corpus.sources.lines import MOST_BYTES, lines
from attention_viz.errors import InputError, TextError

ROWS_AT_ONCE = 64
"""Rows of a Parquet file that are held together; a small file may hold a long text many times."""


def texts_of_csv(file: IO[bytes], column: str, second: str | None) -> Iterator[Item]:
    """The rows of a CSV file, or of one parted by tabs or semicolons; its first line names the columns."""
    csv.field_size_limit(MOST_BYTES)
    broken: list[Item] = []
    given = _kept_apart(lines(file), broken)
    first_line = next(given, "")
    delimiter = _delimiter(first_line)
    names = [name.strip() for name in next(csv.reader([first_line], delimiter=delimiter), [])]
    check_columns(names, column, second)
    rows = csv.reader((f"{line}\n" for line in given), delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            yield from broken
            return
        except csv.Error as reason:
            yield Item.broken(
                TextError("Row {number} is no row of a table: {reason}.", number=rows.line_num + 1, reason=reason)
            )
            continue
        if broken:
            yield from broken
            broken.clear()
        elif any(cell.strip() for cell in row):
            yield _item(dict(zip(names, row, strict=False)), column, second, rows.line_num + 1)


def _delimiter(first_line: str) -> str:
    """What stands between the names of the columns: a tab, a comma, or the semicolon of spreadsheets with a decimal comma."""
    if "\t" in first_line:
        return "\t"
    return ";" if ";" in first_line and "," not in first_line else ","


def _kept_apart(given: Iterable[str | Item], broken: list[Item]) -> Iterator[str]:
    """The lines; what is wrong with one is put aside, and an empty one stands in its place."""
    for each in given:
        if isinstance(each, Item):
            broken.append(each)
        yield each if isinstance(each, str) else ""


def texts_of_json_lines(file: IO[bytes], column: str, second: str | None) -> Iterator[Item]:
    """One JSON object a line; the first one must have the columns."""
    checked = False
    for number, line in enumerate(lines(file), 1):
        if isinstance(line, Item):
            yield line
        elif line.strip():
            row = _object(line)
            if row is not None and not checked:
                check_columns(list(row), column, second)
                checked = True
            yield (
                Item.broken(TextError("Line {number} is no JSON object.", number=number))
                if row is None
                else _item(row, column, second, number)
            )


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def texts_of_parquet(path: Path, column: str, second: str | None) -> Iterator[Item]:
    """The rows of a Parquet file, some dozens at a time."""
    arrow = needs.pyarrow()
    try:
        file = arrow.parquet.ParquetFile(path)
    except (arrow.ArrowInvalid, OSError) as reason:
        raise InputError("{path} is no Parquet file that can be read: {reason}", path=path, reason=reason) from reason
    with file:
        check_columns(file.schema_arrow.names, column, second)
        wanted = [column] if second is None else [column, second]
        number = 0
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield _item(row, column, second, number)


def check_columns(names: list[str], column: str, second: str | None) -> None:
    """Raises InputError where a column that was asked for is not there."""
    for name in (column, second):
        if name is not None and name not in names:
            raise InputError(
                "The file has no column {name}. Its columns are: {names}. Name the one with the texts.",
                name=repr(name)[:80],
                names=", ".join(names)[:300] or "-",
            )


def _item(row: Mapping[str, Any], column: str, second: str | None, number: int) -> Item:
    cells: list[Any] = [row.get(name) for name in (column, second) if name is not None]
    for cell in cells:
        if not (isinstance(cell, str) or (isinstance(cell, list) and all(isinstance(each, str) for each in cell))):
            return Item.broken(
                TextError("Row {number} has no text in the column {column}.", number=number, column=repr(column)[:80])
            )
        if (size := len(cell) if isinstance(cell, str) else sum(map(len, cell))) > MOST_BYTES:
            return Item.broken(
                TextError(
                    "Row {number} has {n:,} characters; at most {most:,} are read. Cut it into texts.",
                    number=number,
                    n=size,
                    most=MOST_BYTES,
                )
            )
    return Item(*cells[:2])
