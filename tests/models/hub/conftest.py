"""Models of a few hundred kilobytes for the hub stand-in; their weights are only moved about, never run."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save

WEIGHTS = "model.safetensors"


@pytest.fixture
def files(rng: np.random.Generator) -> dict[str, bytes]:
    """What a repository of a BERT holds: four files that are needed, and three that are not."""
    return {
        "config.json": json.dumps({"model_type": "bert"}).encode(),
        "vocab.txt": b"[PAD]\n[UNK]\nsun\n",
        "tokenizer_config.json": b"{}",
        WEIGHTS: save({"weight": rng.normal(size=(300, 400)).astype(np.float32)}),
        "pytorch_model.bin": b"a pickle",
        "README.md": b"# A model",
        "onnx/model.safetensors": b"of another kind",
    }
