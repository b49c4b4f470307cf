"""Beside: figures next to one another where there is room, else one below the other."""

from __future__ import annotations

STYLE = """<style>
.av-beside { display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: flex-start; }
.av-beside > * { min-width: 0; }
</style>"""


def beside(*figures: str) -> str:
    """These figures, side by side."""
    return f'<div class="av-beside">{"".join(figures)}</div>'
