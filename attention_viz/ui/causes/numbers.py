"""Numbers: the rows behind a picture, shown on demand and given as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

import streamlit as st

from attention_viz.export.csv_cell import guard
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.widgets.tables import Cell, table
from attention_viz.ui.wording import say

MOST_ROWS = 160
"""Rows that are shown; the file has all."""


def numbers(
    caption: str,
    heads: Sequence[str],
    rows: Callable[[], Sequence[Sequence[Cell]]],
    key: str,
    tokens: Sequence[int] = (),
) -> None:
    """A button with the table behind it, and one that writes all its rows into a file. rows: made where they are asked for"""
    with st.container(horizontal=True):
        drawer(say("Numbers"), f"{key}-numbers", lambda: _show(caption, heads, rows(), tokens))
        st.download_button(
            say("Download as CSV"),
            data=lambda: table_csv(heads, rows()),
            file_name=f"causes-{key}.csv",
            mime="text/csv",
            on_click="ignore",
            key=f"{key}-csv",
        )


def _show(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], tokens: Sequence[int]) -> None:
    st.html(table(caption, heads, rows[:MOST_ROWS], tokens=tokens))
    if len(rows) > MOST_ROWS:
        st.caption(say("{n} of {all} rows are shown; the file has all.", n=MOST_ROWS, all=len(rows)))


def table_csv(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The rows as a table: text guarded against being taken for a formula, numbers with 9 significant digits, as UTF-8 with
    a byte order mark, by which Excel recognises Chinese."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([guard(cell) if isinstance(cell, str) else f"{cell:.9g}" for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig", errors="replace")
