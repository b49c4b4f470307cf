"""Ways in which a checkpoint on disk can differ from the one that was saved."""

from __future__ import annotations

import json
from pathlib import Path

import transformers
from safetensors.torch import load_file, save_file


def change(path: Path, **values: object) -> None:
    """Some settings of a JSON file, changed."""
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def drop(folder: Path, *parts: str) -> Path:
    """The same checkpoint without the weights whose names contain one of the parts."""
    path = folder / "model.safetensors"
    weights = load_file(path)
    kept = {name: value for name, value in weights.items() if not any(part in name for part in parts)}
    assert len(kept) < len(weights)
    save_file(kept, path, metadata={"format": "pt"})
    return folder


def shard(folder: Path) -> Path:
    """The same checkpoint with its weights in several files."""
    network = transformers.AutoModel.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    network.save_pretrained(folder, max_shard_size="10KB")
    assert len(list(folder.glob("model-*.safetensors"))) > 1
    return folder
