"""What a browser sends to the server through a component can be anything: it is taken as meant, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit
from hypothesis import example, given
from hypothesis import strategies as st
from texts import same_each_time
from value_claims import attention_of

from attention_viz import Selection, measures, patterns
from attention_viz.ui.ablation import switches
from attention_viz.ui.all_heads import head_table
from attention_viz.ui.all_heads.head_measures import HeadMeasures
from attention_viz.ui.page import settings_of
from attention_viz.ui.pages import PAGES
from attention_viz.ui.session import restore, state
from attention_viz.ui.session.snapshot import TEXTS, Snapshot
from attention_viz.ui.widgets import boards, live, pointing, toggles
from attention_viz.view.look import FIELDS

ATTENTION = attention_of("the cat sat")
"""2 layers of 1 head, 4 tokens."""
NUMBERS = st.one_of(
    st.integers(-2, 5),
    st.integers(),
    st.floats(),
    st.sampled_from([10**400, -(10**20), 2**63, True, False, "1", "9" * 5_000]),
)
PLAIN = st.none() | NUMBERS | st.text(max_size=6) | st.sampled_from(["1-1", "1-1-1", "-", "x-y", "0", "-1", "²"])
DEEP: Any = json.loads("[" * 400 + "]" * 400)
ANY = st.recursive(
    PLAIN | st.just(DEEP),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
NAMES = {
    "live": (*FIELDS, "serial"),
    "window": ("text", "layer", "head", "rows", "columns"),
    "toggles": ("on", "serial"),
    "cell": ("figure", "row", "column"),
}


def message(names: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Anything at all, or the right names with anything under them."""
    return ANY | st.fixed_dictionaries({}, optional=dict.fromkeys(names, ANY | st.lists(NUMBERS, max_size=3)))


many = same_each_time(50)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session without a server."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(streamlit, "session_state", state)
    return state


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Callable[[], None]]]:
    """What each component calls when the browser sends something, by the name of what it sends."""
    calls: dict[str, Callable[[], None]] = {}

    def mount(**given: Any) -> Any:
        calls.update({name[3:-7]: call for name, call in given.items() if name.startswith("on_")})
        return SimpleNamespace(get=lambda name: None)

    for module, name in (
        (live, "_view"),
        (live, "_feeder"),
        (boards, "_ranking"),
        (pointing, "_pointing"),
        (head_table, "_head_table"),
        (switches, "_switchboard"),
        (switches, "_masks"),
    ):
        monkeypatch.setattr(module, name, mount)
    return calls


@many
@example(look={"layer": 1, "queries": [2]}, window={}, known=True)
@given(look=message(NAMES["live"]), window=message(NAMES["window"]), known=st.booleans())
def test_the_live_view(
    look: Any, window: Any, known: bool, session: dict[str, Any], mounted: dict[str, Callable]
) -> None:
    session.clear()
    usual, chosen = Selection(head=0), []
    for _ in range(2):
        live.live_view(ATTENTION, usual, on_choose=chosen.append)
    serial = session["live serial"]
    if known and isinstance(look, dict):
        look["serial"] = session["live serial"]
    if known and isinstance(window, dict):
        window["text"] = "x"
    session["live"] = {"look": look, "window": window}
    mounted["look"]()
    mounted["window"]()
    assert all(within(each) for each in chosen)
    live.live_view(ATTENTION, chosen[-1] if chosen else usual, on_choose=chosen.append)
    meant = isinstance(look, dict) and look == {"layer": 1, "queries": [2], "serial": serial}
    assert chosen == [usual.at(layer=1, queries=(2,))] or not meant


def within(look: Selection) -> bool:
    """Everything is what a selection may hold: it can be written, and read again."""
    plain = json.loads(json.dumps(look.to_dict(), allow_nan=False))
    counted = all(number >= 0 for name in ("queries", "masked") for number in getattr(look, name))
    return (
        counted
        and Selection.from_dict(plain) == look
        and all(len(each) == 2 for n in ("kept", "off") for each in getattr(look, n))
    )


@many
@example(said=1, name="choose")
@example(said=0, name="open")
@example(said=2, name="open")
@given(said=message(()), name=st.sampled_from(["choose", "open"]))
def test_the_table_of_heads(said: Any, name: str, session: dict[str, Any], mounted: dict[str, Callable]) -> None:
    table, chosen = measures.table(ATTENTION), []
    found = HeadMeasures(table, tuple(patterns.labels(table, False)), np.zeros((len(table), 4, 4), np.uint8))
    head_table.show_head_table(found, 0, on_choose=chosen.append)
    session["head table"] = {name: said}
    mounted[name]()
    assert chosen == ([said] if type(said) is int and said in range(len(table)) else [])


