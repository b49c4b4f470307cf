"""Embedding: a token's input vector, step by step from the embedding tables, beside the model's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from attention_viz.mechanism import Walkthrough, walk_embedding
from attention_viz.models.anatomy.activations import EXACT, Activations, tolerance
from attention_viz.models.anatomy.head_projection import near
from attention_viz.models.anatomy.log import ModuleRun
from attention_viz.models.anatomy.residual_block import norm_of


@dataclass(frozen=True, eq=False)
class Embedding:
    """The walk from the tables to a token's first vector. own: the model's number for each step that it shows."""

    walk: Walkthrough
    own: Mapping[str, Tensor]
    exact: float = EXACT

    def equal(self, name: str) -> bool:
        """Whether a step equals the model's own number up to rounding."""
        difference = self.walk.differences({name: self.own[name]})[name]
        return difference <= tolerance(self.own[name], self.exact)


def embedding(activations: Activations, query: int) -> Embedding | None:
    """Which vectors are added to make this token's first one? None where the model does more than add and normalise."""
    tables = _named(activations)
    if tables is None:
        return None
    total = torch.stack([each.output.expand(len(tables["word"].output), -1) for each in tables.values()]).sum(0)
    word, position, segment = (
        None if each is None else _row(each, query) for each in map(tables.get, ("word", "position", "segment"))
    )
    assert word is not None
    scale = _scale(activations, total, len(tables))
    if activations.first is not None and scale is not None:
        return Embedding(
            walk_embedding(word, position, segment, scale), {"sum": activations.first[query]}, activations.exact
        )
    after = activations.embedded
    if after is None or not near(after.input, total, activations.exact):
        return None
    norm = norm_of(after, activations.exact)
    own = {"sum": after.input[query]} | ({} if norm is None else {"output": after.output[query]})
    return Embedding(walk_embedding(word, position, segment, norm=norm), own, activations.exact)


def _named(activations: Activations) -> dict[str, ModuleRun] | None:
    """The tables as word, position and segment; None where there is another one."""
    found: dict[str, ModuleRun] = {}
    for run in activations.tables:
        name = (
            "position" if "pos" in run.name or run.name.endswith("wpe") else "segment" if "type" in run.name else "word"
        )
        if name in found or run.output.shape[-1] != activations.tables[0].output.shape[-1] or run.output.ndim != 2:
            return None
        found[name] = run
    return found if "word" in found else None


def _row(run: ModuleRun, query: int) -> Tensor:
    return run.output[query if len(run.output) > 1 else 0]


def _scale(activations: Activations, total: Tensor, n_tables: int) -> float | None:
    """By which factor the word's vector enters the first layer; 1 where it is just the sum, None where it is neither."""
    if activations.first is None or near(activations.first, total, activations.exact):
        return None if activations.first is None else 1.0
    if n_tables > 1:
        return None
    factor = float((activations.first * total).sum() / total.square().sum())
    return factor if near(activations.first, total * factor, activations.exact) else None
