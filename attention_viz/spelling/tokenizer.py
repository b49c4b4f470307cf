"""Tokenizer: what one of transformers makes of a text, and what its tokens say of the text they came from.

A tokenizer is asked by its methods alone, so that nothing is imported here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from attention_viz.spelling.boundaries import word_numbers
from attention_viz.spelling.pieces import Pieces, Span, spell
from attention_viz.spelling.spans import guess_spans
from attention_viz.tokens import Tokens


def tokenize(tokenizer: Any, texts: Sequence[str], add_special_tokens: bool = True) -> Any:
    """One text or a pair as the tokenizer encodes it, with all that `pieces_of` asks for. Nothing is cut."""
    return tokenizer(
        *texts,
        add_special_tokens=add_special_tokens,
        truncation=False,
        verbose=False,  # no warning about length: what is too long is said elsewhere
        return_special_tokens_mask=True,
        return_offsets_mapping=tokenizer.is_fast,
    )


def pieces_of(tokenizer: Any, encoding: Any, texts: Sequence[str]) -> Pieces:
    """The pieces of an encoding that `tokenize` gave for these texts."""
    ids = np.asarray(encoding["input_ids"], dtype=np.int64)
    spellings = tuple(tokenizer.convert_ids_to_tokens(ids.tolist()))
    if tokenizer.is_fast:
        segments = np.array([-1 if owner is None else owner for owner in encoding.sequence_ids(0)], dtype=int)
        spans: tuple[Span, ...] = tuple((start, stop) for start, stop in encoding["offset_mapping"])
    else:
        segments = _guess_segments(tokenizer, np.asarray(encoding["special_tokens_mask"], dtype=bool), texts)
        spans = guess_spans(spellings, segments.tolist(), texts)
    special = (segments < 0) | _is_reserved(tokenizer, ids)
    return Pieces(spellings, segments, spans, special, ~special & (ids == tokenizer.unk_token_id))


def spell_ids(tokenizer: Any, ids: Sequence[int], pair: bool = False) -> tuple[tuple[str, ...], Tokens]:
    """What do tokens say of a text that is not there: (the texts as far as they tell them, the tokens)?

    pair : what [SEP] and its like part into two is a pair of texts
    A tokenizer that makes the same tokens of the text that it reads in them has told all of it; else the characters of
    each token are looked for in that text.
    """
    array = np.asarray(ids, dtype=np.int64)
    reserved = _is_reserved(tokenizer, array)
    runs = list(_runs(reserved))
    in_pair = pair and len(runs) == 2
    segments, spans, texts = np.where(reserved, -1, 0), [(0, 0)] * len(array), ["", ""]
    for number, run in enumerate(runs):
        segment = number if in_pair else 0
        text, found = _read(tokenizer, array[run].tolist())
        start = len(texts[segment]) + (1 if texts[segment] else 0)
        texts[segment] = f"{texts[segment]} {text}" if texts[segment] else text
        segments[run] = segment
        spans[run] = [(first + start, last + start) if last else (0, 0) for first, last in found]
    unknown = ~reserved & (array == tokenizer.unk_token_id)
    pieces = Pieces(
        tuple(spelling(tokenizer, each) for each in array.tolist()), segments, tuple(spans), reserved, unknown
    )
    held = tuple(texts[: 2 if in_pair else 1])
    return held, spell(pieces, held, [_words(text, number, pieces) for number, text in enumerate(held)])


def spelling(tokenizer: Any, token: int) -> str:
    """As the tokenizer spells it; one that it does not know, by its number."""
    return str(tokenizer.convert_ids_to_tokens([token])[0]) if knows(tokenizer, token) else f"#{token}"


def knows(tokenizer: Any, token: int) -> bool:
    """Whether the tokenizer has such a token: many models have more rows than that, to make their number round."""
    try:
        tokenizer.decode([token])  # those of bytes and characters raise what the others answer with None
        return tokenizer.convert_ids_to_tokens([token])[0] is not None
    except (ValueError, OverflowError):
        return False


def _read(tokenizer: Any, ids: list[int]) -> tuple[str, Sequence[Span]]:
    """The text of neighbouring tokens, and the characters in it that each stands for."""
    known = [each for each in ids if knows(tokenizer, each)]
    for tidied in (True, False):  # "didn ' t" or "didn't"
        text = str(tokenizer.decode(known, clean_up_tokenization_spaces=tidied))
        encoding = tokenize(tokenizer, (text,), add_special_tokens=False) if text else {"input_ids": []}
        if list(encoding["input_ids"]) == ids:
            return text, pieces_of(tokenizer, encoding, (text,)).spans
    return text, guess_spans([spelling(tokenizer, each) for each in ids], [0] * len(ids), (text,))


def _words(text: str, segment: int, pieces: Pieces) -> list[int]:
    """Which word each character belongs to, where "<unk>" stands for letters that nobody knows."""
    letters = list(text)
    for unknown, owner, (start, stop) in zip(pieces.unknown, pieces.segments, pieces.spans, strict=True):
        if unknown and owner == segment:
            letters[start:stop] = "x" * (stop - start)
    return word_numbers("".join(letters))


def _runs(reserved: np.ndarray) -> Any:
    """The slices of neighbouring tokens that are not reserved."""
    edges = np.flatnonzero(np.diff(reserved, prepend=True, append=True)).tolist()
    return itertools.starmap(slice, zip(edges[::2], edges[1::2], strict=True))


def _is_reserved(tokenizer: Any, ids: np.ndarray) -> np.ndarray:
    """Tokens that are special wherever they stand: [CLS] and its like, not [MASK] and not [UNK]. (token,) bool"""
    ends = {tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id}
    padding = {tokenizer.pad_token_id} - {tokenizer.unk_token_id}
    return np.isin(ids, list((ends | padding) - {None, tokenizer.mask_token_id}))


def _guess_segments(tokenizer: Any, added: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Segments for a tokenizer that does not tell: the first text has as many tokens as it has alone."""
    alone = tokenizer(texts[0], add_special_tokens=False, truncation=False, verbose=False)
    segments = np.where(added, -1, 0)
    segments[np.flatnonzero(~added)[len(alone["input_ids"]) :]] = 1
    return segments
