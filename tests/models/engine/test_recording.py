"""A pass tells how far it is, can be ended between two layers, and leaves nothing behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from architectures import DEBERTA, T5

from attention_viz import Model, load_model
from attention_viz.errors import StoppedError
from attention_viz.models.engine import recording

MODELS = {"BertModel": {}, "DebertaModel": DEBERTA, "T5ForConditionalGeneration": T5 | {"decoder_start_token_id": 0}}


@pytest.fixture(params=list(MODELS))
def model(request: pytest.FixtureRequest, checkpoint: Callable[..., Path]) -> Model:
    return load_model(checkpoint(request.param, **MODELS[request.param]))


def test_progress_is_told_before_each_layer(model: Model) -> None:
    told: list[tuple[int, int]] = []
    model.attend("the cat sat", progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2)]


def test_progress_of_two_halves_counts_both(checkpoint: Callable[..., Path]) -> None:
    told: list[tuple[int, int]] = []
    model = load_model(checkpoint("T5ForConditionalGeneration", **MODELS["T5ForConditionalGeneration"]))
    model.attend("the cat", "the sun", part="cross", progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 4) for done in range(4)]  # two layers that encode, one that decodes and reads across


def test_a_pass_can_be_ended_between_two_layers(model: Model) -> None:
    stop, told = threading.Event(), []

    def progress(done: int, total: int) -> None:
        told.append(done)
        stop.set()

    expected = model.attend("the cat sat").weights(1)
    with pytest.raises(StoppedError, match="1 of 2 attention layers"):
        model.attend("the cat sat", progress=progress, stop=stop)
    assert told == [0]
    assert recording.current() is None
    np.testing.assert_array_equal(model.attend("the cat sat").weights(1), expected)


def test_an_error_in_the_middle_leaves_the_model_as_it_was(model: Model) -> None:
    def fail(done: int, total: int) -> None:
        if done:
            raise ZeroDivisionError

    expected = model.attend("the cat sat").weights(1)
    with pytest.raises(ZeroDivisionError):
        model.attend("the cat sat", progress=fail)
    assert recording.current() is None
    np.testing.assert_array_equal(model.attend("the cat sat").weights(1), expected)


def test_a_thread_that_records_hears_nothing_of_another(tiny_model: Model) -> None:
    heard: list[tuple[int, int]] = []
    inside = threading.Event()
    done = threading.Event()

    def wait(layer: int, total: int) -> None:
        heard.append((layer, total))
        inside.set()
        assert done.wait(30)

    watched = threading.Thread(target=lambda: tiny_model.attend("the cat", progress=wait))
    watched.start()
    assert inside.wait(30)
    attention = tiny_model.attend("the sun sat down")
    done.set()
    watched.join(30)
    assert heard == [(0, 2), (1, 2)]
    assert attention.n_layers == 2


@pytest.mark.parametrize(
    ("architecture", "config", "last"),
    [
        ("BertModel", {}, "encoder.layer.1.output"),
        ("AlbertModel", {"embedding_size": 16}, None),  # one layer, run twice
        ("T5ForConditionalGeneration", MODELS["T5ForConditionalGeneration"], "encoder.block.1.layer.1"),
    ],
)
def test_a_pass_whose_answer_nobody_asks_for_ends_with_the_last_attention(
    architecture: str, config: dict[str, Any], last: str | None, checkpoint: Callable[..., Path]
) -> None:
    model, ran = load_model(checkpoint(architecture, **config)), []
    if last is not None:
        model.way.body.network.get_submodule(last).register_forward_hook(lambda *_: ran.append(1))
    inputs = model.inputs("the cat sat", part=model.parts[0])
    outputs, sources = model.way.body.read(inputs, answer=False)
    assert outputs is None
    assert not ran
    assert recording.current() is None
    expected, part = model.attend("the cat sat"), model.parts[0]
    for layer in range(2):
        rows = slice(0, expected.n_tokens)
        np.testing.assert_array_equal(sources[part][0].tile(layer, 1, rows, rows), expected.weights(layer, 1))
    if last is not None:
        assert ran == [1]  # `attend` ran to the end
