"""A text reads the same alone and beside others, whatever the model, and each reading holds its own memory alone."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from architectures import DEBERTA, GROUPED, T5

from attention_viz import Model, load_model
from attention_viz.errors import StoppedError, TextError
from attention_viz.models.engine.ways import RecordedWay
from attention_viz.models.reading import batches

LONGROPE = {
    "rope_type": "longrope",
    "short_factor": [1.0] * 4,
    "long_factor": [4.0] * 4,
    "rope_theta": 10000.0,
    "original_max_position_embeddings": 16,
}
SEEN_PADDING = {
    "ConvBertModel": {"embedding_size": 16, "hidden_size": 32, "num_attention_heads": 4, "head_ratio": 2},
    "NystromformerModel": {"num_landmarks": 64, "segment_means_seq_len": 64},
    "Phi3ForCausalLM": GROUPED | {"hidden_size": 32, "rope_parameters": LONGROPE},
    "IBertModel": {"quant_mode": True},
}
"""Models whose arithmetic sees the padding of a batch, or the length of its longest text."""

ORDINARY: dict[str, dict[str, Any]] = {
    "BertModel": {},
    "GPT2LMHeadModel": {},
    "GPT2ForSequenceClassification": {"pad_token_id": None},
    "LlamaForCausalLM": GROUPED,
    "LlamaForSequenceClassification": GROUPED | {"pad_token_id": None},
    "Gemma2ForCausalLM": GROUPED | {"sliding_window": 9},
    "T5EncoderModel": T5,
    "T5ForConditionalGeneration": T5 | {"decoder_start_token_id": 0},
    "ModernBertModel": {"local_attention": 16, "num_hidden_layers": 4, "global_attn_every_n_layers": 3},
    "DebertaModel": DEBERTA,
    "DebertaV2Model": DEBERTA,
    "MPNetModel": {},
    "BloomForCausalLM": {},
    "XLMModel": {"emb_dim": 24, "n_layers": 2, "n_heads": 3},
}
FAMILIES = SEEN_PADDING | ORDINARY

WORDS = "the cat sat down because it was tired ."
TEXTS = ("the cat sat", " ".join([WORDS] * 5), "sun", "because it was the sun !", WORDS, "cat", f"{WORDS} {WORDS}")


@pytest.mark.parametrize("architecture", list(FAMILIES))
def test_a_text_reads_the_same_alone_and_beside_others(
    architecture: str, checkpoint: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model(checkpoint(architecture, **FAMILIES[architecture]))
    assert (model.batch_variance is not None) == (architecture in SEEN_PADDING)
    monkeypatch.setattr(batches, "AT_ONCE", 4 * 50)  # the longest text has company
    for text, attention in zip(TEXTS, model.attend_all(TEXTS), strict=True):
        alone = model.attend(text)
        assert attention.tokens == alone.tokens
        assert attention.causal == alone.causal
        for layer in range(model.n_layers):
            np.testing.assert_allclose(attention.weights(layer), alone.weights(layer), atol=1e-5)
            np.testing.assert_array_equal(attention.readable(layer), alone.readable(layer))


@pytest.mark.parametrize("architecture", ["BertModel", "GPT2LMHeadModel", "MPNetModel", "T5EncoderModel"])
def test_what_the_weights_are_made_of_is_that_of_the_text_alone(
    architecture: str, checkpoint: Callable[..., Path]
) -> None:
    model = load_model(checkpoint(architecture, **FAMILIES[architecture]))
    for text, attention in zip(TEXTS, model.attend_all(TEXTS), strict=True):
        alone = model.attend(text)
        np.testing.assert_allclose(attention.values(1, 2), alone.values(1, 2), atol=1e-4)
        np.testing.assert_allclose(attention.output(1, 2), alone.output(1, 2), atol=1e-4)
        np.testing.assert_allclose(attention.scores(1, 2), alone.scores(1, 2), atol=1e-4)


@pytest.mark.parametrize("architecture", ["BertModel", "DebertaModel", "XLMModel", "ModernBertModel", "T5EncoderModel"])
def test_each_reading_holds_no_more_than_that_of_its_text_alone(
    architecture: str, checkpoint: Callable[..., Path]
) -> None:
    model = load_model(checkpoint(architecture, **FAMILIES[architecture]))
    short = model.attend_all(TEXTS)[2]
    alone = model.attend(TEXTS[2])
    for layer in range(model.n_layers):  # what is replayed is kept once it was looked at
        alone.weights(layer)
    limit = sum(heads * 3 * 3 * 4 for heads in alone.source.heads) * 2 + alone.nbytes
    assert short.nbytes <= limit
    assert sum(pieces(short.source).values()) <= limit + 2 * 60


def pieces(held: Any) -> dict[int, int]:
    """Every piece of memory that lives because this does, and its bytes; the model's own lives anyway."""
    if isinstance(held, np.ndarray):
        return pieces(held.base) if held.base is not None else {id(held): held.nbytes}
    if torch.is_tensor(held):
        return {held.untyped_storage().data_ptr(): held.untyped_storage().nbytes()}
    if isinstance(held, functools.partial):
        return pieces([held.args, held.keywords])
    if dataclasses.is_dataclass(held):
        return pieces([getattr(held, each.name) for each in dataclasses.fields(held)])
    inner = held.values() if isinstance(held, Mapping) else held if isinstance(held, (list, tuple)) else ()
    return {name: size for each in inner for name, size in pieces(each).items()}


