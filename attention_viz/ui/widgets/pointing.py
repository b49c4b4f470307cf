"""Pointing: a click on a cell of a matrix, reported to the page. Widgets can do the same."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

_pointing = st.components.v2.component(
    "attention_pointing",
    js="""
export default function ({ data, setTriggerValue }) {
  const place = document.querySelector(data.where);
  if (!place) return;
  place.onclick = (event) => {
    const cell = event.target.closest(".av-number-table.numbers tbody td");
    if (!cell) return;
    const line = cell.parentElement;
    const caption = cell.closest("figure").querySelector("figcaption").firstChild;
    setTriggerValue("cell", {
      figure: caption.textContent.trim(),
      row: [...line.parentElement.children].indexOf(line),
      column: [...line.querySelectorAll("td")].indexOf(cell),
    });
  };
}
""",
)


def listen(where: str, key: str, on_point: Callable[[str, int, int], None]) -> None:
    """Call back with the caption, the row and the column (from 0) of a cell that is clicked, before the page runs again.

    where : a CSS selector of what holds the matrices
    """

    def report() -> None:
        cell = st.session_state.get(key, {}).get("cell")
        if isinstance(cell, dict) and all(type(cell.get(name)) is int for name in ("row", "column")):
            on_point(str(cell.get("figure")), cell["row"], cell["column"])

    _pointing(key=key, data={"where": where}, on_cell_change=report, height=0)
