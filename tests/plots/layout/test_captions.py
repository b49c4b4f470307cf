"""The words of the figures."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Attention
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.style import Style


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
    notes = [str(note) for note in captions.excluded_note(Style(exclude=exclude))]
    assert len(notes) == 1
    assert notes[0].startswith(start)


def test_the_share_is_the_mean_over_queries_of_what_the_left_out_keys_took() -> None:
    attention = Attention.from_weights(np.array([[0.5, 0.5], [0.1, 0.9]]), ["[CLS]", "a"])
    style = Style(exclude=["special"], renormalise=True)
    notes = [str(note) for note in captions.excluded_share_note(attention, 0, 0, style)]
    assert "They took 30% of the attention." in notes
    assert notes[-1] == "What is left sums to 1 in each row."


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    attention = Attention.from_weights(np.eye(2), ["a", "b"])
    assert captions.labelled_note(1) == captions.excluded_note(Style(renormalise=True)) == []
    assert captions.pooled_note(attention, (2, 2)) == captions.excluded_share_note(attention, 0, 0, Style()) == []
