"""Panels: matrices of one shape that are drawn side by side under one pointer, as bytes for the browser.

Layout as in frame.py: header length, header (JSON, padded with spaces), payload: the values of each panel as float32.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from attention_viz.errors import InputError
from attention_viz.view.frame import ALIGNMENT, read_header


@dataclass(frozen=True)
class Labelled:
    """The tokens along one side of a panel. labels: as they are shown; special: written more quietly."""

    labels: tuple[str, ...]
    special: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Panel:
    """One matrix.

    kind          : "weights" from 0 to 1, or a "difference" from -1 to 1
    values        : (row, column); NaN = there is no such pair of tokens
    queries, keys : of each row and each column
    """

    title: str
    kind: Literal["weights", "difference"]
    values: np.ndarray
    queries: Labelled
    keys: Labelled


def encode(panels: Sequence[Panel], about: Mapping[str, Any]) -> bytes:
    """The panels as bytes, the same for the same panels. about: what else the browser must know, as plain values."""
    payload = b"".join(panel.values.astype("<f4").tobytes() for panel in panels)
    header = {**about, "panels": [_plain(panel) for panel in panels]}
    header["name"] = hashlib.sha1(payload + json.dumps(header).encode(), usedforsecurity=False).hexdigest()[:16]
    written = json.dumps(header, separators=(",", ":"), sort_keys=True).encode("ascii")
    written += b" " * (-(len(written) + 4) % ALIGNMENT)
    return struct.pack("<I", len(written)) + written + payload


def decode(message: bytes) -> tuple[Panel, ...]:
    """The panels of such bytes; arrays are read-only views of them. Raises InputError for other bytes."""
    header, start = read_header(message)
    found = []
    for plain in header.get("panels", ()):
        rows, columns = len(plain["queries"]["labels"]), len(plain["keys"]["labels"])
        if len(message) < start + 4 * rows * columns:
            raise InputError("These {n} bytes hold fewer numbers than their header says.", n=len(message))
        values = np.frombuffer(message, "<f4", rows * columns, start).reshape(rows, columns)
        start += values.nbytes
        sides = (Labelled(tuple(each["labels"]), tuple(each["special"])) for each in (plain["queries"], plain["keys"]))
        found.append(Panel(plain["title"], plain["kind"], values, *sides))
    return tuple(found)


def _plain(panel: Panel) -> dict[str, Any]:
    sides = {"queries": panel.queries, "keys": panel.keys}
    plain = {name: {"labels": list(side.labels), "special": list(side.special)} for name, side in sides.items()}
    return {"title": panel.title, "kind": panel.kind, **plain}
