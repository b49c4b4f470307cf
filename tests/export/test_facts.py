"""What every file says about its numbers."""

from __future__ import annotations

import json

import pytest

from attention_viz import Attention, Selection
from attention_viz.export import facts
from attention_viz.version import VERSION


def test_layer_and_head_are_told_in_both_countings(attention: Attention) -> None:
    told = facts(attention, Selection(layer=1, head=2))
    assert (told["layer"], told["layer_index"], told["head"], told["head_index"]) == (2, 1, 3, 2)


def test_a_whole_layer_has_no_head(attention: Attention) -> None:
    told = facts(attention, Selection(layer=1, head=2, view="layer"))
    assert told["layer"] == 2
    assert "head" not in told
    assert "head_index" not in told


def test_model_tokens_and_program_are_named(uneven: Attention, looked_at: Selection) -> None:
    told = facts(uneven, looked_at)
    assert told["model"] == "school/bert-小"
    assert told["tokens"] == list(uneven.tokens)
    assert told["key_tokens"] == list(uneven.key_tokens)
    assert told["program"].endswith(VERSION)
    assert json.loads(json.dumps(told)) == told


def test_the_tokens_of_self_attention_are_named_once(attention: Attention) -> None:
    assert "key_tokens" not in facts(attention, Selection())


@pytest.mark.parametrize(("average", "told"), [("heads", {"layer"}), ("layers", {"head"}), ("all", set())])
def test_of_a_mean_only_what_it_is_of_is_told(attention: Attention, average: str, told: set[str]) -> None:
    assert {"layer", "head"} & set(facts(attention, Selection(average=average))) == told
