"""Boundaries: where the words of a text lie, whatever tokenizer cut it."""

from __future__ import annotations

import unicodedata

APOSTROPHES = "'\u2019\u02bc"
_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


def word_numbers(text: str) -> list[int]:
    """Which word does each character belong to?

    A word is a run of letters, digits and their marks; an apostrophe between two letters joins (didn't, l'homme).
    A Chinese character, a punctuation mark and a symbol are each a word of their own.
    returns : (character,) increasing from 0; -1 for white space
    """
    kind_of = {character: _kind(character) for character in set(text)}
    kinds = [kind_of[character] for character in text]
    _join_apostrophes(text, kinds)
    numbers, word, before = [], -1, " "
    for kind in kinds:
        joins = (kind == "L" and before == "L") or (kind == "M" and before != " ")
        if kind != " " and not joins:
            word += 1
        numbers.append(-1 if kind == " " else word)
        before = before if kind == "M" and before != " " else kind  # a mark continues what it stands on
    return numbers


def _kind(character: str) -> str:
    """L letter or digit, M mark or joiner, C ideograph, S punctuation or symbol, or a space."""
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category[0] in "LN":
        return "C" if any(first <= ord(character) <= last for first, last in _IDEOGRAPHS) else "L"
    return "M" if category[0] == "M" or (category in ("Cf", "Sk") and ord(character) > 0x7F) else "S"


def _join_apostrophes(text: str, kinds: list[str]) -> None:
    for position in range(1, len(text) - 1):
        if text[position] in APOSTROPHES and text[position - 1].isalpha() and text[position + 1].isalpha():
            kinds[position] = "L"
