"""The page and the browser agree on what is looked at, and nothing is sent twice."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from attention_viz.ui.widgets import live
from attention_viz.view import plan
from attention_viz.view.block import restore
from attention_viz.view.frame import decode
from attention_viz.view.look import NOTHING, Filters


def page() -> None:
    """A page with the view; what is chosen in it is kept in the session, as pages do."""
    import numpy as np
    import streamlit as st

    from attention_viz import Attention, Selection
    from attention_viz.ui.widgets.live import live_view

    state = st.session_state
    if state.get("says") is not None:  # what Streamlit does with what the browser says, before the page runs
        state["live"] = state.pop("says")
        state["heard"]()
    state.setdefault("chosen", Selection(layer=0, head=1))
    state.setdefault("n", 4)
    weights = np.random.default_rng(state["n"]).dirichlet(np.ones(state["n"]), size=(2, 3, state["n"]))
    attention = Attention.from_weights(weights, [f"t{position}" for position in range(state["n"])])

    def follow(chosen: Selection) -> None:
        state["chosen"] = chosen

    if not state.get("gone"):
        live_view(attention, state["chosen"], on_choose=follow)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    mount = live._view

    def mounted(**named: Any) -> Any:
        st.session_state["heard"] = named["on_look_change"]
        return mount(**named)

    monkeypatch.setattr(live, "_view", mounted)
    return run(AppTest.from_function(page, default_timeout=60))


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def sent(app: AppTest) -> dict[str, Any]:
    """What each component was given, by the name of the message; the view's own settings as "view"."""
    messages: dict[str, Any] = {}
    for element in app.get("bidi_component"):
        proto = element.proto
        if proto.WhichOneof("data") == "bytes":
            messages[decode(proto.bytes).name] = proto.bytes
        else:
            plain = json.loads(proto.json)
            messages[plain.get("name", "view")] = plain.get("message", plain)
    return messages


def choose(app: AppTest, **look: Any) -> None:
    """The browser reports a look that was chosen there."""
    app.session_state["says"] = {"look": {"view": "head", "serial": sent(app)["look"]["serial"]} | look}


def ask_for(app: AppTest, **chosen: Any) -> None:
    """The page itself looks at something else."""
    app.session_state["chosen"] = app.session_state["chosen"].at(**chosen)


def looked_at(app: AppTest) -> tuple[int, int]:
    return app.session_state["chosen"].layer, app.session_state["chosen"].head


def test_the_view_its_first_frame_and_the_look_are_mounted(app: AppTest) -> None:
    messages = sent(app)
    assert set(messages) == {"first", "look", "view"}
    assert messages["look"]["look"] | {"layer": 0, "head": 1} == messages["look"]["look"]
    assert messages["look"]["text"] == decode(messages["first"]).text
    assert set(json.loads(messages["view"]["appearance"])["palettes"]) == {"light", "dark"}


def test_the_frame_holds_the_weights(app: AppTest) -> None:
    (block,) = decode(sent(app)["first"]).blocks
    weights = np.random.default_rng(4).dirichlet(np.ones(4), size=(2, 3, 4)).reshape(6, 4, 4)
    np.testing.assert_allclose(restore(block.values, block.encoding), weights, atol=3.1e-5)


def test_what_is_chosen_in_the_browser_is_told_and_stays_while_the_page_asks_for_nothing_new(app: AppTest) -> None:
    choose(app, layer=1, head=2)
    assert looked_at(run(app)) == (1, 2)
    assert looked_at(run(app)) == (1, 2)


def test_pinned_tokens_kept_heads_and_filters_are_told_too(app: AppTest) -> None:
    chosen = {
        "queries": [3, 1],
        "kept": [[1, 2], [0, 0]],
        "average": "heads",
        "threshold": 0.25,
        "exclude": ["special"],
    }
    choose(app, layer=0, head=0, **chosen)
    run(app)
    told = app.session_state["chosen"]
    assert (told.queries, told.kept) == ((3, 1), ((1, 2), (0, 0)))
    assert (told.average, told.threshold, told.exclude) == ("heads", 0.25, ("special",))


def test_a_page_whose_pickers_follow_the_browser_asks_for_nothing_new(app: AppTest) -> None:
    choose(app, layer=1, head=2)
    serial = sent(run(app))["look"]["serial"]
    ask_for(app, layer=1, head=2)
    assert sent(run(app))["look"]["serial"] == serial
    assert looked_at(app) == (1, 2)


