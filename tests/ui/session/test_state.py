"""The state of a session holds what a Selection can have, whatever a browser sends."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def script() -> None:
    from attention_viz.ui.session import state

    state.begin()


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("layer", 2, "4"),
        ("head", 0, "12"),
        ("units", "words", "\u5b57\u8bcd"),
        ("part", "self", "Encoder reads itself"),
    ],
)
def test_a_label_in_the_place_of_a_value_is_taken_back(field: str, value: object, label: str) -> None:
    """Streamlit hands on the label that a browser sends where no option has it: after a change of language or of model."""
    session = AppTest.from_function(script, default_timeout=60).run()
    session.session_state[field] = value
    session.run()
    session.session_state[field] = label
    session.run()
    assert not session.exception
    assert session.session_state[field] == value


def test_what_was_typed_is_never_taken_back() -> None:
    session = AppTest.from_function(script, default_timeout=60).run()
    session.session_state["text"] = "x" * 300_000
    session.session_state["model"] = "no/such-model"
    session.run()
    assert (len(session.session_state["text"]), session.session_state["model"]) == (300_000, "no/such-model")
