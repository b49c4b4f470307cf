"""What stands in the figures of a page: their numbers, read back out of the HTML."""

from __future__ import annotations

import re
from html import unescape

import numpy as np

FIGURE = re.compile(r"<figcaption>(.*?) ?<span.*?<tbody>(.*?)</tbody>", re.S)

CELL = re.compile(r'<td[^>]*>(?:<input[^>]*? value="([^"]*)"[^>]*>)?([^<]*)')
"""What is written in a cell, or stands in its box to type into."""


def numbers(html: str, name: str) -> np.ndarray:
    """The matrix of this caption, (row, column), as its cells are written; minus infinity where masked."""
    for caption, body in FIGURE.findall(html):
        if unescape(caption) == name:
            rows = [CELL.findall(row) for row in body.split("<tr")[1:]]
            rows = [[typed or written for typed, written in row] for row in rows]
            return np.array([[_number(unescape(cell)) for cell in row] for row in rows])
    raise AssertionError(f"no figure is called {name}")


def rows_of(html: str, caption: str) -> list[list[str]]:
    """The rows of a small table with this caption, as texts."""
    for table in re.findall(r"<table class=\"av-table\">(.*?)</table>", html, re.S):
        if unescape(re.findall(r"<caption>(.*?)</caption>", table)[0]) == caption:
            body = table[table.index("<tbody>") :]
            rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)
            return [
                [unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.findall(r"<td.*?</td>", row)] for row in rows
            ]
    raise AssertionError(f"no table is called {caption}")


def _number(text: str) -> float:
    if text == "−∞":
        return -np.inf
    return 0.0 if text.startswith(("<", ">")) else float(text)
