"""The embedded multilingual model on the pages: offered, named by an address, loaded once for all visitors."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz.models.catalogue import MULTILINGUAL
from attention_viz.ui.work.caches import ask_for_model, loaded_model

APP = Path(__file__).parents[2] / "app.py"
NAME = "multilingual-e5-small, 4-bit weights"


@pytest.fixture(scope="module")
def _loaded() -> None:
    """In the cache of all sessions."""
    job = ask_for_model(MULTILINGUAL)
    while not job.keep_alive().done:
        threading.Event().wait(0.02)
    assert job.error is None


@pytest.mark.usefixtures("_loaded")
def test_an_address_opens_it_with_a_chinese_text_of_which_nothing_is_unknown() -> None:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params.update(model=MULTILINGUAL, text="那只动物没有过马路，它太累了。", layer="9", head="9")
    page.run()
    assert not page.exception
    assert page.session_state["in_use"] == MULTILINGUAL
    chosen = widget(page.selectbox, "model")
    assert chosen.value == MULTILINGUAL
    assert NAME in chosen.options
    assert not any("[UNK]" in each.value for each in (*page.warning, *page.info))


@pytest.mark.usefixtures("_loaded")
def test_visitors_share_one_copy_of_it() -> None:
    before = loaded_model(MULTILINGUAL)
    job = ask_for_model(MULTILINGUAL)
    while not job.keep_alive().done:
        threading.Event().wait(0.02)
    assert job.result is before is not None
