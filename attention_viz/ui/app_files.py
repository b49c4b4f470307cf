"""The app's files: `app.py`, `pages/` and `.streamlit/`, at the top of a checkout, in `_app/` of an installed package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]
INSTALLED = PACKAGE / "_app"
"""Where pyproject.toml puts them when the package is built; a checkout has no such folder."""


def app_folder() -> Path:
    """Where do the app's files lie?"""
    return INSTALLED if INSTALLED.is_dir() else PACKAGE.parent
