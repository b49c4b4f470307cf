"""The text that is read while another one is too long, or long in the reading."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz.ui.work.caches import jobs

SHORT = "The cat sat."


def script() -> None:
    import streamlit as st

    from attention_viz.ui.session import restore, state
    from attention_viz.ui.session.subject import choose_subject

    state.begin()
    restore.keep(lambda letter: None, {})
    subject = choose_subject()
    if subject is not None:
        st.text(f"read: {subject.look().text[:40]}")


@pytest.fixture
def page() -> AppTest:
    shown = AppTest.from_function(script, default_timeout=150)
    shown.session_state["text"] = SHORT
    return shown


def settle() -> None:
    for _ in range(4_000):
        if jobs().idle:
            return
        threading.Event().wait(0.01)
    raise AssertionError("the job did not end")


@pytest.mark.parametrize(
    ("long", "said"),
    [
        ("word " * 30, "This text has 150 characters; this server reads at most 140. Shorten it by 10."),
        ("word " * 40_001, "text has 200005 characters; at most 200000 are carried. Shorten it."),
        ("a " * 65, "67 tokens of this text; on this server it reads at most 64."),
    ],
)
def test_a_text_beyond_the_limit_stays_in_its_box_with_the_remedy_and_the_one_before_is_shown(
    page: AppTest, limited: Callable[[str], None], long: str, said: str
) -> None:
    limited("[text]\ncharacters = 140\ntokens = 64\n")
    assert page.run().text[0].value == f"read: {SHORT}"
    page.session_state["text"], page.session_state["overlong"] = long, "windows"
    page.run()
    assert not page.exception
    assert said in page.error[0].value.replace("\\", "")
    assert widget(page.text_area, "text").value == long
    assert page.text[0].value == f"read: {SHORT}"
    assert [each.label for each in page.toggle][-1].startswith("Read all of it"), "the way back to the first tokens"


def test_a_long_text_is_a_job_and_the_one_before_is_shown_meanwhile(page: AppTest) -> None:
    page.run()
    page.session_state["text"], page.session_state["overlong"] = "long " * 1_100, "windows"
    page.run()
    assert [each.label for each in page.button] == ["Analyse", "Stop"]
    assert page.text[0].value == f"read: {SHORT}"
    settle()
    assert page.run().text[0].value.startswith("read: long long")


def test_a_very_long_text_of_which_the_beginning_is_read_is_cut_in_a_job_too(page: AppTest) -> None:
    page.session_state["text"] = "long " * 20_000
    page.run()
    assert [each.label for each in page.button] == ["Analyse", "Stop"]
    settle()
    assert page.run().text[0].value.startswith("read: long long")