def test_what_is_chosen_in_the_browser_changes_neither_frames_nor_view_nor_the_serial_number(app: AppTest) -> None:
    before = sent(app)
    choose(app, layer=1, head=2)
    after = sent(run(app))
    assert after["first"] == before["first"]
    assert after["view"] == before["view"]
    assert after["look"]["serial"] == before["look"]["serial"]
    assert (after["look"]["look"]["layer"], after["look"]["look"]["head"]) == (1, 2)


def test_a_picker_on_the_page_has_the_last_word_over_what_the_browser_said_before(app: AppTest) -> None:
    choose(app, layer=1, head=2)
    serial = sent(run(app))["look"]["serial"]
    ask_for(app, head=0)
    messages = sent(run(app))
    assert looked_at(app)[1] == 0
    assert messages["look"]["serial"] == serial + 1
    assert looked_at(run(app))[1] == 0


def test_what_the_browser_says_before_it_saw_the_last_word_of_the_page_is_not_taken(app: AppTest) -> None:
    choose(app, layer=1, head=2, serial=sent(app)["look"]["serial"] - 1)
    assert looked_at(run(app)) == (0, 1)


def test_after_that_the_browser_is_heard_again(app: AppTest) -> None:
    ask_for(app, head=0)
    run(app)
    choose(app, layer=1, head=1)
    assert looked_at(run(app)) == (1, 1)


@pytest.mark.parametrize(
    "look",
    [
        {"layer": -1, "head": 0},
        {"layer": 0, "head": 10_000},
        {"layer": "1", "head": 0},
        {"layer": True, "head": 0},
        {"layer": 0.5, "head": 0},
        {"layer": None, "head": 0},
        {"layer": 0, "head": 0, "scale": "huge"},
        {"layer": 0, "head": 0, "exclude": "special"},
        {"layer": 0, "head": 0, "exclude": [["special"]]},
        {"layer": 0, "head": 0, "k": -3},
        {"layer": 0, "head": 0, "view": "a view of tomorrow"},
        {"layer": 0, "head": 0, "queries": [-1]},
        {"layer": 0, "head": 0, "kept": [[1]]},
        {"layer": 0, "head": 0, "renormalise": "yes"},
        {"layer": 0, "head": 0, "threshold": "0.1"},
    ],
    ids=str,
)
def test_a_look_that_cannot_be_is_not_taken(app: AppTest, look: dict[str, Any]) -> None:
    choose(app, **look)
    assert looked_at(run(app)) == (0, 1)


@pytest.mark.parametrize("state", [{}, {"look": None}, {"look": []}, {"look": {"serial": 1}}], ids=str)
def test_a_state_that_says_nothing_is_not_taken(app: AppTest, state: dict[str, Any]) -> None:
    app.session_state["says"] = state
    assert looked_at(run(app)) == (0, 1)


def test_a_page_that_comes_back_shows_what_was_looked_at(app: AppTest) -> None:
    choose(app, layer=1, head=2)
    run(app)
    app.session_state["gone"] = True
    run(app)
    app.session_state["gone"] = False
    assert looked_at(run(app)) == (1, 2)
    assert sent(app)["look"]["look"]["head"] == 2


def test_another_text_brings_another_frame_and_is_named_in_the_look(app: AppTest) -> None:
    before = sent(app)
    app.session_state["n"] = 5
    after = sent(run(app))
    assert after["look"]["text"] != before["look"]["text"]
    assert len(decode(after["first"]).tokens.keys) == 5


def test_digits_that_the_first_frame_lacks_follow_in_another(app: AppTest) -> None:
    app.session_state["n"] = 300
    messages = sent(run(app))
    assert decode(messages["first"]).blocks[0].encoding == "root8"
    assert decode(messages["rest"]).blocks[0].encoding == "root16"
    assert decode(messages["rest"]).text == messages["look"]["text"]


def ask(app: AppTest, **window: Any) -> None:
    """The browser asks to see a part of a long text sharper."""
    look = {"look": {"serial": sent(app)["look"]["serial"], "layer": 0, "head": 1}}
    app.session_state["says"] = look | {"window": {"text": sent(app)["look"]["text"]} | window}


def test_a_part_of_a_long_text_that_the_browser_asks_for_is_sent(app: AppTest) -> None:
    app.session_state["n"] = 900
    run(app)
    ask(app, layer=1, head=2, rows=[10, 90], columns=[500, 600])
    (block,) = decode(sent(run(app))["tile"]).blocks
    assert (block.heads, block.rows, block.columns, block.pool) == (((1, 2),), (10, 90), (500, 600), "exact")
    assert len(sent(run(app))["head"]) < 8_000_000


