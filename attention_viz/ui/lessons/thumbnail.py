"""Thumbnail: the small picture of each lesson, drawn once by `tests/lesson_pictures.py` with the lesson's own picture code."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "thumbnails"


@lru_cache(maxsize=64)
def thumbnail(name: str) -> str:
    """The small picture of a lesson as HTML; "" where it has none. What it shows is said in words beside it."""
    path = FOLDER / f"{name}.svg"
    if not path.is_file():
        return ""
    address = f"data:image/svg+xml;base64,{b64encode(path.read_bytes()).decode()}"
    return f'<img class="lesson-thumbnail" src="{address}" alt="" width="320" height="150">'
