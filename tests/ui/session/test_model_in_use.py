"""The model that is worked with while another one is fetched, fails, or is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hub_stand_in import Fault, HubStandIn
from streamlit.testing.v1 import AppTest

PATIENCE = 400
"""Looks at the page, 50 ms apart, before a model that was asked for must have come or failed."""


def script() -> None:
    import streamlit as st

    from attention_viz.ui.session import state
    from attention_viz.ui.session.model_in_use import model_in_use

    state.begin()
    st.text(f"in use: {model_in_use().name}")


@pytest.fixture
def page(hub: HubStandIn) -> AppTest:
    return AppTest.from_function(script, default_timeout=150).run()


def ask(page: AppTest, name: str) -> AppTest:
    """Ask for a model and look at the page until it no longer waits."""
    page.session_state["model"] = name
    for _ in range(PATIENCE):
        page.run()
        assert not page.exception
        if not page.get("progress"):
            return page
        threading.Event().wait(0.05)
    raise AssertionError("the page still waits")


def in_use(page: AppTest) -> str:
    return page.text[0].value.removeprefix("in use: ")


def test_a_model_of_the_hub_is_used_once_it_is_there(page: AppTest, hub: HubStandIn, tiny_bert_folder: Path) -> None:
    hub.add("someone/first", tiny_bert_folder)
    assert in_use(page) == "all-MiniLM-L6-v2"
    assert in_use(ask(page, "someone/first")) == "someone/first"


def test_a_model_that_fails_is_told_once_and_the_one_before_stays(page: AppTest, hub: HubStandIn) -> None:
    ask(page, "someone/nothing")
    assert in_use(page) == "all-MiniLM-L6-v2"
    assert "someone" in page.error[0].value
    asked = len(hub.asked)
    page.run()
    assert len(hub.asked) == asked
    assert page.session_state["model"] == "someone/nothing"


def test_a_failed_model_is_tried_again_when_asked(page: AppTest, hub: HubStandIn, tiny_bert_folder: Path) -> None:
    hub.add("someone/second", tiny_bert_folder)
    hub.faults.append(Fault("status", on="/api/models/*", status=500, times=20))
    ask(page, "someone/second")
    assert page.error
    hub.faults.clear()
    page.button[0].click().run()
    assert in_use(ask(page, "someone/second")) == "someone/second"


def test_a_folder_that_is_no_model_is_told(page: AppTest, tmp_path: Path) -> None:
    ask(page, str(tmp_path))
    assert "is empty" in page.error[0].value
    assert in_use(page) == "all-MiniLM-L6-v2"


def test_a_model_that_a_server_does_not_offer_is_refused_with_what_it_does_and_the_text_stays(
    page: AppTest, hub: HubStandIn, limited: Callable[[str], None], tmp_path: Path
) -> None:
    limited("[models]\nallowed = ['school/*']\n")
    page.session_state["text"] = "What was typed."
    for wanted in ("someone/first", str(tmp_path), "school/../someone/first"):
        ask(page, wanted)
        assert "school/*" in page.error[0].value.replace("\\", "")
        assert in_use(page) == "all-MiniLM-L6-v2"
        assert page.session_state["text"] == "What was typed."
    assert hub.asked == []
