from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from transformers import BertTokenizer

from attention_viz.errors import SelectionError, TextError
from attention_viz.models.reading.truncation import longest_first, truncate


def test_a_text_that_fits_is_read_whole_and_without_a_note() -> None:
    keep, notes = truncate(np.array([-1, 0, 0, -1]), 4, None)
    assert keep.all()
    assert notes == ()


def test_a_model_without_a_limit_reads_everything() -> None:
    assert truncate(np.zeros(100_000, dtype=int), None, None)[0].all()


def test_too_long_a_text_is_refused_with_the_counts_and_the_remedy() -> None:
    with pytest.raises(TextError, match=r"530 tokens.*reads 512.*by 18.*first"):
        truncate(np.array([-1, *[0] * 528, -1]), 512, None)


def test_the_first_tokens_are_kept_and_those_of_the_tokenizer_always() -> None:
    keep, notes = truncate(np.array([-1, 0, 0, 0, 0, -1]), 4, "first")
    assert keep.tolist() == [True, True, True, False, False, True]
    assert str(notes[0]) == "Read: the first 2 of 4 tokens; 2 left out."


def test_of_a_pair_each_text_says_how_much_of_it_was_read() -> None:
    segments = np.array([-1, *[0] * 2000, -1, *[1] * 1500, -1])
    keep, notes = truncate(segments, 103, "first")
    assert keep.sum() == 103
    assert [str(note) for note in notes] == [
        "Read of the first text: the first 50 of 2,000 tokens; 1,950 left out.",
        "Read of the second text: the first 50 of 1,500 tokens; 1,450 left out.",
    ]


def test_only_the_text_that_was_cut_has_a_note() -> None:
    _, notes = truncate(np.array([-1, *[0] * 20, -1, 1, -1]), 9, "first")
    assert [str(note)[:22] for note in notes] == ["Read of the first text"]


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(SelectionError, match="middle"):
        truncate(np.zeros(3, dtype=int), 2, "middle")  # type: ignore[arg-type]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(5, 60))
def test_a_pair_shares_the_room_as_the_tokenizers_longest_first_does(first: int, second: int, limit: int) -> None:
    assume(first + second + 3 > limit)
    tokenizer = BertTokenizer(vocab={"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "cat": 5})
    owners = tokenizer("cat " * first, "cat " * second, truncation="longest_first", max_length=limit).sequence_ids(0)
    assert longest_first([first, second], limit - 3) == [owners.count(0), owners.count(1)]