@many
@given(said=message(()))
@example(said=[0, 1])
@example(said=["0", None])
@example(said=[9, 9])
def test_the_ranking_of_heads(said: Any, session: dict[str, Any], mounted: dict[str, Callable]) -> None:
    values, chosen = np.array([[0.1, 0.2], [0.3, np.nan]]), []
    boards.show_ranking(values, (0, 0), "", "ranking", lambda *head: chosen.append(head))
    for sent in ({}, {"chosen": said}):
        session["ranking"] = sent
        mounted["chosen"]()
    assert set(chosen) <= {(0, 0), (0, 1), (1, 0)}
    assert chosen == [(0, 1)] or said != [0, 1] or type(said[0]) is not int


@many
@example(said={"on": [3], "serial": 1}, key="switchboard")
@example(said={"on": [], "serial": 10**400}, key="masks")
@given(said=message(NAMES["toggles"]), key=st.sampled_from(["switchboard", "masks"]))
def test_the_switches_and_the_masks(said: Any, key: str, session: dict[str, Any], mounted: dict[str, Callable]) -> None:
    session.clear()
    show = {"switchboard": switches.switch_heads, "masks": lambda *given: switches.hide_tokens(*given, "[MASK]")}[key]
    show(ATTENTION, Selection())
    for sent in ({}, {"switched": said}):
        session[key] = sent
        mounted["switched"]()
    name = toggles.SETS[key]
    assert within(Selection().at(**{name: session.get(name, ())}))
    show(ATTENTION, switches.drop_absent(Selection().at(**{name: session.get(name, ())}), (1, 1), 4))


@many
@given(said=message(NAMES["cell"]))
def test_a_cell_that_is_pointed_at(said: Any, session: dict[str, Any], mounted: dict[str, Callable]) -> None:
    told: list[tuple[str, int, int]] = []
    pointing.listen("#x", "pointed", lambda *cell: told.append(cell))
    for sent in ({}, {"cell": said}):
        session["pointed"] = sent
        mounted["cell"]()
    assert all(type(row) is type(column) is int for _, row, column in told)


def test_what_was_pressed_and_pointed_at_is_taken(session: dict[str, Any], mounted: dict[str, Callable]) -> None:
    switches.switch_heads(ATTENTION, Selection())
    session["switchboard"] = {"switched": {"on": ["1-0", "0-0"], "serial": 3}}
    mounted["switched"]()
    assert (session["off"], session["switchboard serial"]) == (((0, 0), (1, 0)), 3)
    switches.hide_tokens(ATTENTION, Selection(), "[MASK]")
    session["masks"] = {"switched": {"on": ["2"], "serial": 1}}
    mounted["switched"]()
    assert (session["masked"], session["masks serial"]) == ((2,), 1)
    told: list[tuple[str, int, int]] = []
    pointing.listen("#x", "pointed", lambda *cell: told.append(cell))
    session["pointed"] = {"cell": {"figure": "A", "row": 1, "column": 2}}
    mounted["cell"]()
    assert told == [("A", 1, 2)]


LETTER = json.loads(Snapshot("another", Selection(text="x"), answers={("scores", 0): 1}, place=("scores", 1)).write())
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "selection": ANY | st.dictionaries(st.sampled_from(list(Selection().to_dict())), ANY, max_size=3),
        "settings": ANY | st.dictionaries(st.sampled_from(list(settings_of(PAGES))), ANY, max_size=3),
        "serials": ANY | st.dictionaries(st.sampled_from(["live", "masks", "live choices"]), ANY, max_size=3),
        **dict.fromkeys(("session", "pair", "address", "answers", "place", "else"), ANY),
    },
)
SAID = st.fixed_dictionaries(
    {}, optional={"live": message(NAMES["live"]), **dict.fromkeys(toggles.SETS, message(NAMES["toggles"]))}
)


@many
@given(
    kept=ANY | PARTS.map(lambda parts: json.dumps(LETTER | parts)),
    boxes=ANY | st.dictionaries(st.sampled_from(TEXTS), ANY, max_size=3) | st.just({}),
    texts=ANY | st.dictionaries(st.sampled_from(TEXTS), ANY, max_size=3) | st.just({}),
    said=ANY | SAID | st.just({}),
)
@example(kept=json.dumps(LETTER), texts={"text": "x"}, boxes={}, said={})
def test_what_a_page_kept(
    kept: Any, texts: Any, boxes: Any, said: Any, session: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamlit, "query_params", SimpleNamespace(to_dict=dict))
    session.clear()
    for name in state.FIELDS:
        session[name] = getattr(Selection(), name)
    session |= {"pair": False, "second": "", restore.SESSION: "this"}
    for letter in ({"kept": kept, "texts": texts, "boxes": boxes, "said": said}, kept):
        taken = restore.take_over(letter, settings_of(PAGES))
        assert within(state.selection())
        assert restore.snapshot(settings_of(PAGES)).write()
        assert taken or session[restore.SESSION] == "this"
    assert (kept, texts, boxes, said) != (json.dumps(LETTER), {"text": "x"}, {}, {}) or session["text"] == "x"
