"""What breaks inside is told kindly, in the visitor's language, and without what was typed."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from catalogues import read_catalogue
from streamlit.testing.v1 import AppTest

from attention_viz.ui.server.error_page import show_unexpected_error
from attention_viz.ui.wording import LANGUAGES, catalogue

ROOT = Path(__file__).parents[3]
SECRET = "a sentence that nobody else reads"


def script() -> None:
    import streamlit as st

    from attention_viz.ui.server.error_page import show_unexpected_error
    from attention_viz.ui.session import state
    from attention_viz.ui.widgets.pickers import pick_text

    state.begin()
    pick_text()
    for broken in st.session_state["broken"]:
        show_unexpected_error(broken)


def page_with(*broken: Exception, language: str = "en") -> AppTest:
    page = AppTest.from_function(script)
    page.session_state["broken"] = broken
    page.session_state["language"] = language
    return page.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unexpected_error_is_told_in_the_language_of_the_visitor_and_what_was_typed_stays(language: str) -> None:
    page = page_with(KeyError(SECRET), language=language)
    page.text_area[0].set_value(SECRET).run()
    assert not page.exception
    (said,) = page.error
    assert SECRET not in said.value
    assert page.text_area[0].value == SECRET
    template = next(each.id for each in read_catalogue("zh") if each.id.startswith("Something in this program broke"))
    assert said.value.replace("\\", "") == (template if language == "en" else catalogue(language).gettext(template))
    page.session_state["broken"] = ()
    translated = catalogue(language).gettext("Try again")
    next(button for button in page.button if button.label == translated).click().run()
    assert not page.error
    assert page.text_area[0].value == SECRET


def test_too_little_memory_is_told_with_its_remedy_wherever_it_ran_out() -> None:
    page = page_with(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9"))
    assert "shorter text or a smaller model" in page.error[0].value


def test_several_in_one_run_are_all_told() -> None:
    page = page_with(ValueError("one"), TypeError("two"))
    assert not page.exception
    assert len(page.error) == 2


def test_the_app_tells_every_unexpected_error_in_this_way() -> None:
    assert runpy.run_path(str(ROOT / "app.py"))["app"]._on_script_error is show_unexpected_error
