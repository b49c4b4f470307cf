"""What the component of all heads is given: every label and measure named, plain numbers, no more than there are."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from attention_viz import Attention, Tokens
from attention_viz.errors import Message
from attention_viz.measures import COLUMNS, Link
from attention_viz.patterns import NAMES, Label
from attention_viz.ui.all_heads import head_measures, head_table
from attention_viz.ui.all_heads.head_measures import HeadMap
from attention_viz.view.block import restore


def test_every_pattern_and_every_column_has_a_name_for_the_screen() -> None:
    assert tuple(head_table.PATTERNS) == NAMES
    assert set(head_table.SHARES) <= set(head_table.MEASURES) <= {*COLUMNS, "importance"}
    assert all(isinstance(each, Message) for each in (*head_table.PATTERNS.values(), *head_table.MEASURES.values()))


LINK = Link(8, 2, ("it", "animal"), 0.684)


def test_a_head_is_called_by_its_pattern_or_else_by_its_strongest_link() -> None:
    assert head_table.in_brief(Label("sep", "", {"sep": 0.634})) == "mostly [SEP]"
    assert head_table.in_brief(Label("mixed", "", {"sep": 0.2}, LINK, "sep")) == "it → animal"
    assert head_table.in_brief(Label("mixed", "", {"sep": 0.2})) == "mixed"


@pytest.mark.parametrize(
    ("label", "number"),
    [
        (Label("sep", "", {"sep": 0.634}), "0.63"),
        (Label("broad", "", {"entropy": 3.0, "uniform_entropy": 4.0}), "0.75"),
        (Label("block", "", {"own_segment": 0.95, "other_segment": 0.05}), "0.95"),
        (Label("mixed", "", {"sep": 0.2, "entropy": 1.0}), ""),
        (Label("mixed", "", {"sep": 0.2, "entropy": 1.0}, LINK, "sep"), "0.68"),
    ],
)
def test_a_badge_shows_the_number_that_fired_the_rule(label: Label, number: str) -> None:
    assert head_table.badge(label) == number


def test_the_facts_are_json_without_nan_and_the_pictures_are_the_weights(attention: Attention) -> None:
    found = head_measures._measure(attention, None)
    given = head_table.table_data(found, None, None)
    assert "NaN" not in json.dumps(given, allow_nan=False)
    assert given["names"] == ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3"]
    assert given["map"] is None
    assert given["columns"]["entropy"] == pytest.approx(found.table.columns["entropy"].tolist(), abs=1e-6)
    pictures = np.frombuffer(base64.b64decode(given["pictures"]), dtype=np.uint8).reshape(6, *given["size"])
    weights = np.concatenate([attention.weights(layer) for layer in range(2)])
    assert restore(pictures, "root8") == pytest.approx(weights, abs=8e-3)


def test_measures_without_a_meaning_are_left_empty(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(5), size=(1, 2, 4))
    crossed = Attention.from_weights(weights, ["a", "b", "c", "d"], ["v", "w", "x", "y", "z"])
    given = head_table.table_data(head_measures._measure(crossed, None), None, None)
    assert given["columns"]["previous"] == [None, None]
    assert "previous" not in given["shares"]
    assert "cls" in given["shares"]


def test_the_other_text_is_a_share_of_pairs_alone(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(4), size=(1, 2, 4))
    one = Tokens.plain(["a", "b", "c", "d"])
    pair = Tokens(**{**one.__dict__, "segments": (0, 0, 1, 1)})
    for tokens, there in ((one, False), (pair, True)):
        given = head_table.table_data(head_measures._measure(Attention.from_weights(weights, tokens), None), None, None)
        assert ("other_segment" in given["columns"]) == ("other_segment" in given["shares"]) == there


def test_importance_stands_in_the_order_of_the_rows(attention: Attention) -> None:
    given = head_table.table_data(head_measures._measure(attention, None), None, np.arange(6.0).reshape(2, 3))
    assert given["columns"]["importance"] == [0, 1, 2, 3, 4, 5]


def test_the_map_groups_no_more_heads_than_there_are(attention: Attention) -> None:
    head_map = head_measures._map(attention, None)
    assert isinstance(head_map, HeadMap)
    assert np.diagonal(head_map.distances) == pytest.approx(0, abs=1e-6)
    given = head_table.table_data(head_measures._measure(attention, None), (head_map, 99), None)["map"]
    assert sorted(given["groups"]) == list(range(6))
    assert len(given["x"]) == len(given["y"]) == 6
