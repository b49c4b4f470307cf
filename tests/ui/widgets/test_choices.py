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

    from attention_viz.ui.widgets.choices import ask_what_was_seen, chosen_as
    from attention_viz.ui.wording import say

    state = st.session_state
    state.setdefault("language", "en")
    state.setdefault("layers", 6)
    names = [say("Layer") + f" {layer + 1}" for layer in range(state["layers"])]
    keyed = chosen_as("layer", range(state["layers"]), usual=0, shows="index")
    st.selectbox("x", range(state["layers"]), format_func=names.__getitem__, **keyed)
    ask_what_was_seen()


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


def test_what_is_chosen_in_the_widget_is_taken(app: AppTest) -> None:
    widget(app.selectbox, "layer").set_value(3)
    assert layer(run(app)) == (3, 3)


def test_a_value_that_somebody_else_sets_is_shown_by_the_same_widget(app: AppTest) -> None:
    app.session_state["layer"] = 4
    assert layer(run(app)) == (4, 4)
    widget(app.selectbox, "layer").set_value(0)
    assert layer(run(app)) == (0, 0), "what it showed before can be chosen again, once the browser has seen the other"


@pytest.mark.parametrize(("late", "seen", "kept"), [(0, False, 4), (0, True, 0), (2, False, 2)], ids=str)
def test_what_the_widget_showed_before_counts_once_the_browser_has_seen_what_it_was_told(
    late: int, seen: bool, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that was under way brings what the widget showed, and how much the browser had seen by then."""
    session: dict[str, Any] = {}
    monkeypatch.setattr(streamlit, "session_state", session)
    key = choices.chosen_as("layer", range(6), usual=0)["key"]
    session[key] = 0
    session["layer"] = 4
    keyed = choices.chosen_as("layer", range(6), usual=0)
    assert session[key] == 4
    session[choices.SEEN] = session[choices.TOLD] if seen else "another 7"
    session[key] = late
    keyed["on_change"]()
    assert session["layer"] == kept


@pytest.mark.parametrize(
    "sent", ["", "a", "a b c", "{token} x", "{token} -1", "{token} " + "9" * 5_000, "{token} ²", None, 7]
)
def test_whatever_is_sent_in_the_place_of_what_was_seen_is_nothing_seen(
    sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(streamlit, "session_state", session)
    key = choices.chosen_as("layer", range(6), usual=0)["key"]
    session |= {key: 0, "layer": 4}
    keyed = choices.chosen_as("layer", range(6), usual=0)
    token = session[choices.TOLD].split()[0]
    session[choices.SEEN] = sent.format(token=token) if isinstance(sent, str) else sent
    session[key] = 0
    keyed["on_change"]()
    assert session["layer"] == 4


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
def test_in_another_language_and_with_other_entries_it_shows_the_same(app: AppTest, changed: dict[str, Any]) -> None:
    widget(app.selectbox, "layer").set_value(3)
    run(app)
    for name, value in changed.items():
        app.session_state[name] = value
    assert layer(run(app)) == (3, 3)
