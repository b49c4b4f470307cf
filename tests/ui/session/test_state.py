"""The state of a session holds what was typed, and a selection is built of it once."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def script() -> None:
    import streamlit as st

    from attention_viz.ui.session import state

    state.begin()
    if len(st.session_state["text"]) < 1_000:
        st.session_state["once"] = state.selection() is state.selection(text=st.session_state["text"])


def test_what_was_typed_is_never_taken_back() -> None:
    session = AppTest.from_function(script, default_timeout=60).run()
    session.session_state["text"] = "x" * 300_000
    session.session_state["model"] = "no/such-model"
    session.run()
    assert (len(session.session_state["text"]), session.session_state["model"]) == (300_000, "no/such-model")


def test_a_selection_is_built_once_as_long_as_nothing_changes() -> None:
    session = AppTest.from_function(script, default_timeout=60).run()
    assert session.session_state["once"]


def pinning() -> None:
    import streamlit as st

    from attention_viz.ui.session import state

    state.begin()
    tokens = st.session_state["text"].split()
    state.settle_pinned(state.selection(), tokens, tokens)


def test_of_another_text_a_pin_stays_where_its_token_stands_and_an_example_brings_its_own() -> None:
    session = AppTest.from_function(pinning, default_timeout=60)
    for name, value in {"text": "the cat sat", "queries": (1, 2), "keys": (0,)}.items():
        session.session_state[name] = value
    session.run()
    pinned = lambda: (session.session_state["queries"], session.session_state["keys"])  # noqa: E731
    assert pinned() == ((1, 2), (0,))
    session.session_state["text"] = "the cat ran off"
    session.run()
    assert pinned() == ((1,), (0,))
    session.session_state["text"] = "the dog ran"
    session.run()
    assert pinned() == ((), ())  # a key that nobody reads is none


def test_a_cut_link_stays_where_both_its_tokens_stand_and_how_many_went_is_told_while_the_text_is_there() -> None:
    session = AppTest.from_function(cutting, default_timeout=60)
    session.session_state["text"] = "the cat sat"
    session.session_state["cuts"] = ((None, None, 1, 0), (3, 1, 2, 0))
    session.run()
    assert session.session_state["told"] == 0
    for text, cuts, gone in (
        ("the cat ran", ((None, None, 1, 0),), 1),
        ("the cat ran", ((None, None, 1, 0),), 1),
        ("a", (), 1),
    ):
        session.session_state["text"] = text
        session.run()
        assert (session.session_state["cuts"], session.session_state["told"]) == (cuts, gone)
    session.session_state["text"] = "a b"
    session.run()
    assert session.session_state["told"] == 0


def cutting() -> None:
    import streamlit as st

    from attention_viz.ui.session import state

    state.begin()
    tokens = st.session_state["text"].split()
    state.settle_pinned(state.selection(), tokens, tokens)
    st.session_state["told"] = state.cuts_gone()
