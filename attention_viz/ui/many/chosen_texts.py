"""Chosen texts: the collection that the page is about, one that comes with the program or one that the visitor opens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

import streamlit as st

from attention_viz.corpus import Source, read
from attention_viz.corpus.built_in.collection import COLLECTIONS, collection
from attention_viz.corpus.sources.source import SUFFIXES
from attention_viz.corpus.sources.tables import column_names
from attention_viz.errors import InputError, Message
from attention_viz.ui.many.column_choice import Columns, begin_choice, pick_columns
from attention_viz.ui.many.store import in_use, store
from attention_viz.ui.server.limits import limits
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import language, plain, say, tell

NAMES = (*(each.name for each in COLLECTIONS), "own")
TITLES = {
    "english": Message("2,000 English sentences"),
    "chinese": Message("2,000 Chinese sentences"),
    "own": Message("a collection of your own"),
}
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
"""Files of which a column is read."""
OWN = "collection of one's own"


@dataclass(frozen=True, eq=False)
class Texts:
    """A collection that can be measured.

    name    : "english", "chinese", or of the file that was opened
    digest  : of all that its texts depend on
    about   : what it is, with its licence; None of one that was opened
    built_in: whether it comes with the program
    tags    : whether it knows the classes of its words
    source  : gives the texts, and keeps their file as long as they are read. Raises InputError where it is gone
    columns : those that are read of a table
    """

    name: str
    digest: str
    about: Message | None
    built_in: bool
    tags: bool
    source: Callable[[], AbstractContextManager[Source]]
    columns: Columns | None = None


@dataclass(frozen=True)
class Opened:
    """A file that the visitor opened, as the session remembers it; its bytes are the widget's, and then the disk's.

    number : of the upload, by which a file that was read already is known
    columns: names of a table's columns, as far as they are known
    """

    number: str
    name: str
    digest: str
    columns: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()


def pick_collection() -> None:
    """The collection."""
    st.session_state.setdefault("many_collection", "chinese" if language() == "zh" else "english")
    st.selectbox(
        say("Collection"),
        NAMES,
        format_func=lambda name: tell(TITLES[name]),
        width=260,
        **chosen_as("many_collection", NAMES, shows="index"),
    )


def chosen_texts() -> Texts | None:
    """The collection that is chosen; None while no file was opened."""
    name: str = st.session_state["many_collection"]
    if name == "own":
        return _opened_here()
    found = collection(name)
    return Texts(name, f"built-in {name}", found.about, True, True, lambda: nullcontext(found.texts()))


def _opened_here() -> Texts | None:
    """The collection that the visitor opens; None while there is none."""
    st.caption(
        plain(
            say(
                "A .txt with a text on each line; a .csv, .tsv, .jsonl or .parquet with a column of texts, or two with the texts of pairs; or a treebank in .conllu. Up to {mb} MB; the first {n:,} texts are measured. The file is kept on this server until other collections need its room, and found again only by who brings the same file.",
                mb=limits().uploads.mb,
                n=limits().collections.texts,
            )
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        content = _offer_opening()
        opened: Opened | None = st.session_state.get(OWN)
        columns = pick_columns(opened.columns) if opened is not None and opened.suffix in TABLES else None
    return None if opened is None else _own(opened, columns, content)


def _offer_opening() -> bytes | None:
    """A box for a file; its bytes, as long as the box holds it."""
    file = st.file_uploader(
        say("File with the texts"),
        [each.removeprefix(".") for each in SUFFIXES],
        key="many file",
        max_upload_size=limits().uploads.mb,
    )
    if file is None:
        return None
    content = file.getvalue()
    known: Opened | None = st.session_state.get(OWN)
    if known is None or known.number != file.file_id:
        names = column_names(BytesIO(content), file.name)
        st.session_state[OWN] = Opened(file.file_id, file.name, hashlib.sha256(content).hexdigest(), names)
        begin_choice(names)
    return content


def _own(opened: Opened, columns: Columns | None, content: bytes | None) -> Texts:
    """The collection that was opened here before; content: its bytes, where they are at hand"""
    suffix, most = opened.suffix, limits().collections.texts
    if suffix not in SUFFIXES:
        raise InputError(
            "A file of this kind is not read. Open one that ends in {suffixes}.", suffixes=", ".join(SUFFIXES)
        )
    column, second = ("", None) if columns is None else (columns.first, columns.second)

    @contextmanager
    def source() -> Iterator[Source]:
        with in_use(store() / f"file-{opened.digest[:32]}") as folder:
            file = _kept(folder / f"texts{suffix}", content)
            found = read(file, column, second, as_written=True)
            yield Source(lambda: islice(found.items(), most), found.share)

    digest = f"{opened.digest} {suffix} {column} {most}" + (f" beside {second!r}" if second else "")
    return Texts(opened.name, digest, None, False, suffix == ".conllu", source, columns)


def _kept(file: Path, content: bytes | None) -> Path:
    """The file on the server's disk, written there once."""
    if not file.exists():
        if content is None:
            raise InputError("The file of this collection is no longer here. Open it again.") from FileNotFoundError()
        unfinished = file.with_suffix(f".{secrets.token_hex(4)}")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    return file
