"""Boundaries: where the words of a text lie, whatever tokenizer cut it."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHE = re.compile("['\u2019\u02bc]")
_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_WORD = re.compile("L[LM]*|[CSM]M*")
"""A word, in the kinds of its characters (see `_kind`); a mark continues what it stands on."""


def word_numbers(text: str) -> list[int]:
    """Which word does each character belong to?

    A word is a run of letters, digits and their marks; an apostrophe between two letters joins (didn't, l'homme).
    A Chinese character, a punctuation mark and a symbol are each a word of their own.
    returns : (character,) increasing from 0; -1 for white space
    """
    joined = _APOSTROPHE.sub(_letter_between_letters, text)
    kinds = joined.translate({ord(character): _kind(character) for character in set(joined)})
    numbers = [-1] * len(text)
    for number, word in enumerate(_WORD.finditer(kinds)):
        numbers[word.start() : word.end()] = [number] * (word.end() - word.start())
    return numbers


def _letter_between_letters(apostrophe: re.Match[str]) -> str:
    """Something that counts as a letter, where the apostrophe joins."""
    text, position = apostrophe.string, apostrophe.start()
    joins = text[max(0, position - 1) : position].isalpha() and text[position + 1 : position + 2].isalpha()
    return "a" if joins else apostrophe[0]


def _kind(character: str) -> str:
    """L letter or digit, M mark or joiner, C ideograph, S punctuation or symbol, or a space."""
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category[0] in "LN":
        return "C" if _IDEOGRAPH.match(character) else "L"
    return "M" if category[0] == "M" or (category in ("Cf", "Sk") and ord(character) > 0x7F) else "S"
