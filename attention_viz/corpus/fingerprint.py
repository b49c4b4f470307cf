"""Fingerprint: what the numbers of a folder depend on. Shards of two fingerprints never lie in one folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import tokenizers
import torch
import transformers

from attention_viz.corpus.options import Options
from attention_viz.measures import COLUMNS
from attention_viz.models import Model
from attention_viz.version import VERSION

Fingerprint = Mapping[str, Any]
"""Plain values, as they stand in the manifest; two are the same where all values are."""

FORMAT = 1
"""Of the files of a folder."""


def fingerprint(model: Model, options: Options) -> Fingerprint:
    """What the numbers depend on: model, tokenizer, measures, versions and options."""
    kinds = {str(parameter.dtype) for parameter in model.network.parameters()}
    found = {
        "format": FORMAT,
        "model": model.name,
        "revision": model.revision or _hash_of_weights(model),
        "numbers": ", ".join(sorted(kinds)),
        "heads": list(model.heads),
        "tokenizer": _hash_of_tokenizer(model),
        "measures": list(COLUMNS),
        "versions": {
            "attention-viz": VERSION,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "tokenizers": tokenizers.__version__,
        },
        "options": options.to_dict(),
    }
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def differences(one: Fingerprint, other: Fingerprint) -> list[str]:
    """Which of the values differ, as `name: one, not other`."""
    flat_one, flat_other = _flat(one), _flat(other)
    return [
        f"{name}: {flat_one.get(name)}, not {flat_other.get(name)}"
        for name in sorted({*flat_one, *flat_other})
        if flat_one.get(name) != flat_other.get(name)
    ]


def _flat(value: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, each in value.items():
        found |= _flat(each, f"{before}{name}.") if isinstance(each, Mapping) else {f"{before}{name}": each}
    return found


def _hash_of_weights(model: Model) -> str:
    """Of a network that was given as it is: its numbers themselves."""
    found = hashlib.sha256()
    for name, tensor in sorted(model.network.state_dict().items()):
        found.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        found.update(np.ascontiguousarray(tensor.detach().cpu().contiguous().view(torch.uint8).numpy()).data)
    return found.hexdigest()[:12]


def _hash_of_tokenizer(model: Model) -> str:
    tokenizer = model.reader.tokenizer
    backend = getattr(tokenizer, "backend_tokenizer", None)
    spelt = backend.to_str() if backend is not None else json.dumps(sorted(tokenizer.get_vocab().items()))
    return hashlib.sha256(spelt.encode("utf-8", "surrogatepass")).hexdigest()[:12]
