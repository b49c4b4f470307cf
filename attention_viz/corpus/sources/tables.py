"""Tables: texts from a column of a CSV, TSV, JSON Lines or Parquet file."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from attention_viz.characters import readable
from attention_viz.corpus import needs
from attention_viz.corpus.sources.item import Item
from attention_viz.corpus.sources.lines import MOST_BYTES, lines
from attention_viz.errors import InputError, TextError

ROWS_AT_ONCE = 1
"""Rows of a Parquet file that are held together; a file of a kilobyte may hold a text of megabytes many times."""
BEGINNING = 64_000
"""Bytes in which the names of the columns of a table are looked up."""
MOST_COLUMNS = 500
"""Columns among which one can choose."""
LONGEST_FOOTER, MOST_UNPACKED = 1_000_000, 256_000_000
"""Bytes of a Parquet file's own list of its columns, and of what one group of rows unpacks to in one column, at most, of a file
that a stranger brings."""


def texts_of_csv(file: IO[bytes], column: str, second: str | None) -> Iterator[Item]:
    """The rows of a CSV file, or of one parted by tabs or semicolons; its first line names the columns."""
    csv.field_size_limit(MOST_BYTES)
    broken: list[Item] = []
    given = _kept_apart(lines(file), broken)
    names, delimiter = _header(next(given, ""))
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


def _header(first_line: str) -> tuple[list[str], str]:
    """The names of the columns, and what stands between two cells."""
    delimiter = _delimiter(first_line)
    try:
        return [name.strip() for name in next(csv.reader([first_line], delimiter=delimiter), [])], delimiter
    except csv.Error:  # a file whose lines end in a way that is no longer in use
        return [], delimiter


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
    """The rows of a Parquet file, one after the other."""
    with _parquet(path, path) as file:
        check_columns(file.schema_arrow.names, column, second)
        wanted = [column] if second in (None, column) else [column, second]
        number = 0
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield _item(row, column, second, number)


def _parquet(file: Path | IO[bytes], name: str | Path) -> Any:
    """A Parquet file, opened. name: what it is called where it is none"""
    arrow = needs.pyarrow()
    try:
        return arrow.parquet.ParquetFile(file)
    except (arrow.ArrowException, OSError) as reason:
        raise InputError("{path} is no Parquet file that can be read: {reason}", path=name, reason=reason) from reason


def column_names(file: IO[bytes], name: str) -> tuple[str, ...]:
    """Which columns has a table? Looked up in its first BEGINNING bytes, of a Parquet file in its own list of them.

    name    : of the file; its suffix says what it is
    returns : each once; none of another kind of file, where no names are found there, or more than MOST_COLUMNS
    Raises InputError for a Parquet file that is none, or that says that it takes far more memory than its size.
    """
    suffix = Path(name).suffix.lower()
    if suffix == ".parquet":
        _check_footer(file, name)
        with _parquet(file, name) as found:
            _check_unpacked(found.metadata, name)
            return _offered(found.schema_arrow.names)
    start = file.read(BEGINNING)
    whole = start.rpartition(b"\n")[0] if len(start) == BEGINNING else start
    given = lines(io.BytesIO(whole))
    if suffix == ".jsonl":
        return _offered(next(filter(None, (_object(line) for line in given if isinstance(line, str))), {}))
    first_line = next(given, "") if suffix in (".csv", ".tsv") else ""
    return _offered(_header(first_line)[0] if isinstance(first_line, str) else [])


def _check_footer(file: IO[bytes], name: str) -> None:
    """Is the list of columns, whose length stands at the end of the file, so short that it is parsed at once?"""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 8))
    length = int.from_bytes(file.read(8)[:4], "little")
    file.seek(0)
    if LONGEST_FOOTER < length < size:
        raise InputError(
            "{path} has a list of columns of {n} MB. Write it anew with the columns of the texts alone.",
            path=name,
            n=math.ceil(length / 1e6),
        )


def _check_unpacked(about: Any, name: str) -> None:
    """Can each column be read a group of rows at a time? about: what the file says of itself"""
    places = itertools.product(range(about.num_row_groups), range(about.num_columns))
    most = max((about.row_group(group).column(column).total_uncompressed_size for group, column in places), default=0)
    if most > MOST_UNPACKED:
        raise InputError(
            "{path} unpacks to {n:,} MB in one group of rows; at most {most} MB are read. Write it with smaller groups of rows, or as .csv.",
            path=name,
            n=most // 1_000_000,
            most=MOST_UNPACKED // 1_000_000,
        )


def _offered(names: Iterable[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, names)))
    return found if len(found) <= MOST_COLUMNS else ()


def check_columns(names: list[str], column: str, second: str | None) -> None:
    """Raises InputError where a column that was asked for is not there, or there more than once."""
    for name in (column, second):
        if name is not None and name not in names:
            raise InputError(
                "The file has no column {name}. Its columns are: {names}. Name the one with the texts.",
                name=repr(name)[:80],
                names=readable(", ".join(names))[:300] or "-",
            )
        if name is not None and (n := names.count(name)) > 1:
            raise InputError(
                "The file has {n} columns called {name}. Give each a name of its own.", n=n, name=repr(name)[:80]
            )


def _item(row: Mapping[str, Any], column: str, second: str | None, number: int) -> Item:
    cells: dict[str, Any] = {name: row.get(name) for name in (column, second) if name is not None}
    for name, cell in cells.items():
        if not (isinstance(cell, str) or (isinstance(cell, list) and all(isinstance(each, str) for each in cell))):
            return Item.broken(
                TextError("Row {number} has no text in the column {column}.", number=number, column=repr(name)[:80])
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
    return Item(cells[column], None if second is None else cells[second])
