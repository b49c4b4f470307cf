"""One look at one text goes out to files and comes back the same; nothing else gets in."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outcomes import refused_only_where

from attention_viz import Selection
from attention_viz.errors import SelectionError
from attention_viz.options import LIMITS
from attention_viz.vocabulary import AVERAGES, CUT_SCOPES, CUT_WAYS, LANGUAGES, PAIRS, SCALES, SORTS, UNITS, VIEWS, WAYS

TEXT = st.text(max_size=50)
SELECTIONS = st.builds(
    Selection,
    model=TEXT,
    text=TEXT,
    second=st.none() | TEXT,
    layer=st.integers(0, 9_999),
    head=st.integers(0, 9_999),
    view=st.sampled_from(VIEWS),
    scale=st.sampled_from(SCALES),
    units=st.sampled_from(UNITS),
    exclude=st.lists(st.sampled_from(["special", "punctuation"]), unique=True).map(tuple),
    renormalise=st.booleans(),
    queries=st.lists(st.integers(0, 511), max_size=5).map(tuple),
    kept=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=5).map(tuple),
    pairs=st.sampled_from(PAIRS),
    average=st.sampled_from(AVERAGES),
    sort=st.sampled_from(SORTS),
    threshold=st.floats(0, 1),
    k=st.integers(1, 1_000),
    cuts=st.lists(
        st.tuples(
            st.none() | st.integers(0, 50), st.none() | st.integers(0, 50), st.integers(0, 511), st.integers(0, 511)
        ),
        max_size=5,
    ).map(tuple),
    cut_way=st.sampled_from(CUT_WAYS),
    cut_scope=st.sampled_from(CUT_SCOPES),
    off=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=5).map(tuple),
    way=st.sampled_from(WAYS),
    masked=st.lists(st.integers(0, 511), max_size=5).map(tuple),
    language=st.sampled_from(LANGUAGES),
)
NAMES = [each.name for each in dataclasses.fields(Selection)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(SELECTIONS)
def test_a_selection_comes_back_from_a_file_as_it_went(selection: Selection) -> None:
    assert Selection.from_dict(json.loads(json.dumps(selection.to_dict()))) == selection


def test_files_count_from_one_and_python_from_zero() -> None:
    plain = Selection(layer=2, head=3).to_dict()
    assert (plain["layer"], plain["head"]) == (3, 4)
    pinned = Selection(queries=(0, 7), kept=((2, 0),))
    assert (pinned.to_dict()["queries"], pinned.to_dict()["kept"]) == ([1, 8], [[3, 1]])
    assert Selection.from_dict({"layer": 3, "head": 4}) == Selection(layer=2, head=3)


def test_what_is_not_said_has_its_default() -> None:
    assert Selection.from_dict({}) == Selection()


@given(SELECTIONS, st.dictionaries(st.sampled_from(NAMES) | TEXT, JSON, max_size=2))
def test_any_file_gives_a_selection_or_a_sentence_about_what_is_odd_in_it(
    usual: Selection, odd: dict[str, Any]
) -> None:
    plain = usual.to_dict() | odd
    with refused_only_where(bool(odd)):
        selection = Selection.from_dict(plain)
        assert Selection.from_dict(selection.to_dict()) == selection
        assert selection.to_dict() == plain


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({"layer": 0}, "layer is 0; choose a whole number from 1"),
        ({"layer": 1.0}, "layer is 1.0"),
        ({"head": True}, "head is True"),
        ({"head": "3"}, "head is '3'"),
        ({"k": 0}, "k is 0; choose a whole number from 1 to 1000"),
        ({"k": 10**9}, "1000"),
        ({"view": "walls"}, "view is walls; choose one of sentence, head, lines, text, layer"),
        ({"queries": [0]}, "queries is 0; choose a whole number from 1 to 10000000"),
        ({"queries": 3}, "queries cannot be 3"),
        ({"queries": [1] * 65}, "queries cannot be"),
        ({"kept": [[1]]}, "kept cannot be"),
        ({"kept": [1, 2]}, "kept cannot be"),
        ({"kept": [[0, 1]]}, "kept is 0; choose a whole number from 1"),
        ({"threshold": 1.5}, "threshold cannot be 1.5"),
        ({"threshold": float("nan")}, "threshold cannot be nan"),
        ({"average": "mean"}, "average is mean"),
        ({"pairs": "AC"}, "pairs is AC"),
        ({"sort": "size"}, "sort is size"),
        ({"language": "la"}, "language is la"),
        ({"scale": None}, "scale cannot be None"),
        ({"units": ["words"]}, "units cannot be"),
        ({"exclude": "special"}, "exclude cannot be"),
        ({"exclude": [1]}, "exclude cannot be"),
        ({"renormalise": 1}, "renormalise cannot be 1"),
        ({"text": 7}, "text cannot be 7"),
        ({"text": None}, "text cannot be None"),
        ({"layers": 3}, "layers is not part of a selection"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(plain: dict[str, Any], said: str) -> None:
    with pytest.raises(SelectionError, match=said):
        Selection.from_dict(plain)


@pytest.mark.parametrize("name", LIMITS)
def test_a_text_over_its_limit_is_refused_and_never_cut(name: str) -> None:
    longest = "x" * LIMITS[name]
    assert Selection.from_dict({name: longest}).to_dict()[name] == longest
    with pytest.raises(SelectionError, match=f"{name} has {LIMITS[name] + 1} characters"):
        Selection.from_dict({name: longest + "x"})


@pytest.mark.parametrize(
    "plain", [{"view": "x" * 10**6}, {"x" * 10**6: 1}, {"exclude": ["x"] * 10**6}, {"k": "9" * 10**6}]
)
def test_a_refusal_stays_short_whatever_was_given(plain: dict[str, Any]) -> None:
    with pytest.raises(SelectionError) as refusal:
        Selection.from_dict(plain)
    assert len(str(refusal.value)) < 300


def test_a_selection_cannot_be_changed_only_made_anew() -> None:
    selection = Selection(text="sun", layer=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        selection.layer = 2  # type: ignore[misc]
    assert selection.at(layer=2, exclude=()) == Selection(text="sun", layer=2)
    assert selection.layer == 1


def test_an_empty_exclusion_stays_empty() -> None:
    assert Selection.from_dict({"exclude": []}).exclude == ()
    assert Selection(second="").to_dict()["second"] == ""


def test_selections_can_be_keys_of_a_cache() -> None:
    assert {Selection(text="a"): 1}[Selection(text="a")] == 1
