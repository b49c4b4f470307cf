"""Recorded: what the trainings of lesson 8 came to, for paper, where nothing can be trained; made by `tests/lesson_pictures.py --train`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from attention_viz.mechanism import Recipe, Snapshot

FILE = Path(__file__).parent / "recorded.json"


def recorded(recipes: Sequence[Recipe]) -> dict[int, tuple[Snapshot, ...]] | None:
    """Of each number of heads the snapshots, of which all but the last have an accuracy alone; None where one was not recorded."""
    found = {each.n_heads: _records().get(recipe_key(each)) for each in recipes}
    if None in found.values():
        return None
    return {n_heads: _snapshots(record) for n_heads, record in found.items() if record is not None}


def recipe_key(recipe: Recipe) -> str:
    """What tells one training from another here."""
    task = recipe.task
    return " ".join(
        map(str, (task.rule, recipe.n_heads, recipe.positional, recipe.causal, recipe.n_steps, recipe.seed))
    )


def record_of(snapshots: Sequence[Snapshot]) -> dict[str, Any]:
    """What is kept of a training."""
    last = snapshots[-1]
    return {
        "curve": [[each.step, round(each.accuracy, 4)] for each in snapshots],
        "given": last.given.tolist(),
        "wanted": last.wanted.tolist(),
        "answered": last.answered.tolist(),
        "weights": [(each * 1000).round().int().tolist() for each in last.weights],
    }


def _snapshots(record: dict[str, Any]) -> tuple[Snapshot, ...]:
    weights = tuple(torch.tensor(each) / 1000 for each in record["weights"])
    given, wanted, answered = (torch.tensor(record[name]) for name in ("given", "wanted", "answered"))
    return tuple(Snapshot(step, accuracy, given, wanted, answered, weights) for step, accuracy in record["curve"])


@lru_cache(maxsize=1)
def _records() -> dict[str, dict[str, Any]]:
    records: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return records
