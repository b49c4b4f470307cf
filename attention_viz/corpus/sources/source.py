"""Source: a collection of texts that is read from its beginning to its end, and how far the reading is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from attention_viz.corpus import needs
from attention_viz.corpus.sources.item import Item
from attention_viz.corpus.sources.lines import Split, texts_of_lines
from attention_viz.corpus.sources.tables import texts_of_csv, texts_of_json_lines, texts_of_parquet
from attention_viz.corpus.sources.treebank import texts_of_treebank
from attention_viz.errors import InputError

SUFFIXES = (".txt", ".csv", ".tsv", ".jsonl", ".parquet", ".conllu")
"""Files that hold a collection."""

UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Source:
    """A collection of texts.

    items : starts at the first text
    share : how much of it is read, 0 to 1; None where nobody knows how much there is
    """

    items: Callable[[], Iterator[Item]]
    share: Callable[[], float | None] = field(default=lambda: None)

    def __iter__(self) -> Iterator[Item]:
        return self.items()


def read(
    texts: Source | str | Path | Iterable[Any],
    column: str = "text",
    second: str | None = None,
    split: Split = "line",
    *,
    as_written: bool = False,
) -> Source:
    """A collection from a file, by its suffix, or from anything that gives texts, lists of words or pairs.

    column, second : of a table, the column of the text, and of the second text of a pair
    split          : whether a line or a paragraph of a .txt is a text
    as_written     : sentences of a treebank are read as they were written, not as words with a space between any two
    Raises InputError where there is no such file, or of another kind.
    """
    if isinstance(texts, Source):
        return texts
    if not isinstance(texts, (str, Path)):
        return _given(texts)
    path = Path(texts).expanduser()
    _check(path)
    if path.suffix.lower() == ".parquet":
        return _of_parquet(path, column, second)
    readers: dict[str, Callable[[IO[bytes]], Iterator[Item]]] = {
        ".txt": partial(texts_of_lines, split=split),
        ".csv": partial(texts_of_csv, column=column, second=second),
        ".tsv": partial(texts_of_csv, column=column, second=second),
        ".jsonl": partial(texts_of_json_lines, column=column, second=second),
        ".conllu": partial(texts_of_treebank, as_written=as_written),
    }
    return _of_file(path, readers[path.suffix.lower()])


def _check(path: Path) -> None:
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            "{path} is of no kind that is read. Give a file that ends in {suffixes}, or the texts themselves in a list.",
            path=str(path)[:200],
            suffixes=", ".join(SUFFIXES),
        )
    try:
        with path.open("rb") as file:
            start = file.read(2)
    except OSError as reason:
        raise InputError(
            "{path} cannot be read: {reason}. Check the path.", path=str(path)[:200], reason=reason.strerror or reason
        ) from reason
    if start in UTF_16:
        raise InputError("{path} is UTF-16. Save it as UTF-8.", path=str(path)[:200])


def _of_file(path: Path, texts: Callable[[IO[bytes]], Iterator[Item]]) -> Source:
    place, size = 0, max(1, path.stat().st_size)

    def items() -> Iterator[Item]:
        nonlocal place
        with path.open("rb") as file:
            for item in texts(file):
                place = file.tell()
                yield item

    return Source(items, lambda: min(1.0, place / size))


def _of_parquet(path: Path, column: str, second: str | None) -> Source:
    arrow = needs.pyarrow()
    done, total = 0, 0

    def items() -> Iterator[Item]:
        nonlocal done, total
        texts = texts_of_parquet(path, column, second)
        for done, item in enumerate(texts, 1):  # noqa: B007  read by `share`
            total = total or arrow.parquet.read_metadata(path).num_rows
            yield item

    return Source(items, lambda: done / total if total else 0.0)


def _given(texts: Iterable[Any]) -> Source:
    done, total = 0, len(texts) if isinstance(texts, Sized) else 0

    def items() -> Iterator[Item]:
        nonlocal done
        for done, each in enumerate(texts, 1):  # noqa: B007  read by `share`
            yield Item.of(each)

    return Source(items, lambda: done / total if total else None)
