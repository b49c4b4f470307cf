"""The words of the figures."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Attention
from attention_viz.errors import Message
from attention_viz.plots.layout import captions


def test_values_are_put_in_after_translating_and_messages_in_messages_are_told_too() -> None:
    catalogue = {"{n} of {what}": "{what}里的 {n} 个", "tokens": "词元"}
    message = Message("{n} of {what}", {"n": 3, "what": Message("tokens")})
    assert captions.tell(message, lambda template: catalogue[template]) == "词元里的 3 个"
    assert captions.tell(message, str) == "3 of tokens"


def test_titles_count_from_1() -> None:
    assert str(captions.title(0, 11)) == "Layer 1, head 12"
    assert str(captions.layer_title(4)) == "Layer 5"
    assert str(captions.head_title(0)) == "Head 1"


@pytest.mark.parametrize(
    ("exclude", "start"),
    [
        (["special"], "Special tokens are"),
        (("punctuation",), "Punctuation is"),
        ({"punctuation", "special"}, "Special tokens and punctuation are"),
    ],
)
def test_what_is_left_out_is_named(exclude: list[str], start: str) -> None:
    notes = [str(note) for note in captions.left_out_note(exclude, False)]
    assert len(notes) == 1
    assert notes[0].startswith(start)


def test_the_share_is_the_mean_over_queries_of_what_the_left_out_keys_took() -> None:
    attention = Attention.from_weights(np.array([[0.5, 0.5], [0.1, 0.9]]), ["[CLS]", "a"])
    notes = [str(note) for note in captions.share_note(attention, 0, 0, ["special"], True)]
    assert "They took 30% of the attention." in notes
    assert notes[-1] == "What is left sums to 1 in each row."


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    attention = Attention.from_weights(np.eye(2), ["a", "b"])
    assert captions.labelled_note(1) == captions.left_out_note((), True) == []
    assert captions.pooled_note(attention, (2, 2)) == captions.share_note(attention, 0, 0, (), False) == []
