"""File name: what a downloaded file is called."""

from __future__ import annotations

import re

from attention_viz.attention import Attention
from attention_viz.export.picture import KINDS
from attention_viz.selection import Selection

LONGEST_MODEL = 60
"""Characters of the model's name that are kept."""


def file_name(attention: Attention, selection: Selection, kind: str) -> str:
    """Under which name is this kept? Say "attention_all-MiniLM-L6-v2_layer-3_head-4_lines.png", counted from 1.

    kind : the ending: "png", "svg", "pdf", "csv" for what is looked at, "npz" for the whole text (no layer, no head)
    Only ASCII letters, digits, "-", "_" and "." are used, so that every system takes it.
    """
    parts = ["attention", _model(attention.model)]
    if kind != "npz":
        places = zip(("layer", "head"), selection.place, strict=True)
        parts += [f"{name}-{index + 1}" for name, index in places if index is not None]
        parts += ["mean"] * selection.is_mean
        if kind in KINDS:
            parts += _picture(selection)
    return f"{'_'.join(parts)}.{_safe(kind)}"


def _picture(selection: Selection) -> list[str]:
    """What is drawn for print; nothing is said of heatmaps. A sentence is printed as its coloured text."""
    match selection.view:
        case "lines":
            several = not selection.is_mean and len(selection.lined) > 1
            return [f"lines-of-{len(selection.lined)}-heads" if several else "lines"]
        case "sentence" | "text":
            return ["text"]
    return []


def heads_name(attention: Attention) -> str:
    """Under which name is the table of all heads kept? Say "heads_all-MiniLM-L6-v2.csv"."""
    return f"heads_{_model(attention.model)}.csv"


def _model(name: str) -> str:
    """The last part of a hub id or of a folder."""
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    return _safe(last)[:LONGEST_MODEL].strip("-.") or "model"


def _safe(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")
