"""Masking: which pieces of a text are hidden, to train on and to measure with."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

PAD, CLS, SEP, MASK = 0, 101, 102, 103
LONGEST = 64
"""Pieces of a sentence, [CLS] and [SEP] included."""

SHARE, MEASURED_SHARE = 0.25, 0.12
"""Of the pieces that are hidden, in training and to measure. In the place of each stands [MASK]."""


@dataclass(frozen=True)
class Masked:
    """A batch of texts with hidden pieces.

    ids, attention : (text, token); hidden: (text, token) bool; pieces: (hidden piece,), what was there
    """

    ids: torch.Tensor
    attention: torch.Tensor
    hidden: torch.Tensor
    pieces: torch.Tensor


def for_training(rows: Sequence[torch.Tensor]) -> Masked:
    """rows : of each text, its pieces' ids"""
    ids, attention = _padded(rows)
    hidden = (torch.rand(ids.shape) < SHARE) & _can_be_hidden(ids)
    return Masked(ids.masked_fill(hidden, MASK), attention, hidden, ids[hidden])


def for_measuring(tokenizer: Any, texts: Sequence[str], batch: int = 50, seed: int = 7) -> Iterator[Masked]:
    """The same pieces of the same texts each time, every one of them replaced by [MASK]."""
    generator = torch.Generator().manual_seed(seed)
    for start in range(0, len(texts), batch):
        found = tokenizer(
            texts[start : start + batch], return_tensors="pt", padding=True, truncation=True, max_length=LONGEST
        )
        ids = found["input_ids"]
        hidden = (torch.rand(ids.shape, generator=generator) < MEASURED_SHARE) & _can_be_hidden(ids)
        yield Masked(ids.masked_fill(hidden, MASK), found["attention_mask"], hidden, ids[hidden])


def batches_of_pass(lengths: Sequence[int], batch: int, seed: int) -> list[list[int]]:
    """Which texts stand together in a pass over them? Those of about the same length, in a random order."""
    draw = random.Random(seed)
    order = sorted(range(len(lengths)), key=lambda each: lengths[each] + draw.random() * 4)
    batches = [order[start : start + batch] for start in range(0, len(order), batch)]
    draw.shuffle(batches)
    return batches


def _padded(rows: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=PAD)
    return ids, (ids != PAD).long()


def _can_be_hidden(ids: torch.Tensor) -> torch.Tensor:
    return (ids != PAD) & (ids != CLS) & (ids != SEP)
