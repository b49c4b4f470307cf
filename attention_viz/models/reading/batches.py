"""Batches: which of many texts are read in one pass, and how many are read ahead of the one that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attention_viz.models.reading.encoded import Encoded

AT_ONCE = 1024
"""Tokens of one pass, padding included: more are no faster and take more memory."""

AHEAD = 8 * AT_ONCE
"""Tokens of the texts that are read before the first of them is given out: among so many, texts of like length are found."""


def batches(lengths: Sequence[int], apart: Sequence[bool]) -> Iterator[list[int]]:
    """Places of the texts of one pass each, shortest texts first: of like length, so that little is padded.

    lengths : tokens of each text; apart : whether it must be read by itself
    """
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if apart[place]:
            yield [place]
            continue
        if batch and (len(batch) + 1) * lengths[place] > AT_ONCE:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def ahead(texts: Iterable[Encoded]) -> Iterator[list[Encoded]]:
    """The texts in their order, as many together as are read before the first of them is given out."""
    held: list[Encoded] = []
    n_tokens = 0
    for text in texts:
        held.append(text)
        n_tokens += len(text.tokens)
        if n_tokens >= AHEAD:
            yield held
            held, n_tokens = [], 0
    if held:
        yield held
