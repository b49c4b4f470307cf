"""Picture: a figure as a PNG, SVG or PDF file."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attention_viz.errors import SelectionError
from attention_viz.export.facts import PROGRAM

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("png", "svg", "pdf")
RANDOM_NAME = re.compile(rb'(\bid="|url\(#|href="#)([a-z]+[0-9a-f]{10})\b')
"""Where an SVG of matplotlib names clip paths, markers and pictures, anew each time."""


def picture(figure: Figure, kind: str, about: Mapping[str, Any] | None = None) -> bytes:
    """The figure as the bytes of a file; the same figure gives the same bytes, without a date.

    kind  : "png", "svg" or "pdf"
    about : goes into the file's description as JSON, see `facts`
    A PNG, and the heatmap's cells inside an SVG or PDF, have 300 dots per inch. Words stay text: they can be searched,
    copied and set anew, and the letters that they need are embedded. Raises SelectionError for another kind.
    """
    if kind not in KINDS:
        raise SelectionError(
            "There are no pictures of the kind {kind}; choose one of {choices}.", kind=kind, choices=", ".join(KINDS)
        )
    file = io.BytesIO()
    figure.savefig(
        file,
        format=kind,
        facecolor=figure.get_facecolor(),
        edgecolor="none",
        metadata=_metadata(kind, _title(figure), json.dumps(about or {"program": PROGRAM})),
    )
    return _steady(file.getvalue()) if kind == "svg" else file.getvalue()


def _title(figure: Figure) -> str:
    """The title over everything, else that of the first axes."""
    titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
    return next((title for title in titles if title), "")


def _metadata(kind: str, title: str, about: str) -> dict[str, Any]:
    if kind == "png":
        return {"Title": title, "Description": about, "Software": PROGRAM}
    if kind == "svg":
        return {"Title": title, "Description": about, "Creator": PROGRAM, "Date": None}
    return {"Title": title, "Keywords": about, "Creator": PROGRAM, "CreationDate": None}


def _steady(svg: bytes) -> bytes:
    """The same SVG with its random names numbered in the order in which they appear."""
    numbers: dict[bytes, bytes] = {}

    def number(found: re.Match[bytes]) -> bytes:
        return found[1] + numbers.setdefault(found[2], b"n%d" % len(numbers))

    return RANDOM_NAME.sub(number, svg)
