"""DeBERTa terms: content to content, content to position, position to content, as DeBERTa adds them up itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from attention_viz.models import Model
from attention_viz.models.engine.reference import body_of, called_with, twin

POSITION_TERMS = ("c2p", "p2c")

METHODS = ("disentangled_att_bias", "disentangled_attention_bias")
"""How transformers calls what adds the terms with positions, in DeBERTa and in its second version."""


@dataclass(eq=False)
class DebertaTerms:
    """The terms of one layer: "c2c", "c2p", "p2c" -> (head, query, key); those that the model has."""

    by_name: dict[str, torch.Tensor] = field(default_factory=dict)

    def of(self, head: int, query: int) -> np.ndarray:
        """(key, part of the query, part of the key), the parts being content and position."""
        rows = {name: term[head, query].double().cpu().numpy() for name, term in self.by_name.items()}
        none = np.zeros(len(rows["c2c"]))
        return np.stack(
            [
                np.stack([rows["c2c"], rows.get("c2p", none)], -1),
                np.stack([rows.get("p2c", none), none], -1),
            ],
            1,
        )


def has_terms(model: Model) -> bool:
    """Whether the model's attention adds such terms."""
    return any(_method(module) for module in body_of(model.network).modules())


def _method(module: nn.Module) -> str | None:
    return next((name for name in METHODS if hasattr(module, name)), None)


def read_terms(model: Model, text: str, second: str | None, layer: int) -> DebertaTerms:
    """The terms of one layer on one text, from the model's own code; one pass of a copy that shares the weights."""
    network = body_of(twin(model.network, "eager"))
    module: Any = [each for each in network.modules() if _method(each)][layer]
    name = _method(module)
    assert name is not None  # `has_terms` has seen it
    terms, added = DebertaTerms(), getattr(module, name)

    def apart(
        queries: torch.Tensor, keys: torch.Tensor, relative: Any, embeddings: torch.Tensor, scale_factor: int
    ) -> Any:
        # DeBERTa divides the queries before, its second version the product afterwards
        divisor = 1.0 if name == METHODS[0] else (queries.shape[-1] * scale_factor) ** 0.5
        terms.by_name["c2c"] = _heads(queries @ keys.transpose(-1, -2) / divisor)
        whole = module.pos_att_type
        for each in (each for each in POSITION_TERMS if each in whole):
            module.pos_att_type = [each]
            terms.by_name[each] = _heads(added(queries, keys, relative, embeddings, scale_factor))
        module.pos_att_type = whole
        return added(queries, keys, relative, embeddings, scale_factor)

    setattr(module, name, apart)
    with torch.no_grad():
        called, arguments = called_with(network, model.encode(text, second).inputs)
        called(**arguments)
    return terms


def _heads(scores: torch.Tensor) -> torch.Tensor:
    """(head, query, key) of the only text."""
    return scores.reshape(-1, *scores.shape[-2:])
