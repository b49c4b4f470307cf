"""How long a text is for a model, as its own tokenizer counts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from attention_viz.errors import TextError
from attention_viz.models import Model
from attention_viz.selection import Selection
from attention_viz.ui.work.text_lengths import AT_ONCE, CUT_AT_ONCE, check_length, is_long, n_read


@pytest.fixture
def model(embedded: Model) -> Model:
    return embedded


def test_of_a_text_that_is_cut_the_model_reads_as_many_tokens_as_fit(model: Model) -> None:
    selection = Selection(text="a " * 5_000)
    assert n_read(model, selection) == model.limit
    assert not is_long(model, selection)


@pytest.mark.parametrize("text", ["a " * 1_100, "我" * 1_100, "🙂 é " * 600])
def test_in_windows_it_reads_all_of_them_whatever_the_script(model: Model, text: str) -> None:
    selection = Selection(text=text, overlong="windows")
    ids = model.reader.tokenizer(text)["input_ids"]
    assert n_read(model, selection) == len(ids) > AT_ONCE
    assert is_long(model, selection)


def test_a_model_without_a_limit_reads_all_of_both_texts(model: Model) -> None:
    unlimited = replace(model, limit=None)
    selection = Selection(text="a b", second="c d e")
    assert n_read(unlimited, selection) == 8  # [CLS] a b [SEP] c d e [SEP]


def test_a_very_long_text_is_long_before_it_is_cut_into_tokens(model: Model) -> None:
    assert is_long(model, Selection(text="a" * (CUT_AT_ONCE + 1)))


def test_what_fits_exactly_is_read_and_one_more_is_not(model: Model, limited: Callable[[str], None]) -> None:
    limited("[text]\ncharacters = 40\ntokens = 16\n")
    check_length(replace(model, limit=None), Selection(text="a " * 14))
    with pytest.raises(TextError, match="17 tokens"):
        check_length(replace(model, limit=None), Selection(text="a " * 15))
    check_length(replace(model, limit=16), Selection(text="a " * 20))
    with pytest.raises(TextError, match="41 characters"):
        check_length(model, Selection(text="a", second="b" * 41))
