"""Every page says how it is used."""

from __future__ import annotations

from pathlib import Path

from attention_viz.ui.how_to import STEPS

PAGES = Path(__file__).parents[2] / "pages"


def test_every_page_has_its_steps_and_no_other_page_has() -> None:
    pages = {"" if path.stem == "explore" else path.stem for path in PAGES.glob("*.py")}
    assert set(STEPS) == pages
