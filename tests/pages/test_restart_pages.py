"""A server that has never met a visitor goes on where another one was, on every page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz.options import LIMITS
from attention_viz.selection import Selection
from attention_viz.ui import page as around
from attention_viz.ui.page import settings_of
from attention_viz.ui.pages import PAGES
from attention_viz.ui.session import restore
from attention_viz.ui.session.address import to_address
from attention_viz.ui.session.snapshot import Snapshot, read

APP = Path(__file__).parents[2] / "app.py"
FILES = ("explore", "anatomy", "heads", "flow", "without", "causes", "compare", "lessons")
LOOK = Selection(
    text="The river froze early.",
    second="It was cold.",
    layer=4,
    head=6,
    queries=(2,),
    off=((1, 2), (3, 4)),
    way="uniform",
    threshold=0.25,
    exclude=("special",),
)
KEPT = Snapshot(
    session="of another server",
    selection=LOOK,
    second="It was cold.",
    address=to_address(LOOK),
    settings={"compare_text": "The lake froze late.", "flow_section": "norms", "heads_groups": 5},
    serials={"live": 3, "live choices": 3, "switchboard": 2},
    answers={("masks", 0): 2},
    place=("masks", 0),
)


class Browser:
    """What the page says through its keeper. `says`: in the next run; as in a browser, each thing is heard once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.says: dict[str, Any] | None = None
        self.kept: list[Snapshot | None] = []
        self._mount = around._frame
        self.texts: dict[str, str] = {}
        monkeypatch.setattr(around, "_frame", self)
        monkeypatch.setattr(around, "_texts", lambda **named: self.texts.update(named["data"]))

    def __call__(self, **named: Any) -> Any:
        self._mount(**named)
        written = named["data"]["kept"]
        self.kept.append(read(written, self.texts, settings_of(PAGES)) if written else None)
        says, self.says = self.says, None
        return SimpleNamespace(kept=says)

    def give_back(self, snapshot: Snapshot, boxes: dict[str, str] | None = None, **said: Any) -> None:
        self.says = {"kept": snapshot.write(), "texts": snapshot.texts, "boxes": boxes or {}, "said": said}


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(monkeypatch)


def opened(page: str = "explore", address: dict[str, str] | None = None) -> AppTest:
    """The first run of a session on this page."""
    app = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in (address or {}).items():
        app.query_params[name] = value
    return well(app.switch_page(f"pages/{page}.py").run() if page != "explore" else app.run())


