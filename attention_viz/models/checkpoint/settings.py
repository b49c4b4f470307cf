"""Settings: the config.json of a checkpoint, and what in it makes a model impossible or wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attention_viz.errors import ModelError

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
    except json.JSONDecodeError as error:
        raise ModelError(
            "{path} is damaged in line {line}, character {column}. Fetch or copy it again.",
            path=path,
            line=error.lineno,
            column=error.colno,
        ) from error
    except OSError as error:
        raise ModelError("{path} cannot be opened. See that it is a file which you may read.", path=path) from error
    except (ValueError, RecursionError) as error:  # other signs than text, numbers or brackets without end
        raise ModelError("{path} is damaged. Fetch or copy it again.", path=path) from error
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

    A larger count is refused before the layers are built, which would take all memory.
    n_tensors, n_numbers : how many arrays, and numbers in them, the weights hold
    """
    for name, most in (*((name, n_tensors) for name in LAYER_COUNTS), ("num_labels", n_numbers)):
        for key, count in _inside(config):
            if key == name and isinstance(count, (int, float)) and count > most:
                raise ModelError(
                    "The configuration in {folder} counts {name} = {count}, more than its weights could fill. Fetch or copy it again.",
                    folder=folder,
                    name=name,
                    count=count,
                )


def check_paths(settings: Any, path: Path) -> None:
    """Do these settings name a file outside their own folder?

    A tokenizer would open it as its vocabulary, and so disclose its content. Raises ModelError that names it.
    """
    inside = path.parent.resolve()
    for _, value in _inside(settings):
        found = _file(value) if isinstance(value, str) else None
        if found is not None and inside not in found.parents:
            raise ModelError(
                "{path} names a file outside its folder: {file}. Remove the entry, or choose another model.",
                path=path,
                file=value[:200],
            )


def _file(text: str) -> Path | None:
    """The file of this name, if there is one."""
    try:
        path = Path(text).expanduser()
        return path.resolve() if path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # no possible name
        return None


def _inside(settings: Any) -> Iterator[tuple[str, Any]]:
    """(name, value) of all that is in plain values, however deep; items of a list are called as the list is."""
    waiting = [("", settings)]
    while waiting:
        name, value = waiting.pop()
        yield name, value
        if isinstance(value, Mapping):
            waiting.extend(value.items())
        elif isinstance(value, list):
            waiting.extend((name, each) for each in value)