def test_letting_one_reading_go_frees_its_memory(tiny_model: Model) -> None:
    first, second = tiny_model.attend_all(("the cat sat", "sun"))
    assert pieces(first.source)
    assert pieces(first.source).keys().isdisjoint(pieces(second.source))


def test_pairs_and_texts_go_together(checkpoint: Callable[..., Path]) -> None:
    model = load_model(checkpoint())
    items = (("the cat sat", "because it was tired"), "sun", ("sun", "cat"), ("the cat",))
    for item, attention in zip(items, model.attend_all(items), strict=True):
        alone = model.attend(*((item,) if isinstance(item, str) else item))
        assert attention.query_tokens == alone.query_tokens
        np.testing.assert_allclose(attention.weights(1), alone.weights(1), atol=1e-5)


def test_three_texts_are_no_pair(tiny_model: Model) -> None:
    with pytest.raises(TextError, match="A pair has two texts; this one has 3"):
        tiny_model.attend_all([("a", "b", "c")])  # type: ignore[list-item]


def test_texts_that_are_too_long_are_read_in_windows_as_they_are_alone(tiny_model: Model) -> None:
    long = " ".join(["the cat sat down because"] * 20)
    items = ("sun", long, "the cat")
    for text, attention in zip(items, tiny_model.attend_all(items, overlong="windows"), strict=True):
        alone = tiny_model.attend(text, overlong="windows")
        assert attention.notes == alone.notes
        np.testing.assert_allclose(attention.weights(1), alone.weights(1), atol=1e-5)
    assert tiny_model.attend_all([long], overlong="first")[0].left_out == 42
    with pytest.raises(TextError, match="the model reads 60"):
        tiny_model.attend_all(["sun", long])


def test_progress_counts_texts_and_a_stop_ends_it(tiny_model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", 12)
    told: list[tuple[int, int]] = []
    tiny_model.attend_all(TEXTS, progress=lambda done, total: told.append((done, total)))
    assert [total for _, total in told] == [7] * len(told)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (7, 7)
    stop = threading.Event()
    with pytest.raises(StoppedError):
        tiny_model.attend_all(TEXTS, progress=lambda *_: stop.set(), stop=stop)


def test_a_stream_without_end_is_read_a_little_ahead(tiny_model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AHEAD", 40)
    taken: list[str] = []

    def endless() -> Iterator[str]:
        for text in itertools.cycle(("sun", "the cat sat down", "cat")):
            taken.append(text)
            yield text

    stream = tiny_model.attend_each(endless())
    found = list(itertools.islice(stream, 20))
    assert 20 <= len(taken) <= 20 + 40
    for text, attention in zip(taken, found, strict=False):
        assert attention.tokens == tiny_model.attend(text).tokens


def test_a_head_that_nobody_asks_for_is_not_run(checkpoint: Callable[..., Path]) -> None:
    model = load_model(checkpoint("GPT2LMHeadModel"))
    assert isinstance(model.way, RecordedWay)
    ran: list[object] = []
    head: Any = model.way.network.get_output_embeddings()
    head.register_forward_hook(lambda *_: ran.append(1))
    model.attend_all(TEXTS)
    assert not ran
