"""Tables: small tables on the page, as HTML in which every token is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

STYLE = """<style>
.av-table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
.av-table caption { text-align: start; padding: 0 0 4px; font-weight: 600; }
.av-table th { text-align: start; font-weight: 400; opacity: .75; padding: 2px 6px 2px 0; }
.av-table td { padding: 2px 6px 2px 0; border-top: 1px solid rgb(128 128 128 / .25); overflow-wrap: anywhere; }
.av-table .number { text-align: end; white-space: nowrap; overflow-wrap: normal; }
.av-table th.number { white-space: normal; vertical-align: bottom; }
.av-table .token { font-family: ui-monospace, monospace; }
.av-table .bar { display: block; height: 3px; background: currentColor; opacity: .55; margin-top: 2px; }
@media (max-width: 640px) {
  .av-table .token { overflow-wrap: break-word; }
  .av-table .token bdi { display: inline-block; max-width: 12ch; }
}
</style>"""
"""On a phone a token of up to 12 characters stays in one piece."""

Cell = str | float


class Change(float):
    """A number that is printed with its sign."""


def table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    tokens: Sequence[int] = (),
    bar: int | Sequence[int] | None = None,
) -> str:
    """A captioned HTML table.

    rows   : text cells are escaped, numbers printed as they are read (see `number`)
    tokens : columns whose cells are tokens
    bar    : columns of numbers that get a bar, as long as the number's share of the largest one in all of them
    """
    bars = () if bar is None else (bar,) if isinstance(bar, int) else tuple(bar)
    longest = max((float(row[column]) for row in rows for column in bars), default=0.0)
    lines = [
        "".join(_cell(cell, column in tokens, longest if column in bars else 0.0) for column, cell in enumerate(row))
        for row in rows
    ]
    header = "".join(f'<th scope="col"{_align(rows, column)}>{escape(head)}</th>' for column, head in enumerate(heads))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'{STYLE}<table class="av-table"><caption>{escape(caption)}</caption><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table>'


def number(value: float) -> str:
    """A weight with four digits; what is smaller is said to be smaller."""
    if 0 < value < 0.00005:
        return "< 0.0001"
    return "0.0000" if -0.00005 < value <= 0 else f"{value:.4f}".replace("-", "\N{MINUS SIGN}")


def signed(value: float) -> str:
    """A change with four digits, its sign in front; one that rounds to nothing has none."""
    return "0.0000" if abs(value) < 0.00005 else f"{value:+.4f}".replace("-", "\N{MINUS SIGN}")


def _cell(cell: Cell, token: bool, longest: float) -> str:
    if isinstance(cell, str):
        return f'<td class="token"><bdi>{escape(cell)}</bdi></td>' if token else f"<td>{escape(cell)}</td>"
    shown = str(cell) if isinstance(cell, int) else signed(cell) if isinstance(cell, Change) else number(cell)
    bar = f'<span class="bar" style="width:{100 * cell / longest:.1f}%"></span>' if longest > 0 else ""
    return f'<td class="number">{escape(shown)}{bar}</td>'


def _align(rows: Sequence[Sequence[Cell]], column: int) -> str:
    return ' class="number"' if rows and not isinstance(rows[0][column], str) else ""
