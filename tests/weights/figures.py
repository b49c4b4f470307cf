"""Figures: how often a masked-word model finds the hidden piece of a held-out sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from masking import Masked
from torch.nn import functional

Logits = Callable[[Masked], torch.Tensor]
"""(hidden piece, vocabulary)"""


@dataclass(frozen=True)
class Figures:
    """first, five : share of the hidden pieces that are the likeliest piece, or among the five likeliest; loss: nats"""

    first: float
    five: float
    loss: float
    n: int

    def __str__(self) -> str:
        return f"top 1 {self.first:.3f}, top 5 {self.five:.3f}, loss {self.loss:.3f} over {self.n:,} pieces"


@torch.no_grad()
def measure(logits_of: Logits, batches: Iterable[Masked]) -> Figures:
    """How well are the hidden pieces guessed?"""
    first, five, losses = [], [], []
    for batch in batches:
        logits, pieces = logits_of(batch).float(), batch.pieces
        first.append(logits.argmax(-1) == pieces)
        five.append((logits.topk(5).indices == pieces[:, None]).any(-1))
        losses.append(functional.cross_entropy(logits, pieces, reduction="none"))
    share, among, loss = (float(torch.cat(each).float().mean()) for each in (first, five, losses))
    return Figures(share, among, loss, sum(map(len, first)))


def unigram(counts: torch.Tensor) -> Logits:
    """What is guessed without reading the text: the same pieces each time, the most frequent first.

    counts : (vocabulary,), how often each piece occurs in the sentences that were trained on
    """
    return lambda batch: (counts + 0.1).log().log_softmax(-1).expand(len(batch.pieces), -1)
