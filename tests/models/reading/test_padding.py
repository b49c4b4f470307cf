"""Padding makes texts equally long, is masked, and can be looked at without being read."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attention_viz import Attention, Model
from attention_viz.errors import TextError
from attention_viz.models.reading.padding import pad, padded

TEXTS = ("the cat sat", "because it was tired the sun sat down , the cats !", "sun")


def test_shorter_texts_are_filled_up_and_masked() -> None:
    first, second = (
        {"input_ids": torch.tensor([ids]), "token_type_ids": torch.ones(1, len(ids))} for ids in ([5, 6, 7], [8])
    )
    made = pad([first, second], filler=9)
    assert made["input_ids"].tolist() == [[5, 6, 7], [8, 9, 9]]
    assert made["token_type_ids"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert made["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]


def test_texts_of_one_length_need_no_mask_and_share_the_names_that_all_have() -> None:
    first, second = (
        {"input_ids": torch.tensor([[5]]), "token_type_ids": torch.tensor([[0]])},
        {"input_ids": torch.tensor([[6]])},
    )
    assert {name: each.tolist() for name, each in pad([first, second]).items()} == {"input_ids": [[5], [6]]}


def test_padding_can_be_looked_at_and_is_marked(tiny_model: Model) -> None:
    short, long, _ = tiny_model.attend_all(TEXTS, keep_padding=True)
    assert short.shape == long.shape == (15, 15)
    assert short.tokens[5:] == ("[PAD]",) * 10
    assert short.query_tokens.special[5:] == (True,) * 10
    assert not short.weights(0)[:, 5:].any()
    assert not short.weights(0)[:, :, 5:].any()
    assert short.readable(0)[:5, :5].all()
    assert short.readable(0).sum() == 25
    np.testing.assert_allclose(short.weights(1)[:, :5].sum(-1), 1, atol=1e-5)


def test_a_rectangle_across_the_edge_of_the_text_is_that_part_of_the_whole(attention: Attention) -> None:
    longer = Attention.from_weights(np.full((1, 7, 7), 1 / 7), list("abcdefg"))
    wide = padded([attention, longer], "[PAD]")[0]
    assert wide.shape == (7, 7)
    for rows, columns in ((slice(2, 6), slice(1, 7)), (slice(5, 7), slice(0, 3)), (slice(0, 2), slice(4, 6))):
        np.testing.assert_array_equal(wide.tile(1, 2, rows, columns), wide.weights(1, 2)[rows, columns])
        np.testing.assert_array_equal(wide.readable(1, rows, columns), wide.readable(1)[rows, columns])


def test_no_texts_are_no_attentions(tiny_model: Model) -> None:
    assert tiny_model.attend_all([]) == tiny_model.attend_all([], keep_padding=True) == []


def test_a_text_that_is_refused_alone_is_refused_in_a_batch(tiny_model: Model) -> None:
    with pytest.raises(TextError, match="empty"):
        tiny_model.attend_all(["the cat", " "])
