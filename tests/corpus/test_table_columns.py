"""Which columns a table offers, and pairs read from two of them."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attention_viz.corpus import Item, read
from attention_viz.corpus.sources import tables
from attention_viz.corpus.sources.tables import BEGINNING, MOST_COLUMNS, column_names
from attention_viz.errors import InputError


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_the_columns_that_a_table_offers_are_those_that_can_be_read(tmp_path: Path, suffix: str) -> None:
    path, rows = tmp_path / f"A.{suffix.upper()}", [{"id": "1", "one, two": "a", "二": "b"}]
    if suffix == "jsonl":
        written(path, "not json\n\n" + "\n".join(map(json.dumps, rows)))
    elif suffix == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        mark = "," if suffix == "csv" else "\t"
        written(
            path,
            "\ufeff" + mark.join(['"one, two"', "id", "二", "id", ""]) + "\n" + mark.join(["a", "1", "b", "2", ""]),
        )
    names = column_names(io.BytesIO(path.read_bytes()), path.name)
    assert sorted(names) == ["id", "one, two", "二"]
    assert list(read(path, names[names.index("one, two")], "二"))[-1] == Item("a", "b")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"\xff\xfet\x00"),
        ("a.csv", b"caf\xe9,text\none,two\n"),
        ("a.csv", b"text\rone\rtwo"),
        ("a.csv", b"a," * BEGINNING + b"b\n1,2\n"),
        ("a.csv", ",".join(map(str, range(MOST_COLUMNS + 1))).encode() + b"\n"),
        ("a.jsonl", b"[1]\n{}\n2\n"),
        ("a.jsonl", b'{"text": "' + b"a" * BEGINNING + b'"}\n{"other": "a"}\n'),
        ("a.jsonl", b"[" * BEGINNING),
        ("a.txt", b"one,two\n"),
        ("a.conllu", b"one,two\n"),
    ],
)
def test_no_columns_are_offered_where_their_names_are_not_found_at_the_beginning(name: str, content: bytes) -> None:
    assert column_names(io.BytesIO(content), name) == ()


def test_names_of_columns_are_looked_up_without_reading_the_file() -> None:
    held = io.BytesIO(b"text,second\n" + b"one,two\n" * 1_000_000)
    assert column_names(held, "a.csv") == ("text", "second")
    assert held.tell() == BEGINNING
    with pytest.raises(InputError, match=r"a\.parquet is no Parquet file"):
        column_names(io.BytesIO(b"PAR1"), "a.parquet")


def test_a_first_line_that_no_reader_of_tables_takes_has_no_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column 'text'"):
        list(read(written(tmp_path / "a.csv", b"text\rone\rtwo")))


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_row_without_a_second_text_names_the_column_that_it_lacks(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        written(path, "text,other\none,two\nthree\n")
    elif suffix == "jsonl":
        written(path, '{"text": "one", "other": "two"}\n{"text": "three", "other": null}\n')
    else:
        pq.write_table(pa.table({"text": ["one", "three"], "other": ["two", None]}), path)
    good, broken = read(path, second="other")
    assert good == Item("one", "two")
    assert "has no text in the column 'other'" in broken.error
    assert next(iter(read(path, second="text"))) == Item("one", "one")


@pytest.mark.parametrize("name", ["text", "other"])
def test_of_columns_that_are_called_the_same_none_is_taken_for_the_other(tmp_path: Path, name: str) -> None:
    table = tmp_path / "table.csv"
    table.write_text("text,text ,other\na first one,a second one,a third one\n")
    found = read(table, column=name)
    if name == "other":
        assert [each.first for each in found] == ["a third one"]
    else:
        with pytest.raises(InputError, match="2 columns called 'text'"):
            list(found)


def test_a_small_parquet_file_that_holds_a_long_text_many_times_takes_the_memory_of_one(tmp_path: Path) -> None:
    n, table = 4_000_000, tmp_path / "table.parquet"
    pq.write_table(pa.table({"text": pa.array(["x" * n] * 60)}), table, compression="zstd")
    assert table.stat().st_size < 2_000
    tracemalloc.start()
    assert sum(bool(each.error) for each in read(table)) == 60
    assert tracemalloc.get_traced_memory()[1] < 4 * n
    tracemalloc.stop()


def test_a_parquet_file_that_unpacks_to_far_more_than_its_size_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "table.parquet"
    monkeypatch.setattr(tables, "MOST_UNPACKED", 10_000_000)
    pq.write_table(pa.table({"text": pa.array(["x" * 500_000] * 40)}), table, compression="zstd", use_dictionary=False)
    assert table.stat().st_size < 20_000
    with pytest.raises(InputError, match="unpacks to 20 MB in one group of rows; at most 10 MB"):
        column_names(io.BytesIO(table.read_bytes()), table.name)
    pq.write_table(pq.read_table(table), table, row_group_size=10, use_dictionary=False)
    assert column_names(io.BytesIO(table.read_bytes()), table.name) == ("text",)


def test_a_list_of_columns_that_takes_long_to_parse_is_not_parsed(tmp_path: Path) -> None:
    table = tmp_path / "table.parquet"
    pq.write_table(pa.table({f"a column with the number {number}": ["x"] for number in range(12_000)}), table)
    begun = time.process_time()
    with pytest.raises(InputError, match=r"a list of columns of \d+ MB"):
        column_names(io.BytesIO(table.read_bytes()), table.name)
    assert time.process_time() - begun < 0.1
