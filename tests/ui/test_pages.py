"""The app offers every file of pages/, and each says how it is used."""

from __future__ import annotations

from pathlib import Path

from attention_viz.ui.pages import PAGES

FILES = Path(__file__).parents[2] / "pages"


def test_every_page_is_offered_once_and_says_how_it_is_used() -> None:
    assert sorted(page.file for page in PAGES) == sorted(path.name for path in FILES.glob("*.py"))
    assert all(page.steps for page in PAGES)


def test_the_first_page_is_that_of_the_bare_address() -> None:
    assert PAGES[0].file == "explore.py"


def test_no_two_pages_keep_a_setting_under_one_name() -> None:
    names = [name for page in PAGES for name in page.settings]
    assert len(names) == len(set(names))
