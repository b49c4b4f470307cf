"""State: a look at a text as a small file, and back from any file of this program."""

from __future__ import annotations

import json
from typing import Any

from attention_viz.characters import readable_values
from attention_viz.errors import InputError
from attention_viz.export.archive import npz_selection
from attention_viz.export.embedded_metadata import MOST_BYTES as MOST_WRITTEN
from attention_viz.export.embedded_metadata import embedded_metadata
from attention_viz.export.facts import PROGRAM
from attention_viz.export.plain_json import MOST_TOKENS, read_json
from attention_viz.export.table import csv_selection
from attention_viz.selection import Selection

FORMAT = "attention_viz state"
VERSION = 1
MOST_BYTES = 64 * 2**20
"""A file beyond this is not searched for a state."""


def state_file(selection: Selection) -> bytes:
    """What is looked at, as JSON: `read_state` gives the same selection back. Layers, heads and tokens count from 1."""
    content = {"format": FORMAT, "version": VERSION, "program": PROGRAM, "selection": selection.to_dict()}
    return json.dumps(content, indent=1).encode("ascii")


def read_state(content: bytes) -> Selection:
    """What does this file show? The selection of a state file, or of a PNG, SVG, PDF, CSV, NPZ or HTML made here.

    What the file is is told by its content, not by its name. Nothing in it is run, and no more of it is unpacked than
    the selection takes. Raises InputError where none is found, SelectionError where it cannot be.
    """
    if len(content) > MOST_BYTES:
        raise InputError(
            "This file has {size} MB; at most {most} MB are read. Open a smaller one, or a state file.",
            size=-(-len(content) // 2**20),
            most=MOST_BYTES // 2**20,
        )
    plain = _plain(content)
    if not isinstance(plain, dict):
        raise InputError(
            "This file says nothing of what was looked at. Open a state file, or a picture, table, archive or page that was downloaded here."
        )
    return Selection.from_dict(readable_values(plain))


def _plain(content: bytes) -> Any:
    """The selection as it is written in the file, not yet checked; None where there is none."""
    if content.startswith(b"PK"):
        return npz_selection(content)
    written = csv_selection(content) or embedded_metadata(content) or content
    if len(written) > MOST_WRITTEN:  # what JSON unpacks to can be thirty times as large
        return None
    try:
        read = read_json(written, most_values=MOST_TOKENS)
    except ValueError:  # no JSON, or none that we write
        return None
    if not isinstance(read, dict):
        return None
    _check_version(read)
    return read.get("selection")


def _check_version(read: dict[str, Any]) -> None:
    version = read.get("version", VERSION)
    if read.get("format") == FORMAT and version != VERSION:
        raise InputError(
            "This state file has version {version}; version {expected} is read. Open it with the program that wrote it: {program}.",
            version=str(version)[:20],
            expected=VERSION,
            program=str(read.get("program"))[:80],
        )
