"""The address carries a look at a text, and nothing that does not fit is taken from it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from attention_viz import selection
from attention_viz.selection import Selection
from attention_viz.ui.session import address
from attention_viz.ui.session.address import CARRIED, from_address, link_to, to_address, unread_note
from attention_viz.vocabulary import AVERAGES, PAIRS, SCALES, SORTS, UNITS, VIEWS, WAYS

looks = st.builds(
    Selection,
    model=st.text(max_size=30),
    layer=st.integers(0, 50),
    head=st.integers(0, 50),
    view=st.sampled_from(VIEWS),
    scale=st.sampled_from(SCALES),
    units=st.sampled_from(UNITS),
    exclude=st.sampled_from([(), ("special",), ("punctuation",), ("special", "punctuation")]),
    renormalise=st.booleans(),
    queries=st.lists(st.integers(0, 511), max_size=4).map(tuple),
    kept=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4).map(tuple),
    pairs=st.sampled_from(PAIRS),
    average=st.sampled_from(AVERAGES),
    sort=st.sampled_from(SORTS),
    threshold=st.floats(0, 1),
    k=st.integers(1, 100),
    off=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=4).map(tuple),
    way=st.sampled_from(WAYS),
    masked=st.lists(st.integers(0, 511), max_size=4).map(tuple),
    language=st.sampled_from(["en", "zh"]),
)


@given(looks)
def test_what_an_address_carries_comes_back(look: Selection) -> None:
    fields = from_address(to_address(look))
    assert Selection().at(**fields) == look


def test_layer_and_head_count_from_one_in_the_address() -> None:
    assert to_address(Selection(layer=2, head=3)) == {"layer": "3", "head": "4"}
    assert from_address({"layer": "3", "head": "4"}) == {"layer": 2, "head": 3}


def test_a_link_that_is_cut_in_every_head_says_so_in_the_address() -> None:
    cuts = ((3, 1, 6, 2), (3, None, 6, 2), (None, None, 6, 7))
    assert to_address(Selection(cuts=cuts))["cuts"] == "4-2-7-3,4-all-7-3,all-all-7-8"
    assert from_address({"cuts": "4-2-7-3,4-all-7-3,all-all-7-8"}) == {"cuts": cuts}


def test_the_text_stays_out_of_the_address() -> None:
    address = to_address(Selection(text="secret", second="secret"))
    assert "secret" not in str(address)
    assert {"text", "second"}.isdisjoint(CARRIED)


def test_half_a_surrogate_pair_is_in_a_link_the_sign_for_what_cannot_be_read() -> None:
    assert link_to(Selection(text="a\ud800")).endswith("text=a%EF%BF%BD")


@pytest.mark.parametrize(
    "parameters",
    [
        {"layer": "0"},
        {"layer": "x"},
        {"head": "-1"},
        {"view": "<script>"},
        {"exclude": "a,b"},
        {"k": "1e3"},
        {"queries": "0"},
        {"queries": "x,0"},
        {"kept": "5"},
        {"kept": "5-9-1"},
        {"cuts": "4-2-7"},
        {"cuts": "4-2-7-all"},
        {"cuts": "0-2-7-3"},
        {"cuts": ",".join(["1-1-1-1"] * 257)},
        {"cut_way": "half"},
        {"off": "5"},
        {"off": ",".join(["1-1"] * 1_025)},
        {"way": "half"},
        {"masked": "0"},
        {"threshold": "nan"},
        {"threshold": "2"},
        {"average": "median"},
        {"other": "1"},
        {"model": "m" * 501},
    ],
)
def test_what_does_not_fit_is_left_out(parameters: dict[str, str]) -> None:
    assert from_address(parameters) == {}


@pytest.mark.parametrize(
    ("parameters", "read", "unread"),
    [
        ({"cuts": "4-2-7-3,4-2-7,all-all-7-8"}, {"cuts": ((3, 1, 6, 2), (None, None, 6, 7))}, "cuts=4-2-7"),
        ({"queries": "3,x"}, {"queries": (2,)}, "queries=x"),
        ({"keys": "0,2"}, {"keys": (1,)}, "keys=0"),
        ({"kept": "5-9,5-9-1"}, {"kept": ((4, 8),)}, "kept=5-9-1"),
        ({"off": "1-3,4,4-2"}, {"off": ((0, 2), (3, 1))}, "off=4"),
        ({"masked": "2,,"}, {"masked": (1,)}, None),
        ({"exclude": "special,all"}, {"exclude": ("special",)}, "exclude=all"),
        ({"layer": "x", "head": "2"}, {"head": 1}, "layer=x"),
        ({"queries": ""}, {}, None),
    ],
    ids=str,
)
def test_of_a_list_what_can_be_read_is_kept_and_what_cannot_is_named(
    parameters: dict[str, str], read: dict[str, Any], unread: str | None
) -> None:
    note = unread_note(parameters)
    assert from_address(parameters) == read
    assert (None if note is None else note.values["parts"]) == unread


def test_of_much_that_cannot_be_read_a_part_is_named() -> None:
    note = unread_note({"queries": "1,a,b,c", "off": ",".join(["1-1"] * 1_025)})
    assert note is not None
    assert note.values["parts"] == "queries=a, queries=b, queries=c, …"
    assert len(str(unread_note({"off": ",".join(["1-1"] * 1_025)}))) < 200


@given(st.dictionaries(st.sampled_from(CARRIED), st.text(max_size=40)))
def test_no_address_is_an_error(parameters: dict[str, str]) -> None:
    Selection().at(**from_address(parameters))


def stepping() -> None:
    """A page on which a button chooses another layer."""
    import streamlit as st

    from attention_viz.selection import Selection
    from attention_viz.ui.session.address import follow_address, keep_address

    follow_address()
    if st.button("Next"):
        st.session_state["layer"] += 1
    keep_address(Selection(layer=st.session_state["layer"], head=1))


@pytest.mark.parametrize(("gone_back", "layer"), [(False, 5), (True, 3)], ids=["a moment ago", "gone back to"])
def test_an_address_from_before_a_quick_click_does_not_undo_the_click_and_one_that_was_gone_back_to_does(
    gone_back: bool, layer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit says of a run whether the browser's buttons for back and forward led to it."""
    context = SimpleNamespace(is_history_navigation=False)
    monkeypatch.setattr(address, "get_script_run_ctx", lambda **_: context)
    page = AppTest.from_function(stepping)
    shown = {"layer": "4", "head": "2"}
    page.query_params.update(shown)
    page.run()
    assert page.session_state["layer"] == 3
    page.button[0].click().run()
    page.button[0].click().run()
    assert page.session_state["layer"] == 5
    page.query_params.clear()
    page.query_params.update(shown)
    context.is_history_navigation = gone_back
    page.run()
    assert page.session_state["layer"] == layer


