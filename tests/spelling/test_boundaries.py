from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import BertTokenizer

from attention_viz.spelling import word_numbers


def words(text: str) -> list[str]:
    """The words as strings."""
    together: Iterable[tuple[int, Iterable[tuple[int, str]]]] = itertools.groupby(
        zip(word_numbers(text), text, strict=True), key=lambda pair: pair[0]
    )
    return ["".join(character for _, character in group) for number, group in together if number >= 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat.", ["The", "cat", "sat", "."]),
        ("I didn't, l'homme’s", ["I", "didn't", ",", "l'homme’s"]),
        ("'quoted' dogs' bones", ["'", "quoted", "'", "dogs", "'", "bones"]),
        ("我爱你。BERT好", ["我", "爱", "你", "。", "BERT", "好"]),
        ("well-known 3.5%", ["well", "-", "known", "3", ".", "5", "%"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("e\u0301te\u0301 cafe\u0301", ["e\u0301te\u0301", "cafe\u0301"]),
        ("שלום, עולם", ["שלום", ",", "עולם"]),
        ("👩\u200d👧!", ["👩\u200d", "👧", "!"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("...", [".", ".", "."]),
        ("", []),
        ("  \n ", []),
        ("\u0301a", ["\u0301", "a"]),
    ],
)
def test_words_of_many_scripts(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=100))
def test_numbers_grow_by_one_and_only_white_space_has_none(text: str) -> None:
    numbers = word_numbers(text)
    assert [number < 0 for number in numbers] == [character.isspace() for character in text]
    inside = [number for number in numbers if number >= 0]
    assert all(0 <= after - before <= 1 for before, after in itertools.pairwise(inside))
    assert not inside or inside[0] == 0


@given(
    st.lists(st.sampled_from(["cat", "Sun", "42", ",", ".", "-", "(", "爱", " ", "\n", "naïve", "$", "x"]), max_size=30)
)
def test_words_without_apostrophes_are_those_of_berts_tokenizer(parts: list[str]) -> None:
    """Its pre-tokenizer cuts at white space, round punctuation and round Chinese characters."""
    text = "".join(parts)
    backend = BertTokenizer(vocab={"[UNK]": 0}).backend_tokenizer
    spaced = backend.normalizer.normalize_str(text)
    assert [word.lower() for word in words(text)] == [
        piece.replace("naive", "naïve") for piece, _ in backend.pre_tokenizer.pre_tokenize_str(spaced)
    ]
