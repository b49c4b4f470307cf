"""Editing: a number that is typed into a cell of a matrix, reported to the page."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

_editing = st.components.v2.component(
    "attention_editing",
    js="""
export default function ({ data, setTriggerValue }) {
  const place = document.querySelector(data.where);
  if (!place) return;
  const at = (input) => `input[data-edit="${input.dataset.edit}"][data-row="${input.dataset.row}"][data-column="${input.dataset.column}"]`;
  let last = null;
  const entered = (event) => { if (event.target.matches("input[data-edit]")) last = event.target; };
  const changed = (event) => {
    const input = event.target;
    if (!input.matches("input[data-edit]")) return;
    setTriggerValue("cell", {
      name: input.dataset.edit,
      row: Number(input.dataset.row),
      column: Number(input.dataset.column),
      value: Number(input.value),  // an emptied cell is 0
    });
  };
  place.addEventListener("focusin", entered);
  place.addEventListener("change", changed);
  const renewed = new MutationObserver(() => {  // the picture was drawn anew: the cursor stays in its cell
    if (last && !last.isConnected && document.activeElement === document.body) place.querySelector(at(last))?.focus();
  });
  renewed.observe(place, { childList: true, subtree: true });
  return () => {
    place.removeEventListener("focusin", entered);
    place.removeEventListener("change", changed);
    renewed.disconnect();
  };
}
""",
)


def listen_to_edits(where: str, key: str, on_edit: Callable[[str, int, int, float], None]) -> None:
    """Call back with the matrix's name, the row and the column (from 0) and the number, before the page runs again.

    where : a CSS selector of what holds the matrices, drawn by `number_table` with `edit`
    """

    def report() -> None:
        cell = st.session_state.get(key, {}).get("cell")
        if is_edit(cell):
            on_edit(cell["name"], cell["row"], cell["column"], float(cell["value"]))

    _editing(key=key, data={"where": where}, on_cell_change=report, height=0)


def is_edit(cell: object) -> bool:
    """Whether what the browser sent names a cell and a finite number."""
    if not isinstance(cell, dict) or not isinstance(cell.get("name"), str):
        return False
    places, value = (cell.get("row"), cell.get("column")), cell.get("value")
    numbers = all(type(each) is int and each >= 0 for each in places) and type(value) in (int, float)
    return numbers and math.isfinite(value)  # type: ignore[arg-type]
