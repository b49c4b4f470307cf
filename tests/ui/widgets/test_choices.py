"""Whatever a browser still sends of a widget that shows something else by now, the session keeps what was chosen last."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz.ui.widgets import choices


def page() -> None:
    """One picker, in the language of the session, and what else may change what it chooses."""
    import streamlit as st

    from attention_viz.ui.widgets.choices import chosen_as
    from attention_viz.ui.wording import say

    state = st.session_state
    if state.get("late") is not None:  # Streamlit calls what belongs to a changed widget before the page runs
        state.pop("late")()
    state.setdefault("language", "en")
    state.setdefault("layers", 6)
    names = [say("Layer") + f" {layer + 1}" for layer in range(state["layers"])]
    keyed = chosen_as("layer", range(state["layers"]), usual=0)
    state["callback"] = keyed["on_change"]
    st.selectbox("x", range(state["layers"]), format_func=names.__getitem__, **keyed)


@pytest.fixture
def app() -> AppTest:
    return run(AppTest.from_function(page, default_timeout=60))


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def layer(app: AppTest) -> tuple[Any, Any]:
    """What the session holds, and what the picker shows."""
    return app.session_state["layer"], widget(app.selectbox, "layer").value


def test_what_is_chosen_in_the_widget_is_taken_and_the_widget_stays_the_same(app: AppTest) -> None:
    key = widget(app.selectbox, "layer").key
    widget(app.selectbox, "layer").set_value(3)
    assert layer(run(app)) == (3, 3)
    assert widget(app.selectbox, "layer").key == key


def test_a_value_that_somebody_else_sets_is_shown_and_what_the_widget_before_still_sends_counts_for_nothing(
    app: AppTest,
) -> None:
    before = widget(app.selectbox, "layer").key
    stale = app.session_state["callback"]
    app.session_state["layer"] = 4
    assert layer(run(app)) == (4, 4)
    assert widget(app.selectbox, "layer").key != before
    app.session_state[before] = 2  # a message that was under way
    app.session_state["late"] = stale
    assert layer(run(app)) == (4, 4)


@pytest.mark.parametrize("value", ["Layer 3", "3", 9, None, -1])
def test_what_is_not_offered_is_not_taken(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit hands on the label that a browser sends, where no option has it."""
    session: dict[str, Any] = {}
    monkeypatch.setattr(streamlit, "session_state", session)
    keyed = choices.chosen_as("layer", range(6), usual=0)
    session[keyed["key"]] = value
    keyed["on_change"]()
    assert session["layer"] == 0
    session[keyed["key"]] = 5
    keyed["on_change"]()
    assert session["layer"] == 5


@pytest.mark.parametrize("changed", [{"language": "zh"}, {"layers": 4}])
def test_another_language_and_other_entries_are_another_widget_that_shows_the_same(
    app: AppTest, changed: dict[str, Any]
) -> None:
    widget(app.selectbox, "layer").set_value(3)
    run(app)
    key = widget(app.selectbox, "layer").key
    for name, value in changed.items():
        app.session_state[name] = value
    assert layer(run(app)) == (3, 3)
    assert widget(app.selectbox, "layer").key != key
