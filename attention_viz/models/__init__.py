"""Models: from a checkpoint to the attention of a text. The names that need torch are imported when first used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attention_viz.models.before_training import untrained
    from attention_viz.models.loading import load_model
    from attention_viz.models.model import Model, Reading

_LATER = {
    "Model": "attention_viz.models.model",
    "Reading": "attention_viz.models.model",
    "load_model": "attention_viz.models.loading",
    "untrained": "attention_viz.models.before_training",
}

__all__ = ["Model", "Reading", "load_model", "untrained"]


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(importlib.import_module(_LATER[name]), name)
    raise AttributeError(f"module 'attention_viz.models' has no attribute '{name}'")
