"""Embedding: where a token's first vector comes from, step by step, beside the model's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from attention_viz.mechanism import Walkthrough, walk_embedding
from attention_viz.models.anatomy.activations import EXACT, Passage, tolerance
from attention_viz.models.anatomy.columns import near
from attention_viz.models.anatomy.log import Ran
from attention_viz.models.anatomy.surroundings import norm_of


@dataclass(frozen=True, eq=False)
class Embedding:
    """The walk from the tables to a token's first vector. own: the model's number for each step that it shows."""

    walk: Walkthrough
    own: Mapping[str, Tensor]
    exact: float = EXACT

    def equal(self, name: str) -> bool:
        """Whether a step is the model's own number but for rounding."""
        difference = self.walk.differences({name: self.own[name]})[name]
        return difference <= tolerance(self.own[name], self.exact)


def embedding(passage: Passage, query: int) -> Embedding | None:
    """Which vectors are added to make this token's first one? None where the model does more than add and normalise."""
    tables = _named(passage)
    if tables is None:
        return None
    total = torch.stack([each.gave.expand(len(tables["word"].gave), -1) for each in tables.values()]).sum(0)
    word, position, segment = (
        None if each is None else _row(each, query) for each in map(tables.get, ("word", "position", "segment"))
    )
    assert word is not None
    scale = _scale(passage, total, len(tables))
    if passage.first is not None and scale is not None:
        return Embedding(walk_embedding(word, position, segment, scale), {"sum": passage.first[query]}, passage.exact)
    after = passage.embedded
    if after is None or not near(after.given, total, passage.exact):
        return None
    norm = norm_of(after, passage.exact)
    own = {"sum": after.given[query]} | ({} if norm is None else {"output": after.gave[query]})
    return Embedding(walk_embedding(word, position, segment, norm=norm), own, passage.exact)


def _named(passage: Passage) -> dict[str, Ran] | None:
    """The tables as word, position and segment; None where there is another one."""
    found: dict[str, Ran] = {}
    for ran in passage.tables:
        name = (
            "position" if "pos" in ran.name or ran.name.endswith("wpe") else "segment" if "type" in ran.name else "word"
        )
        if name in found or ran.gave.shape[-1] != passage.tables[0].gave.shape[-1] or ran.gave.ndim != 2:
            return None
        found[name] = ran
    return found if "word" in found else None


def _row(ran: Ran, query: int) -> Tensor:
    return ran.gave[query if len(ran.gave) > 1 else 0]


def _scale(passage: Passage, total: Tensor, n_tables: int) -> float | None:
    """By which factor the word's vector enters the first layer; 1 where it is just the sum, None where it is neither."""
    if passage.first is None or near(passage.first, total, passage.exact):
        return None if passage.first is None else 1.0
    if n_tables > 1:
        return None
    factor = float((passage.first * total).sum() / total.square().sum())
    return factor if near(passage.first, total * factor, passage.exact) else None