def well(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    assert not app.error, app.error
    return app


def looked_at(app: AppTest) -> Selection:
    """What a session looks at."""
    state = app.session_state
    names = ("text", "layer", "head", "queries", "off", "way", "threshold")
    return Selection(
        **{name: state[name] for name in names},
        exclude=tuple(state["exclude"]),
        second=state["second"] if state["pair"] else None,
    )


@pytest.mark.parametrize("page", FILES)
def test_all_that_was_chosen_comes_back_on_every_page(page: str, browser: Browser) -> None:
    browser.give_back(KEPT)
    app = opened(page)
    assert looked_at(app) == LOOK
    assert app.session_state["lessons answers"] == KEPT.answers
    assert {name: app.session_state[name] for name in KEPT.settings} == KEPT.settings
    if page != "lessons":
        assert app.text_area[0].value == LOOK.text


def test_a_page_keeps_what_its_session_took_over(browser: Browser) -> None:
    browser.give_back(KEPT)
    opened()
    assert replace(browser.kept[-1], session="", address=None, serials={}) == replace(
        KEPT, session="", address=None, serials={}
    )


def test_a_selection_that_cannot_be_is_told_by_the_page_and_not_kept(browser: Browser) -> None:
    app = AppTest.from_file(str(APP), default_timeout=150)
    app.session_state["model"] = "x" * (LIMITS["model"] + 1)
    app.run()
    assert not app.exception
    assert any("at most 500" in each.value for each in app.error), [each.value[-200:] for each in app.error]
    assert set(browser.kept) == {None}


def test_a_page_that_only_lost_its_connection_changes_nothing(browser: Browser) -> None:
    app = opened()
    app.session_state["text"] = "Something else."
    browser.give_back(browser.kept[-1], {"text": "not yet sent"})
    assert well(app.run()).session_state["text"] == "Something else."


def test_what_was_taken_over_is_not_taken_over_twice(browser: Browser) -> None:
    browser.give_back(KEPT)
    app = opened()
    app.session_state["text"] = "Something else."
    browser.give_back(KEPT)
    assert well(app.run()).session_state["text"] == "Something else."


def test_a_link_that_was_opened_since_comes_before_what_was_kept(browser: Browser) -> None:
    browser.give_back(KEPT)
    app = opened(address={"layer": "2", "head": "9"})
    assert (app.session_state["layer"], app.session_state["head"]) == (1, 8)
    assert app.session_state["text"] == LOOK.text


def test_an_address_that_is_one_run_behind_is_no_link(browser: Browser) -> None:
    browser.give_back(replace(KEPT, address=None), live={"layer": 0, "head": 1, "serial": 3})
    app = opened(address=to_address(LOOK))
    assert (app.session_state["layer"], app.session_state["head"]) == (0, 1)


def test_what_was_typed_and_chosen_while_no_server_listened_counts(browser: Browser) -> None:
    off = {"on": ["0-1"], "serial": 3}
    browser.give_back(KEPT, {"text": "Not yet sent."}, live={"layer": 1, "head": 2, "serial": 3}, switchboard=off)
    app = opened()
    expected = LOOK.at(text="Not yet sent.", layer=1, head=2, off=((0, 1),))
    assert looked_at(app) == expected
    assert app.session_state["switchboard serial"] == 3


def test_what_the_pickers_showed_until_then_does_not_undo_what_was_chosen_in_the_view(browser: Browser) -> None:
    browser.give_back(KEPT, live={"layer": 1, "head": 2, "serial": 3})
    app = opened()
    assert _head(well(app.run())) == (1, 2)
    widget(app.selectbox, "head").set_value(7)
    assert _head(well(app.run())) == (1, 7)


def _head(app: AppTest) -> tuple[int, int]:
    return app.session_state["layer"], app.session_state["head"]


def test_choices_that_the_other_server_had_overruled_do_not_come_back(browser: Browser) -> None:
    off = {"on": [], "serial": 2}
    browser.give_back(KEPT, live={"layer": 1, "head": 2, "serial": 2}, switchboard=off)
    assert looked_at(opened()) == LOOK


MADE_UP = [
    {},
    {"kept": KEPT.write(), "texts": {"text": 7}, "boxes": {}, "said": {}},
    {"kept": KEPT.write(), "texts": None, "boxes": {}, "said": {}},
    {"kept": 7, "texts": {}, "boxes": {}, "said": {}},
    {"kept": "{}", "texts": {}, "boxes": {}, "said": {}},
    {"kept": KEPT.write(), "texts": {}, "boxes": {"text": 7}, "said": {}},
    {"kept": KEPT.write(), "texts": {}, "boxes": None, "said": {}},
    {"kept": KEPT.write(), "texts": {}, "boxes": {}, "said": None},
    {"kept": KEPT.write(), "texts": {}, "boxes": {}, "said": {"live": {"serial": 3, "layer": "x"}}},
    {"kept": KEPT.write(), "texts": {}, "boxes": {}, "said": {"switchboard": {"serial": 3, "on": ["x"]}}},
    {"kept": json.dumps({"session": "a", "selection": {"layer": 10**9}}), "texts": {}, "boxes": {}, "said": {}},
]


def test_what_somebody_made_up_leaves_the_session_as_it_is(browser: Browser) -> None:
    app = opened()
    untouched = looked_at(app)
    for letter in MADE_UP:
        browser.says = letter
        assert looked_at(well(app.run())) == untouched
        assert restore.TAKEN_OVER not in app.session_state
