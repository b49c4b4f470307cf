"""Chosen texts: the collection that the page is about, one that comes with the program or one that the visitor opens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import streamlit as st

from attention_viz.corpus import Source, read
from attention_viz.corpus.built_in.collection import COLLECTIONS, collection
from attention_viz.corpus.sources.source import SUFFIXES
from attention_viz.errors import Message
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
    write   : puts it into a folder, and gives it as what is measured
    """

    name: str
    digest: str
    about: Message | None
    built_in: bool
    tags: bool
    write: Callable[[Path], Source]


@dataclass(frozen=True)
class Opened:
    """A file that the visitor opened, as the session keeps it."""

    name: str
    content: bytes
    column: str


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
        _offer_opening()
        return _own()
    found = collection(name)
    return Texts(name, f"built-in {name}", found.about, True, True, lambda folder: found.texts())


def _offer_opening() -> None:
    """A box for a file, and the column of a table."""
    st.caption(
        plain(
            say(
                "A .txt with a text on each line; a .csv, .tsv, .jsonl or .parquet with a column of texts; or a treebank in .conllu. Up to {mb} MB; the first {n:,} texts are measured. The file is kept on this server until other collections need its room, and found again only by who brings the same file.",
                mb=limits().uploads.mb,
                n=limits().collections.texts,
            )
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        file = st.file_uploader(
            say("File with the texts"),
            [each.removeprefix(".") for each in SUFFIXES],
            key="many file",
            max_upload_size=limits().uploads.mb,
        )
        st.text_input(say("Column of the texts, in a table"), width=230, **chosen_as("many_column", usual="text"))
    column: str = st.session_state["many_column"].strip()[:200] or "text"
    if file is not None:
        st.session_state[OWN] = Opened(file.name, file.getvalue(), column)
    elif OWN in st.session_state:
        st.session_state[OWN] = replace(st.session_state[OWN], column=column)


def _own() -> Texts | None:
    opened: Opened | None = st.session_state.get(OWN)
    if opened is None:
        return None
    suffix = Path(opened.name).suffix.lower()
    column = opened.column if suffix in TABLES else ""
    digest = hashlib.sha256(opened.content).hexdigest()
    most = limits().collections.texts

    def write(folder: Path) -> Source:
        file = folder / f"texts{suffix}"
        if not file.exists():
            file.write_bytes(opened.content)
        source = read(file, column=column or "text", as_written=True)
        return Source(lambda: islice(source.items(), most), source.share)

    return Texts(opened.name, f"{digest} {suffix} {column} {most}", None, False, suffix == ".conllu", write)
