"""What a page keeps of a session comes back as it was; what somebody made up is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outcomes import refused_only_where

from attention_viz.errors import AttentionVizError, InputError
from attention_viz.options import LIMITS
from attention_viz.selection import Selection
from attention_viz.ui.page import settings_of
from attention_viz.ui.pages import PAGES
from attention_viz.ui.session.snapshot import MOST_ANSWERS, MOST_CHARACTERS, SERIALS, Snapshot, read

SETTINGS = settings_of(PAGES)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
COUNTS = st.integers(0, 9_999)
KINDS = {bool: st.booleans(), int: st.integers(0, 9), float: st.floats(0, 1), str: TEXTS}
SELECTIONS = st.builds(
    Selection,
    text=TEXTS,
    second=st.none() | TEXTS,
    model=TEXTS,
    layer=COUNTS,
    head=COUNTS,
    queries=st.lists(COUNTS, max_size=3).map(tuple),
    off=st.lists(st.tuples(COUNTS, COUNTS), max_size=3).map(tuple),
    exclude=st.lists(st.sampled_from(["special", "punctuation"]), max_size=2).map(tuple),
    threshold=st.floats(0, 1),
)
SNAPSHOTS = st.builds(
    lambda second, selection, pair, **parts: Snapshot(
        second=second, selection=selection.at(second=second if pair else None), **parts
    ),
    pair=st.booleans(),
    session=TEXTS,
    selection=SELECTIONS,
    second=TEXTS,
    address=st.none() | st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3),
    settings=st.fixed_dictionaries(
        {}, optional={name: KINDS[each.kind].filter(each.fits) for name, each in SETTINGS.items() if not each.choices}
    ),
    serials=st.dictionaries(st.sampled_from(SERIALS), COUNTS, max_size=3),
    answers=st.dictionaries(st.tuples(TEXTS, COUNTS), COUNTS, max_size=3),
    place=st.none() | st.tuples(TEXTS, COUNTS),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PARTS = ("session", "selection", "pair", "address", "settings", "serials", "answers", "place")

SETTINGS = settings_of(PAGES)


@given(SNAPSHOTS)
def test_what_is_written_is_read_back(snapshot: Snapshot) -> None:
    assert read(snapshot.write(), snapshot.texts, SETTINGS) == snapshot


@given(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, JSON)))
def test_what_somebody_made_up_is_refused_or_is_a_snapshot(plain: Any) -> None:
    with refused_only_where(True):
        found = read(json.dumps(plain), {}, SETTINGS)
        assert read(found.write(), found.texts, SETTINGS) == found


@given(SNAPSHOTS, st.dictionaries(st.sampled_from(PARTS) | st.text(max_size=5), JSON, max_size=1))
def test_a_snapshot_with_one_part_made_up_is_refused_for_that_part_alone(snapshot: Snapshot, odd: Any) -> None:
    whole = json.loads(snapshot.write())
    with refused_only_where(not odd.keys().isdisjoint(PARTS)):
        found = json.loads(read(json.dumps(whole | odd), snapshot.texts, SETTINGS).write())
        assert {part: found.get(part) for part in PARTS if part not in odd} == {
            part: whole.get(part) for part in PARTS if part not in odd
        }


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[" * 100_000,
        "NaN",
        "{}",
        '{"session": 7}',
        '{"session": "a", "selection": {"layer": 0}}',
        '{"session": "a", "selection": {"unheard of": 7}}',
        '{"session": "a", "answers": [["masks", 0]]}',
        '{"session": "a", "answers": [["masks", -1, 1]]}',
        '{"session": "a", "place": ["masks", 1.5]}',
        '{"session": "a", "serials": {"live": 99999999999}}',
        json.dumps({"session": "a", "answers": [["a", step, 1] for step in range(MOST_ANSWERS + 1)]}),
        json.dumps({"session": "a", "address": {str(part): "" for part in range(101)}}),
        " " * (MOST_CHARACTERS + 1),
    ],
)
def test_what_is_too_long_or_of_another_kind_is_refused(written: str) -> None:
    with pytest.raises(AttentionVizError):
        read(written, {}, SETTINGS)


@pytest.mark.parametrize("text", ["x" * (LIMITS["text"] + 1), 7, None, ["x"]], ids=lambda text: str(text)[:9])
def test_a_text_that_is_none_or_too_long_is_refused(text: Any) -> None:
    with pytest.raises(InputError):
        read('{"session": "a"}', {"text": text}, SETTINGS)


def test_the_texts_travel_apart() -> None:
    whole = Snapshot("a", Selection(text="first", second="second"), "second", settings={"compare_text": "third"})
    assert not any(text in whole.write() for text in whole.texts.values())
    assert set(whole.texts.values()) == {"first", "second", "third"}


def test_the_longest_texts_still_fit_however_they_are_escaped() -> None:
    longest = "\U0001f600" * LIMITS["text"]
    snapshot = Snapshot("a", Selection(text=longest, second=longest), longest, settings={"compare_text": longest})
    assert read(snapshot.write(), snapshot.texts, SETTINGS) == snapshot


def test_a_session_in_which_nothing_was_chosen_takes_few_bytes() -> None:
    assert len(Snapshot("0123456789abcdef", Selection(text="A short sentence.")).write()) < 100


@pytest.mark.parametrize(
    ("name", "fits", "does_not"),
    [
        ("heads_groups", 8, 99),
        ("heads_groups", 1, "8"),
        ("heads_importance", True, 1),
        ("flow_residual", 0.5, 1.5),
        ("anatomy_temperature", 1.0, -1.0),
        ("compare", "heads", "of another version"),
        ("flow_section", "norms", "of another version"),
        ("compare_layer", 3, -1),
    ],
)
def test_a_setting_that_no_widget_takes_is_left_out(name: str, fits: object, does_not: object) -> None:
    for value, kept in ((fits, {name: fits}), (does_not, {})):
        written = json.dumps({"session": "a", "settings": {name: value, "of another version": 1}})
        assert read(written, {}, SETTINGS).settings == kept


def test_half_a_pair_of_a_character_becomes_the_sign_for_what_cannot_be_read() -> None:
    assert read('{"session": "a"}', {"second": "\ud83d"}, SETTINGS).second == "\ufffd"


def test_texts_that_stand_in_the_page_come_before_those_that_were_kept() -> None:
    kept = Snapshot("a", Selection(text="old", layer=3), settings={"heads_groups": 4})
    now = kept.typed({"text": "new", "compare_text": "other"})
    assert (now.selection.text, now.selection.layer, now.selection.second) == ("new", 3, None)
    assert now.settings == {"heads_groups": 4, "compare_text": "other"}
    assert kept.typed({"second": "two"}).selection.second == "two"
    with pytest.raises(InputError):
        kept.typed({"text": "x" * (LIMITS["text"] + 1)})
