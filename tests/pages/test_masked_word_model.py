"""The embedded masked-word model on the pages: words for each [MASK], tokens to hide, and whose model it is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz.models.catalogue import MASKED_WORD
from attention_viz.models.embedded import masked_word
from attention_viz.ui.work.caches import ask_for_model

APP = Path(__file__).parents[2] / "app.py"
TEXT = "She opened the door and walked into the [MASK]."


@pytest.fixture(scope="module")
def _loaded() -> None:
    """In the cache of all sessions."""
    job = ask_for_model(MASKED_WORD)
    while not job.keep_alive().done:
        threading.Event().wait(0.02)
    assert job.error is None


def opened(**address: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params.update(text=TEXT, **address)
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.warning)
    return " ".join([*(each.value for kind in kinds for each in kind), *(each.proto.body for each in page.get("html"))])


@pytest.mark.usefixtures("_loaded")
def test_an_address_opens_it_with_five_words_for_the_mask_and_says_who_made_it() -> None:
    page = opened(model=MASKED_WORD)
    chosen = widget(page.selectbox, "model")
    assert chosen.value == MASKED_WORD
    assert masked_word.NAMED.name in chosen.options
    assert "room" in shown(page)
    assert "made by attention" in shown(page).replace("\\", "")


def test_the_default_names_it_where_the_text_has_a_mask() -> None:
    assert MASKED_WORD in shown(opened()).replace("\\", "")


@pytest.mark.usefixtures("_loaded")
def test_one_click_reads_the_masked_text_with_it() -> None:
    page = opened()
    (offer,) = (button for button in page.button if masked_word.NAMED.name in button.label)
    offer.click().run()
    assert page.session_state["model"] == MASKED_WORD
    assert page.text_area[0].value == TEXT
    assert "room" in shown(page)
