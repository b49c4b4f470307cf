"""Truncation: which tokens of a text or pair that is too long the model reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from attention_viz.errors import Message, SelectionError, TextError

Overlong = Literal["first", "windows"]


def truncate(
    segments: np.ndarray, limit: int | None, overlong: Overlong | None
) -> tuple[np.ndarray, tuple[Message, ...]]:
    """Which tokens does the model read?

    segments : (token,) 0 first text, 1 second text, -1 added by the tokenizer, which is always read
    limit    : tokens the model reads at once; None = any number
    returns  : (token,) bool, and a note for each text that was cut
    Raises TextError where the tokens do not fit and `overlong` is None.
    """
    if overlong not in (None, "first", "windows"):
        raise SelectionError(
            'overlong is {value}; choose "first" or "windows", or None to refuse.', value=repr(overlong)[:80]
        )
    keep = np.ones(len(segments), dtype=bool)
    if limit is None or len(segments) <= limit:
        return keep, ()
    if overlong != "first":
        raise TextError(
            'This text has {n:,} tokens (those that the tokenizer adds included); the model reads {limit:,}. Shorten it by {over:,}, or choose the first ones that fit: overlong="first", or all of them in parts: overlong="windows".',
            n=len(segments),
            limit=limit,
            over=len(segments) - limit,
        )
    totals = [int((segments == segment).sum()) for segment in (0, 1)]
    kept = longest_first(totals, limit - int((segments < 0).sum()))
    for segment, n in enumerate(kept):
        keep[np.flatnonzero(segments == segment)[n:]] = False
    return keep, tuple(_notes(totals, kept))


def longest_first(totals: Sequence[int], limit: int) -> list[int]:
    """How many tokens of each of two texts fit together?

    totals  : tokens of each text; limit : of both together
    returns : half each; what the shorter does not need goes to the longer, and so does an odd token, as the strategy
              "longest_first" of Hugging Face's tokenizers truncates
    """
    shorter, longer = sorted(totals)
    kept = min(shorter, max(limit, 0) // 2)
    both = [kept, min(longer, max(limit, 0) - kept)]
    return both if totals[0] <= totals[1] else both[::-1]


def _notes(totals: Sequence[int], kept: Sequence[int]) -> list[Message]:
    first, second = ({"kept": n, "total": total, "left_out": total - n} for total, n in zip(totals, kept, strict=True))
    if totals[1] == 0:
        notes = [Message("Read: the first {kept:,} of {total:,} tokens; {left_out:,} left out.", first)]
    else:
        notes = [
            Message("Read of the first text: the first {kept:,} of {total:,} tokens; {left_out:,} left out.", first),
            Message("Read of the second text: the first {kept:,} of {total:,} tokens; {left_out:,} left out.", second),
        ]
    return [note for note in notes if note.values["left_out"]]
