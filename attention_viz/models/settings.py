"""Settings: the config.json of a checkpoint, and what in it makes a model impossible or wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attention_viz.errors import ModelError
from attention_viz.models.explained import first_line

LAYER_COUNTS = (
    "num_hidden_layers",
    "num_layers",
    "num_decoder_layers",
    "n_layer",
    "n_layers",
    "encoder_layers",
    "decoder_layers",
)
"""How configurations call the number of their layers."""


def read_settings(path: Path) -> dict[str, Any]:
    """What stands in a JSON file of settings? Raises ModelError that names the file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(
            "{folder} is no model: it has no {name}. Choose the folder that a model was saved to.",
            folder=path.parent,
            name=path.name,
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(
            "{path} cannot be read: {reason}. Fetch or copy it again.", path=path, reason=first_line(error)
        ) from error
    if not isinstance(content, dict):
        raise ModelError("{path} holds no settings. Fetch or copy it again.", path=path)
    return content


def check_settings(config: Mapping[str, Any], folder: Path) -> None:
    """Would transformers load a model of these settings, and load it rightly?

    Raises ModelError for a type it does not know, and for what it would leave out in silence.
    """
    from transformers import CONFIG_MAPPING

    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in CONFIG_MAPPING:
        raise ModelError(
            "The model in {folder} is of type {kind}, which transformers does not know. Code that a checkpoint brings along is never run; choose a model of a known type.",
            folder=folder,
            kind=repr(kind)[:80],
        )
    pruned = config.get("pruned_heads")
    if isinstance(pruned, dict) and pruned:
        raise ModelError(
            "Heads were removed from layer {layers} of the model in {folder} by an older transformers, whose files the present one cannot read. Load the checkpoint from before the removal.",
            layers=", ".join(
                str(int(layer) + 1) if re.fullmatch("[0-9]{1,4}", layer) else layer[:20] for layer in pruned
            ),
            folder=folder,
        )
    positions = config.get("position_embedding_type", "absolute")
    if str(positions).startswith("relative") and kind != "esm":
        raise ModelError(
            "The model in {folder} uses positions of type {positions}, which transformers 5 leaves out for {kind}: every weight would be wrong. Choose a model with absolute positions.",
            folder=folder,
            positions=positions,
            kind=kind,
        )


def check_counts(config: Mapping[str, Any], folder: Path, n_tensors: int, n_numbers: int) -> None:
    """Could the weights fill the layers and classes that these settings count?

    A count beyond that is damage or malice, and building so many would take all memory before anything is missed.
    n_tensors, n_numbers : how many arrays, and numbers in them, the weights hold
    """
    for name, most in (*((name, n_tensors) for name in LAYER_COUNTS), ("num_labels", n_numbers)):
        for count in _values(config, name):
            if isinstance(count, (int, float)) and count > most:
                raise ModelError(
                    "The configuration in {folder} counts {name} = {count}, more than its weights could fill. Fetch or copy it again.",
                    folder=folder,
                    name=name,
                    count=count,
                )


def _values(config: Mapping[str, Any], name: str) -> Iterator[Any]:
    """The values of this name, in the settings and in the settings inside them."""
    for key, value in config.items():
        if key == name:
            yield value
        if isinstance(value, Mapping):
            yield from _values(value, name)