def test_a_part_of_a_mean_is_sent_too(app: AppTest) -> None:
    app.session_state["n"] = 900
    run(app)
    ask(app, layer=1, head=-1, rows=[10, 90], columns=[500, 600])
    (block,) = decode(sent(run(app))["tile"]).blocks
    assert (block.heads, block.pool) == (((1, -1),), "exact")


def test_small_pictures_that_take_long_follow_as_a_job_while_the_head_is_there(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "CELLS_AT_ONCE", 900 * 900)
    app.session_state["n"] = 900
    messages = sent(run(app))
    assert decode(messages["first"]).blocks == ()
    assert decode(messages["head"]).blocks[0].heads == ((0, 1),)
    ended = time.monotonic() + 60
    while "rest" not in messages and time.monotonic() < ended:
        messages = sent(run(app))
    (block,) = decode(messages["rest"]).blocks
    assert (len(block.heads), block.pool) == (6, "max")


def test_filters_of_a_pooled_text_are_asked_for_with_the_look_and_those_of_an_exact_one_are_not(app: AppTest) -> None:
    chosen = {"exclude": ["punctuation"], "renormalise": True}
    before = sent(app)
    choose(app, layer=0, head=1, **chosen)
    assert set(sent(run(app))) == {"first", "look", "view"}
    assert sent(app)["first"] == before["first"]
    app.session_state["n"] = 900
    run(app)
    choose(app, layer=0, head=1, **chosen)
    app.session_state["says"] |= {
        "window": {"text": sent(app)["look"]["text"], "layer": 0, "head": 1, "rows": [0, 9], "columns": [0, 9]}
    }
    messages = sent(run(app))
    filters = Filters(exclude=("punctuation",), renormalise=True)
    blocks = {name: decode(messages[name]).blocks for name in ("first", "small", "head", "tile")}
    assert {name: found[0].filters for name, found in blocks.items()} == {
        "first": NOTHING,
        "small": filters,
        "head": filters,
        "tile": filters,
    }
    choose(app, layer=0, head=1, exclude=[], renormalise=False)
    messages = sent(run(app))
    assert "small" not in messages
    assert decode(messages["head"]).blocks[0].filters == NOTHING


def test_a_link_of_a_long_text_is_ranked_by_the_server_and_of_a_short_one_in_the_browser(app: AppTest) -> None:
    choose(app, layer=0, head=1, queries=[3], keys=[1])
    assert "ranking" not in sent(run(app))
    app.session_state["n"] = 900
    run(app)
    choose(app, layer=0, head=1, queries=[700], keys=[3, 4], direction="both")
    messages = sent(run(app))
    ranking = messages["ranking"]
    assert ranking["text"] == messages["look"]["text"]
    assert (ranking["queries"], ranking["keys"], ranking["direction"]) == ([700], [3, 4], "both")
    weights = [weight for _, _, weight, _ in ranking["heads"]]
    assert len(weights) == 6
    assert weights == sorted(weights, reverse=True)
    choose(app, layer=0, head=1, keys=[])
    assert "ranking" not in sent(run(app))


@pytest.mark.parametrize(
    "window",
    [
        {},
        {"layer": 1, "head": 2, "rows": [10, 90]},
        {"layer": 9, "head": 2, "rows": [10, 90], "columns": [0, 9]},
        {"layer": 1, "head": 3, "rows": [10, 90], "columns": [0, 9]},
        {"layer": -2, "head": 0, "rows": [10, 90], "columns": [0, 9]},
        {"layer": True, "head": 0, "rows": [10, 90], "columns": [0, 9]},
        {"layer": 1, "head": 2, "rows": [90, 10], "columns": [0, 9]},
        {"layer": 1, "head": 2, "rows": [0, 10, 20], "columns": [0]},
        {"layer": 1, "head": 2, "rows": ["0", "10"], "columns": [0, 9]},
        {"layer": 1, "head": 2, "rows": [10, 90], "columns": [0, 9], "text": "another"},
    ],
    ids=str,
)
def test_a_part_that_cannot_be_is_not_sent(app: AppTest, window: dict[str, Any]) -> None:
    app.session_state["n"] = 900
    run(app)
    ask(app, **window)
    assert "tile" not in sent(run(app))
