"""What is known of a token from its spelling alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attention_viz import Tokens
from attention_viz.errors import InputError, SelectionError


def test_plain_tokens_know_pieces_specials_and_unknowns() -> None:
    tokens = Tokens.plain(["[CLS]", "sun", "##rise", "[UNK]", "[SEP]", "[PAD]"])
    assert tokens.surfaces == ("[CLS]", "sun", "rise", "[UNK]", "[SEP]", "[PAD]")
    assert tokens.special == (True, False, False, False, True, True)
    assert tokens.unknown == (False, False, False, True, False, False)
    assert tokens.words == (0, 1, 1, 2, 3, 4)
    assert list(tokens) == list(tokens.texts)
    assert (len(tokens), tokens[2]) == (6, "##rise")


@pytest.mark.parametrize(
    ("texts", "words"), [(["##rise", "sun"], (0, 1)), (["[CLS]", "##rise", "##s"], (0, 1, 1)), ([], ())]
)
def test_a_piece_with_no_word_before_it_begins_one(texts: list[str], words: tuple[int, ...]) -> None:
    assert Tokens.plain(texts).words == words


def test_punctuation_is_what_consists_of_marks_and_symbols_alone() -> None:
    tokens = Tokens.plain(["[SEP]", ",", "。", "##!", "don't", "…?", "€", "7", "的", " "])
    assert tokens.punctuation == (False, True, True, True, False, True, True, False, False, False)


def test_fields_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="differ in length"):
        Tokens(("a", "b"), ("a",), (False,), (False,), (0,), (0,), ((0, 1),))


def test_each_text_runs_the_way_of_its_own_letters_whatever_the_special_tokens_are() -> None:
    hebrew = ["[CLS]", "1", "\u05e9\u05dc\u05d5\u05dd", "Anna", "[SEP]"]
    tokens = replace(Tokens.plain([*hebrew, "Anna", "\u05e9\u05dc\u05d5\u05dd", "[SEP]"]), segments=(0,) * 5 + (1,) * 3)
    assert tokens.directions == ("rtl", "ltr")
    assert Tokens.plain([]).directions == ()


def test_a_word_is_found_wherever_it_stands_with_all_its_pieces() -> None:
    tokens = Tokens.plain(["[CLS]", "The", "sun", "##rise", "and", "the", "sunrise", "[SEP]"])
    assert tokens.find("sunrise") == (2, 3, 6)
    assert tokens.find("the") == (5,)
    assert tokens.find("AND") == (4,)
    assert tokens.find("[SEP]") == (7,)
    assert tokens.find("The") == (1,)
    assert tokens.occurrences("sunrise") == ((2, 3), (6,))
    assert tokens.occurrences("THE") == ((1,), (5,))


def test_a_word_that_is_not_there_names_those_like_it_or_the_first() -> None:
    tokens = Tokens.plain(["the", "animal", "did", "not", "cross"])
    with pytest.raises(SelectionError, match=r"no word 'animals'.*: animal\."):
        tokens.find("animals")
    with pytest.raises(SelectionError, match="the, animal, did, not, cross"):
        tokens.find("xyz")


def test_tokens_say_in_one_line_how_they_begin() -> None:
    assert repr(Tokens.plain(["[CLS]", "a", "b", "c", "[SEP]"])) == "Tokens('[CLS]', 'a', 'b', … 5 in all)"
