"""The pictures of the house in docs/house.md, as the tests read them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def picture(of: str) -> tuple[str, list[str]]:
    """The first line of one picture in docs/house.md, and the lines of its rooms, from top to bottom."""
    text = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    found = re.search(rf"^```\n({of}/ .*?)^```", text, re.M | re.S)
    assert found, f"docs/house.md has no picture of {of}"
    header, *rows = found[1].splitlines()
    return header, rows
