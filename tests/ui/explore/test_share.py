"""What somebody saved or sent opens the same view: link and file."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz import Selection
from attention_viz.export import state_file
from attention_viz.ui.session.address import link_to

APP = Path(__file__).parents[3] / "app.py"
LOOK = Selection(
    text="Rain & snow? 100 % +1 雨",
    second="A b.",
    layer=2,
    head=5,
    view="lines",
    queries=(3, 1),
    kept=((0, 4),),
    exclude=("special",),
    pairs="AB",
    threshold=0.04,
    k=5,
    units="words",
    language="zh",
)


def drawer() -> None:
    """A page with the drawer open."""
    import numpy as np
    import streamlit as st

    from attention_viz import Attention
    from attention_viz.ui.explore.share import offer_sharing
    from attention_viz.ui.session import state
    from attention_viz.ui.session.address import keep_address

    state.begin()
    st.session_state["seen"] = look = state.selection()
    offer_sharing(Attention.from_weights(np.eye(1), ["a"]), look)
    keep_address(look)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(drawer, default_timeout=60)


def opened(app: AppTest, name: str, content: bytes) -> AppTest:
    app.get("file_uploader")[0].upload(name, content, "application/octet-stream")
    return run(app)


def test_a_link_opens_the_same_view_and_its_text_leaves_the_address(app: AppTest) -> None:
    for name, value in parse_qsl(link_to(LOOK)):
        app.query_params[name] = value
    run(app)
    assert app.session_state["seen"] == LOOK
    assert {"text", "second"}.isdisjoint(app.query_params)
    app.session_state["text"] = "Another one."
    run(app)
    assert app.session_state["seen"] == LOOK.at(text="Another one.")
    assert "Another" not in str(app.query_params)


def test_a_link_is_offered_with_all_that_is_chosen(app: AppTest) -> None:
    app.session_state["text"], app.session_state["view"] = "Rain?", "text"
    run(app)
    (link,) = app.get("bidi_component")
    query = dict(parse_qsl(json.loads(link.proto.json)["query"]))
    assert (query["text"], query["view"], query["language"]) == ("Rain?", "text", "en")


@pytest.mark.parametrize("text", ["word " * 500, "雨" * 250], ids=["long", "Chinese"])
def test_a_text_too_long_for_a_link_is_referred_to_the_state_file(app: AppTest, text: str) -> None:
    app.session_state["text"] = text
    run(app)
    assert not app.get("bidi_component")
    assert any("Save a state file" in caption.value for caption in app.caption)


def test_a_text_too_long_in_an_address_is_told_and_not_taken(app: AppTest) -> None:
    app.query_params["text"], app.query_params["layer"] = "x" * 2_001, "3"
    run(app)
    assert "at most 2,000 are read" in app.error[0].value.replace("\\", "")
    assert "text" not in app.query_params
    assert (app.session_state["seen"].layer, app.session_state["seen"].text[:10]) == (2, "The animal")
    app.session_state["text"] = "Rain."
    assert not run(app).error


def test_a_state_file_opens_the_same_view(app: AppTest) -> None:
    opened(run(app), "state.json", state_file(LOOK))
    assert app.session_state["seen"] == LOOK
    assert not app.error
    assert {"text", "second"}.isdisjoint(app.query_params)


@pytest.mark.parametrize("content", [b"", b"hello", b'{"selection": {"layer": 0}}', b"PK\x03\x04", b"\x80\x04]."])
def test_another_file_is_told_and_nothing_changes(app: AppTest, content: bytes) -> None:
    before = run(app).session_state["seen"]
    opened(app, "state.json", content)
    assert len(app.error) == 1
    assert app.session_state["seen"] == before
    opened(app, "state.json", state_file(LOOK))
    assert app.session_state["seen"] == LOOK
    assert not app.error


def test_the_whole_page_opens_a_link_with_its_pair_and_pins() -> None:
    page = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in parse_qsl(link_to(LOOK)):
        page.query_params[name] = value
    run(page)
    assert page.text_area[0].value == LOOK.text
    assert widget(page.text_area, "second").value == LOOK.second
    assert page.session_state["queries"] == (3, 1)
    assert page.query_params["queries"] in ("4,2", ["4,2"])
