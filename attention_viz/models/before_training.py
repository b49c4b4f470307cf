"""Before training: a model as it was before training, which says what its shape alone gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from attention_viz.models.loading import load_model
from attention_viz.models.model import Model


def untrained(model: Model, seed: int = 0) -> Model:
    """The same model before training: the same sizes and tokenizer, its numbers drawn anew as its class draws them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network: Any = type(model.network)(model.network.config)
    drawn = load_model((network.to(model.network.device).eval(), model.reader.tokenizer))
    revision = f"{model.revision} untrained {seed}".strip()
    return replace(drawn, name=f"{model.name}, untrained", source=model.source, revision=revision)
