"""A long text in windows: every token is read, each row is its window's own, and what was not read says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attention_viz import Attention, Model, load_model
from attention_viz.errors import InputError, TextError
from attention_viz.models.reading.windows import Layout, WindowSource

WORDS = ["the", "cat", "sat", "down", "because", "it", "was", "tired", "sun", ",", ".", "!"]
TEXT = " ".join(WORDS[(7 * n) % 12] for n in range(150))


@pytest.fixture(scope="module")
def read(tiny_model: Model) -> Attention:
    return tiny_model.attend(TEXT, overlong="windows")  # 152 tokens; the model reads 60


@settings(max_examples=80, deadline=None)
@given(
    lead=st.integers(0, 2),
    tail=st.integers(0, 2),
    inner=st.integers(20, 200),
    size=st.integers(4, 19),
    causal=st.booleans(),
)
def test_windows_cover_the_text_and_rows_come_from_a_window_that_holds_them(
    lead: int, tail: int, inner: int, size: int, causal: bool
) -> None:
    special = [True] * lead + [False] * inner + [True] * tail
    layout = Layout.plan(special, size + lead + tail, causal)
    covered = {lead + start + offset for start in layout.starts for offset in range(size)}
    assert covered == set(range(lead, lead + inner))
    for position, window in enumerate(layout.owners):
        local = position - layout.starts[window]
        assert 0 <= local < lead + size + tail
    inside = [position - lead - layout.starts[layout.owners[position]] for position in sorted(covered)]
    nearest = [offset if causal else min(offset, size - 1 - offset) for offset in inside]
    best = [
        max(
            (p - start if causal else min(p - start, start + size - 1 - p))
            for start in layout.starts
            if start <= p < start + size
        )
        for p in range(inner)
    ]
    assert nearest == best


def test_each_row_is_the_row_of_its_window_read_alone(read: Attention, tiny_model: Model) -> None:
    source = read.source
    assert isinstance(source, WindowSource)
    words = read.tokens[1:-1]
    for window, start in enumerate(source.layout.starts):
        alone = tiny_model.attend(" ".join(words[start : start + 58]))
        assert alone.n_tokens == 60
        rows = np.flatnonzero(source.layout.owners == window)
        for layer in range(2):
            whole, own = read.weights(layer), alone.weights(layer)
            np.testing.assert_allclose(
                whole[:, rows][..., 1 + start : 59 + start], own[:, rows - start, 1:59], atol=1e-6
            )
            np.testing.assert_allclose(whole[:, rows, 0], own[:, rows - start, 0], atol=1e-6)
            np.testing.assert_allclose(whole[:, rows, -1], own[:, rows - start, -1], atol=1e-6)


def test_rows_sum_to_one_and_what_was_not_read_is_marked(read: Attention) -> None:
    assert read.shape == (152, 152)
    np.testing.assert_allclose(read.weights(1).sum(-1), 1, atol=1e-5)
    assert (read.readable(1).sum(-1) == 60).all()
    assert not read.weights(1)[:, ~read.readable(1)].any()


@given(corners=st.lists(st.integers(0, 152), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_tile_is_that_part_of_the_head(corners: list[int], read: Attention) -> None:
    rows, columns = (slice(*sorted(pair)) for pair in (corners[:2], corners[2:]))
    np.testing.assert_allclose(read.tile(1, 2, rows, columns), read.weights(1, 2)[rows, columns], atol=1e-6)
    np.testing.assert_array_equal(read.readable(1, rows, columns), read.readable(1)[rows, columns])


def test_the_windows_are_told_with_their_counts(read: Attention) -> None:
    assert str(read.notes[0]).startswith("Read in 4 windows of 60 tokens, neighbours sharing 14: 152 tokens in all.")
    assert read.left_out == 0


def test_a_text_that_fits_is_read_as_ever(tiny_model: Model) -> None:
    attention = tiny_model.attend("the cat sat", overlong="windows")
    assert (attention.notes, attention.n_tokens) == ((), 5)
    np.testing.assert_array_equal(attention.weights(0), tiny_model.attend("the cat sat").weights(0))


def test_a_decoders_rows_come_from_the_window_with_most_text_before_them(checkpoint: Callable[..., Path]) -> None:
    attention = load_model(checkpoint("GPT2LMHeadModel", initializer_range=0.5)).attend(TEXT, overlong="windows")
    readable = attention.readable(0)
    np.testing.assert_allclose(attention.weights(1).sum(-1), 1, atol=1e-5)
    assert not np.triu(readable[:-1, :-1], 1).any()
    assert readable[58, :59].all()  # the last word of the first window reads all before it
    assert readable[59].sum() == 16  # the next one stands in the second window: [CLS], then tokens 45 to 59


def test_progress_counts_the_layers_of_all_windows(tiny_model: Model) -> None:
    told: list[tuple[int, int]] = []
    tiny_model.attend(TEXT, overlong="windows", progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 8) for done in range(8)]


def test_the_model_says_nothing_of_a_text_that_it_read_in_parts(checkpoint: Callable[..., Path]) -> None:
    model = load_model(checkpoint("BertForSequenceClassification"))
    reading = model.read(TEXT, overlong="windows")
    assert "in windows" in str(reading.predictions.advice)  # type: ignore[union-attr]
    assert reading.attention.shape == (152, 152)


def test_a_pair_is_not_read_in_windows(tiny_model: Model) -> None:
    with pytest.raises(TextError, match="single text"):
        tiny_model.attend(TEXT, TEXT, overlong="windows")


def test_a_key_has_one_vector_per_window_so_none_is_told(read: Attention) -> None:
    with pytest.raises(InputError, match="Only the weights"):
        read.keys(0, 0)


def test_a_text_of_nothing_but_special_tokens_is_read_in_windows_too(tiny_model: Model) -> None:
    attention = tiny_model.attend("[SEP] " * 100, overlong="windows")
    assert attention.n_tokens == 102
    np.testing.assert_allclose(attention.weights(0).sum(-1), 1, atol=1e-5)


def test_what_is_to_be_known_of_the_text_itself_is_told_too(tiny_model: Model) -> None:
    notes = [str(note) for note in tiny_model.attend(TEXT + " \x00", overlong="windows").notes]
    assert notes[0].startswith("Read in")
    assert "U+FFFD" in notes[1]
