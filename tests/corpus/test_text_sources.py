"""Texts come one after the other from whatever holds them; one that is broken is named and the others are read."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from attention_viz.corpus import Item, Tree, read
from attention_viz.corpus.sources import lines as line_files
from attention_viz.corpus.sources.lines import MOST_BYTES, texts_of_lines
from attention_viz.errors import InputError

FRENCH = """# sent_id = 1
1-2\tdu\t_\t_\t_\t_\t_\t_\t_\t_
1\tde\tde\tADP\t_\t_\t3\tcase\t_\t_
2\tle\tle\tDET\t_\t_\t3\tdet\t_\t_
3\tchat\tchat\tNOUN\t_\t_\t0\troot\t_\t_
3.1\tdort\tdormir\tVERB\t_\t_\t_\t_\t_\t_
5\tnoir\tnoir\tADJ\t_\t_\t3\tamod\t_\t_
6\tici\tici\tADV\t_\t_\t4\tadvmod\t_\t_

# sent_id = 2
1\tA\ta\tDET\t_\t_\tno number\tdet\t_\t_

# sent_id = 3
1\tDors\tdormir\tVERB\t_\t_\t0\troot\t_\t_
"""


def file(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_line_is_a_text_and_an_empty_one_is_none(tmp_path: Path) -> None:
    path = file(tmp_path / "a.txt", b"\xef\xbb\xbfone\r\n\r\n   \n two \nthree")
    assert list(read(path)) == [Item("one"), Item(" two "), Item("three")]


def test_a_paragraph_is_a_text(tmp_path: Path) -> None:
    path = file(tmp_path / "a.txt", "one\ntwo\n\n\n  \nthree\n")
    assert list(read(path, split="paragraph")) == [Item("one two"), Item("three")]


def test_broken_utf_8_is_the_error_of_its_line(tmp_path: Path) -> None:
    path = file(tmp_path / "a.txt", b"one\ntw\xff\xfeo\nthree\n")
    first, broken, last = read(path)
    assert (first.first, last.first) == ("one", "three")
    assert "Line 2 is not UTF-8 at byte 2" in broken.error


class EndlessLine(io.RawIOBase):
    """A line of some GB that nobody has to store, then one more."""

    def __init__(self, size: int) -> None:
        self.left, self.tail = size, b"\nthe end\n"

    def readable(self) -> bool:
        return True

    def readinto(self, into: memoryview) -> int:  # type: ignore[override]
        if self.left:
            n = min(len(into), self.left)
            into[:n] = b"a" * n
            self.left -= n
            return n
        n = min(len(into), len(self.tail))
        into[:n], self.tail = self.tail[:n], self.tail[n:]
        return n


def read_endless(size: int) -> tuple[list[Item], int]:
    """The texts, and the bytes that reading them held at most."""
    given: IO[bytes] = io.BufferedReader(EndlessLine(size))  # type: ignore[assignment]
    tracemalloc.start()
    try:
        return list(texts_of_lines(given)), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_line_that_is_no_text_is_skipped_without_being_held() -> None:
    (broken, after), peak = read_endless(30 * MOST_BYTES)
    assert "more than 1,000,000 bytes" in broken.error
    assert after.first == "the end"
    assert peak < 6 * MOST_BYTES


@pytest.mark.slow
def test_a_line_of_2_gb_is_skipped_without_being_held() -> None:
    (_, after), peak = read_endless(2 << 30)
    assert after.first == "the end"
    assert peak < 6 * MOST_BYTES


def test_a_paragraph_that_is_no_text_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_files, "MOST_BYTES", 10)
    path = file(tmp_path / "a.txt", "one two\n" * 50 + "\nend\n")
    broken, after = read(path, split="paragraph")
    assert broken.error
    assert after.first == "end"


def test_the_columns_of_a_table_are_named(tmp_path: Path) -> None:
    path = file(tmp_path / "a.csv", 'number,sentence,other\n1,"one, two",a\n2,three,b\n')
    assert list(read(path, "sentence")) == [Item("one, two"), Item("three")]
    assert list(read(path, "sentence", "other")) == [Item("one, two", "a"), Item("three", "b")]
    tabs = file(tmp_path / "a.tsv", "sentence\tnumber\none, two\t1\n")
    assert list(read(tabs, "sentence")) == [Item("one, two")]


def test_too_long_a_text_of_a_table_is_an_error_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["one", "a" * (MOST_BYTES + 1), "two"]}), path)
    assert [each.first for each in read(path)] == ["one", "", "two"]
    assert "Row 2 has 1,000,001 characters" in list(read(path))[1].error


def test_a_table_parted_by_semicolons_is_read(tmp_path: Path) -> None:
    path = file(tmp_path / "a.csv", "number;text\n1;one, two\n2;three\n")
    assert [each.first for each in read(path)] == ["one, two", "three"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_table_without_the_column_says_which_it_has(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        file(path, "one,two\n1,2\n")
    elif kind == "jsonl":
        file(path, json.dumps({"one": "a", "two": "b"}))
    else:
        pq.write_table(pa.table({"one": ["a"], "two": ["b"]}), path)
    with pytest.raises(InputError, match=r"no column 'text'.*one, two"):
        list(read(path))


def test_a_broken_row_is_the_error_of_that_row(tmp_path: Path) -> None:
    path = file(tmp_path / "a.csv", b"text,n\none,1\ntw\xffo,2\n" + b"x" * (MOST_BYTES + 5) + b",3\nfour,4\n")
    texts = list(read(path))
    assert [each.first for each in texts if not each.error] == ["one", "four"]
    assert len([each for each in texts if each.error]) == 2


def test_a_quotation_mark_that_is_never_closed_costs_what_it_covers_and_no_more(tmp_path: Path) -> None:
    path = file(tmp_path / "a.csv", 'text\none\n"two\n' + "three\n" * 300_000 + "four\n")
    texts = list(read(path))
    assert texts[0] == Item("one")
    assert any("no row of a table" in each.error for each in texts)
    assert texts[-1] == Item("four")


def test_json_lines_and_parquet_give_their_texts(tmp_path: Path) -> None:
    path = file(tmp_path / "a.jsonl", '{"text": "one"}\n\nnot json\n[1]\n{"text": 2}\n{"text": ["t", "wo"]}\n')
    texts = list(read(path))
    assert [bool(each.error) for each in texts] == [False, True, True, True, False]
    assert texts[-1] == Item(["t", "wo"])
    pq.write_table(pa.table({"text": ["one", None, "three"]}), tmp_path / "a.parquet")
    first, broken, last = read(tmp_path / "a.parquet")
    assert (first, last) == (Item("one"), Item("three"))
    assert "Row 2" in broken.error


def test_a_treebank_gives_written_words_and_the_relations_between_them(tmp_path: Path) -> None:
    first, broken, last = read(file(tmp_path / "a.conllu", FRENCH))
    assert first.first == ["du", "chat", "noir", "ici"]
    assert first.tree == Tree(((0, 1, "case"), (0, 1, "det"), (2, 1, "amod")), ("ADP", "NOUN", "ADJ", "ADV"))
    assert "sent_id = 2" in broken.error
    assert last.first == ["Dors"]


@pytest.mark.parametrize("short", ["1\tOnly\tthree", "1\tOnly"])
def test_a_line_of_a_treebank_with_too_few_columns_is_an_error_of_its_sentence(tmp_path: Path, short: str) -> None:
    word = "2\tgood\tgood\tADJ\t_\t_\t0\troot\t_\t_"
    broken, begun, last = read(file(tmp_path / "a.conllu", f"{short}\n\n{short}\n{word}\n\n{word}\n"))
    for each in (broken, begun):
        assert f"has {1 + short.count(chr(9))} columns; at least 8 are needed (1" in each.error
    assert last.first == ["good"]


def test_how_far_the_reading_is_can_be_told(tmp_path: Path) -> None:
    path = file(tmp_path / "a.txt", "one\n" * 50_000)
    source = read(path)
    shares = [source.share() for _ in source]
    assert shares[0] is not None
    assert shares[0] < 0.2
    assert shares[-1] == 1
    listed = read(["a", "b"])
    assert [listed.share() for _ in listed] == [0.5, 1.0]

    def stream() -> Iterator[str]:
        yield "a"

    assert read(stream()).share() is None


def test_what_is_no_text_among_texts_is_an_error_of_its_own() -> None:
    good, words, pair, number = read(["a", ["b", "c"], ("d", "e"), 5])
    assert (good, words, pair) == (Item("a"), Item(["b", "c"]), Item("d", "e"))
    assert "int" in number.error


def test_files_that_are_none_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.conllu"):
        read(file(tmp_path / "a.pdf", b"%PDF"))
    with pytest.raises(InputError, match=r"cannot be read"):
        read(tmp_path / "missing.txt")
    with pytest.raises(InputError, match="UTF-16"):
        read(file(tmp_path / "a.txt", "one".encode("utf-16")))
    with pytest.raises(InputError, match="no Parquet file"):
        list(read(file(tmp_path / "a.parquet", b"PAR1")))


def test_a_sentence_of_a_treebank_is_read_as_it_was_written_where_that_is_asked_for(tmp_path: Path) -> None:
    rows = [("I", "PRON"), ("do", "AUX"), ("n't", "PART"), ("know", "VERB"), (".", "PUNCT")]
    lines = [f"{n}\t{form}\t_\t{tag}\t_\t_\t_\t_\t_\t_" for n, (form, tag) in enumerate(rows, 1)]
    blocks = [["# text = I don't know.", *lines], ["# text = another text", *lines], lines]
    path = tmp_path / "texts.conllu"
    path.write_text("\n\n".join("\n".join(block) for block in blocks) + "\n\n", encoding="utf-8")
    first, *others = read(path, as_written=True)
    assert first.first == "I don't know."
    assert first.tree is not None
    assert first.tree.starts == (0, 2, 4, 8, 12)
    assert [each.first for each in others] == [[form for form, _ in rows]] * 2
    assert [each.first for each in read(path)] == [[form for form, _ in rows]] * 3
