"""What a decoder reads: the second text as in training, or what the model itself writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from architectures import T5, TWO_HALVES

from attention_viz import Model, load_model
from attention_viz.errors import SelectionError, TextError

MODELS = {
    "T5ForConditionalGeneration": T5 | {"decoder_start_token_id": 0, "eos_token_id": 25},
    "BartForConditionalGeneration": TWO_HALVES,
    "MarianMTModel": TWO_HALVES | {"decoder_start_token_id": 0},
}
Make = Callable[..., Path]


@pytest.fixture(params=list(MODELS))
def both(request: pytest.FixtureRequest, checkpoint: Make) -> tuple[Model, Any]:
    """A model with two halves, and the same from transformers alone."""
    folder = checkpoint(request.param, **MODELS[request.param])
    eager = getattr(transformers, request.param).from_pretrained(folder, attn_implementation="eager").eval()
    return load_model(folder), eager


def test_the_decoder_reads_what_it_would_in_training(both: tuple[Model, Any]) -> None:
    """transformers shifts the labels itself: its maps on labels are ours on the second text."""
    model, eager = both
    inputs, labels = (
        model.reader.encode(text).inputs["input_ids"] for text in ("the cat sat down", "the sun was tired")
    )
    with torch.no_grad():
        expected = eager(inputs, labels=labels, output_attentions=True)
    for part, weights in (("decoder", expected.decoder_attentions), ("cross", expected.cross_attentions)):
        attention = model.attend("the cat sat down", "the sun was tired", part=part)
        np.testing.assert_allclose(attention.weights(0), weights[0][0], atol=5e-5)


def test_three_maps_have_their_own_tokens(both: tuple[Model, Any]) -> None:
    model, _ = both
    assert model.parts == ("encoder", "decoder", "cross")
    maps = {part: model.attend("the cat sat down", "the sun", part=part) for part in model.parts}
    read, written = ("[CLS]", "the", "cat", "sat", "down", "[SEP]"), ("[CLS]", "the", "sun")
    for part, queries, keys in (("encoder", read, read), ("decoder", written, written), ("cross", written, read)):
        assert maps[part].query_tokens.texts[-len(queries) :] == queries
        assert maps[part].key_tokens.texts[-len(keys) :] == keys
        assert maps[part].part == part
        np.testing.assert_allclose(maps[part].weights(0).sum(-1), 1, atol=1e-5)
    assert (maps["decoder"].causal, maps["cross"].causal, maps["encoder"].causal) == (True, False, False)
    assert set(maps["cross"].query_tokens.segments) == {1}
    assert model.attend("the cat sat down", "the sun").part == "encoder"


def test_without_a_second_text_the_decoder_reads_what_the_model_writes(both: tuple[Model, Any]) -> None:
    model, eager = both
    inputs = model.reader.encode("the cat sat down").inputs
    with torch.no_grad():
        written = eager.generate(**inputs, max_new_tokens=59, do_sample=False, num_beams=1)[0]
    attention = model.attend("the cat sat down", part="cross")
    names = model.reader.tokenizer.convert_ids_to_tokens(written.tolist())
    assert attention.tokens == tuple(names[: attention.n_tokens])
    assert attention.n_tokens in (len(names), len(names) - 1)
    assert "what the model itself wrote" in str(attention.notes[-1])


def test_a_body_that_cannot_write_reads_its_start_token(checkpoint: Make) -> None:
    attention = load_model(checkpoint("BartModel", **TWO_HALVES)).attend("the cat sat", part="cross")
    assert attention.shape == (1, 5)
    assert "start token [SEP] alone" in str(attention.notes[-1])


def test_too_long_a_second_text_is_refused_or_cut_and_counted(checkpoint: Make) -> None:
    model = load_model(checkpoint("BartModel", **TWO_HALVES))
    with pytest.raises(TextError, match="102 tokens"):
        model.attend("the cat", "sun " * 100, part="decoder")
    attention = model.attend("the cat", "sun " * 100, part="decoder", overlong="first")
    assert (attention.n_tokens, attention.left_out) == (59, 43)  # a start token, [CLS] and 57 of 100 words; no [SEP]


def test_a_map_that_the_model_lacks_is_refused_with_those_it_has(tiny_model: Model) -> None:
    with pytest.raises(SelectionError, match=r"no attention called 'cross'\. Choose one of self"):
        tiny_model.attend("the cat", part="cross")


@pytest.mark.parametrize("part", ["encoder", "decoder", "cross"])
def test_an_encoded_pair_of_an_encoder_decoder_holds_what_its_decoder_reads(
    part: str, checkpoint: Callable[..., Path]
) -> None:
    model = load_model(checkpoint("BartForConditionalGeneration", **TWO_HALVES))
    encoded = model.encode("the cat sat", "the sun", part=part)
    plain = model.attend("the cat sat", "the sun", part=part)
    np.testing.assert_array_equal(model.attend(encoded, part=part).weights(0), plain.weights(0))
    n_decoder = len(encoded.decoder.tokens) if encoded.decoder else 0
    assert (n_decoder > 0) == (part != "encoder")
    assert encoded.n_tokens == len(encoded.tokens) + n_decoder
