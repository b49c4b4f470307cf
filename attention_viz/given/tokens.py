"""Tokens: the forms in which somebody may name them: spellings, numbers, or the text itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from attention_viz.errors import InputError
from attention_viz.spelling import pieces_of, spell, spell_ids, spelling, tokenize
from attention_viz.tokens import Tokens


def tokens_of(given: object, tokenizer: Any = None, too_many: int | None = None) -> Tokens:
    """The tokens in what is given: Tokens, spellings, or with their tokenizer also numbers, or the text itself.

    too_many : if there are so many, the last of them was written, but not read, and is left out
    Raises InputError where they cannot be told.
    """
    if isinstance(given, Tokens):
        return given
    if tokenizer is not None and not all(hasattr(tokenizer, name) for name in ("convert_ids_to_tokens", "is_fast")):
        raise InputError(
            "The tokenizer is of type {type}. Give one of transformers, as AutoTokenizer.from_pretrained makes it.",
            type=type(tokenizer).__name__,
        )
    if isinstance(given, str):
        return _of_text(given, tokenizer)
    items = _row(given)
    items = items[:-1] if len(items) == too_many else items
    if items and all(isinstance(item, int | np.integer) for item in items):
        return _of_numbers([int(item) for item in items], tokenizer)
    for position, item in enumerate(items):
        if not isinstance(item, str):
            raise InputError(
                "Token {position}, counted from 0, is of type {type}, not a string. Give one spelling per token.",
                position=position,
                type=type(item).__name__,
            )
    return Tokens.plain(items) if tokenizer is None else _of_spellings(items, tokenizer)


def _of_text(text: str, tokenizer: Any) -> Tokens:
    if tokenizer is None:
        raise InputError(
            "The tokens are one text. Give a list with the spelling of each token, or the text and its tokenizer: from_weights(weights, text, tokenizer=tokenizer)."
        )
    return spell(pieces_of(tokenizer, tokenize(tokenizer, (text,)), (text,)), (text,))


def _of_numbers(ids: list[int], tokenizer: Any) -> Tokens:
    if tokenizer is None:
        raise InputError(
            "The tokens are numbers. Give their spellings, tokenizer.convert_ids_to_tokens(ids), or the tokenizer too: from_weights(weights, ids, tokenizer=tokenizer)."
        )
    return spell_ids(tokenizer, ids, pair=True)[1]


def _of_spellings(texts: list[str], tokenizer: Any) -> Tokens:
    ids = tokenizer.convert_tokens_to_ids(texts)
    for position, (text, number) in enumerate(zip(texts, ids, strict=True)):
        if number is None or spelling(tokenizer, number) != text:
            raise InputError(
                "The tokenizer does not know token {position}, counted from 0: {token}. Give the tokenizer that made the tokens.",
                position=position,
                token=repr(text)[:80],
            )
    return spell_ids(tokenizer, ids, pair=True)[1]


def _row(given: Any) -> list[Any]:
    """The tokens as a list, from a list, an array or a batch with one text."""
    items = given.tolist() if hasattr(given, "tolist") else list(given)
    items = [item.item() if hasattr(item, "item") else item for item in items]
    if items and all(isinstance(item, list | tuple) for item in items):
        if len(items) > 1:
            raise InputError("These are the tokens of {n} texts. Give those of one.", n=len(items))
        items = list(items[0])
    return items