def speaking() -> None:
    """A page whose language can be changed, with a look at a text and without."""
    import streamlit as st

    from attention_viz.selection import Selection
    from attention_viz.ui.session import lesson_place
    from attention_viz.ui.session.address import follow_address, keep_address, keep_language

    follow_address()
    st.session_state.setdefault("language", "zh")
    st.button("English", on_click=st.session_state.update, kwargs={"language": "en"})
    look, lesson = st.button("Look"), st.button("Lesson")
    if look:
        keep_address(Selection(layer=3, head=1, language=st.session_state["language"]))
    elif lesson:
        lesson_place.keep("masks", 1)
    else:
        keep_language()


def test_a_language_other_than_the_browsers_stands_in_the_address_of_every_page() -> None:
    page = AppTest.from_function(speaking)
    page.context = {"locale": "zh-CN"}
    assert "language" not in page.run().query_params
    page.button[0].click().run()
    assert dict(page.query_params) == {"language": "en"}
    page.button[1].click().run()
    assert dict(page.query_params) == {"layer": "4", "head": "2", "language": "en"}
    page.button[2].click().run()
    assert dict(page.query_params) == {"lesson": "masks", "step": "2", "language": "en"}


def test_however_many_entries_of_an_address_do_not_fit_few_are_looked_at_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(address, "_value", lambda name, entries: looked_at.append(name))
    parameters = {name: ",".join(["0-x"] * 1_000) for name in ("queries", "keys", "kept", "exclude", "cuts", "off")}
    assert from_address(parameters) == {}
    assert unread_note(parameters) is not None
    assert len(looked_at) < 6 * 70


def test_what_no_word_of_a_list_is_costs_no_look_at_all_options(monkeypatch: pytest.MonkeyPatch) -> None:
    assert from_address({"exclude": "wrong"}) == {}
    monkeypatch.setattr(selection, "get_type_hints", None)  # takes a hundred times as long as a look at one word
    assert from_address({"exclude": "wrong,special"}) == {"exclude": ("special",)}
