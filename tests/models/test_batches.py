"""Texts read together are what each is alone; padding is neither read nor reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from attention_viz import Model, load_model
from attention_viz.errors import TextError

TEXTS = ("the cat sat", "because it was tired the sun sat down , the cats !", "sun")


@pytest.mark.parametrize("architecture", ["BertModel", "GPT2LMHeadModel", "MPNetModel", "RobertaModel"])
def test_each_text_of_a_batch_is_that_text_alone(architecture: str, checkpoint: Callable[..., Path]) -> None:
    model = load_model(checkpoint(architecture))
    for text, attention in zip(TEXTS, model.attend_all(TEXTS), strict=True):
        alone = model.attend(text)
        assert attention.tokens == alone.tokens
        for layer in range(2):
            np.testing.assert_allclose(attention.weights(layer), alone.weights(layer), atol=1e-5)
        np.testing.assert_allclose(attention.values(1, 2), alone.values(1, 2), atol=1e-4)
        np.testing.assert_allclose(attention.output(1, 2), alone.output(1, 2), atol=1e-4)


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


def test_no_texts_are_no_attentions(tiny_model: Model) -> None:
    assert tiny_model.attend_all([]) == []


def test_a_text_that_is_refused_alone_is_refused_in_a_batch(tiny_model: Model) -> None:
    with pytest.raises(TextError, match="empty"):
        tiny_model.attend_all(["the cat", " "])
