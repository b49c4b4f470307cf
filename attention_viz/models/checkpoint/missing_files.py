"""Missing files: the error for a folder without a configuration or weights, by what it holds instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attention_viz.errors import ModelError
from attention_viz.models.other_formats import SHOWN, class_name, matching, other_format

CONFIG = "config.json"
WEIGHTS = "model.safetensors"

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
"""Formats that can run code when they are opened."""

DATA = ("*.arrow", "*.parquet", "dataset_info.json", "dataset_dict.json", "*.csv", "*.jsonl")
PACKED = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
TOKENIZERS = ("tokenizer.json", "tokenizer_config.json", "vocab.*", "*.model", "spiece.model")


def no_folder(path: Path) -> ModelError:
    """What helps where this is no folder: missing, or a file."""
    if not path.is_file():
        return ModelError("There is no folder {folder}. Check the path.", folder=path)
    if path.suffix.lower() in PACKED:
        return ModelError("{path} is packed. Unpack it, and give the folder that comes out of it.", path=path)
    return ModelError(
        "{path} is a file. A model is a folder with {config}, {weights} and a tokenizer; give the folder.",
        path=path,
        config=CONFIG,
        weights=WEIGHTS,
    )


def no_model(folder: Path) -> ModelError:
    """What helps where a folder has no config.json."""
    names = _names(folder)
    if not names:
        return ModelError("{folder} is empty. Choose the folder that a model was saved to.", folder=folder)
    inside = [place.parent for place in folder.glob(f"*/{CONFIG}")]
    if inside:
        return ModelError(
            "{folder} is no model itself, but folders in it are: {names}. Give one of them, such as {path}.",
            folder=folder,
            names=", ".join(place.name for place in sorted(inside, key=_step)[:SHOWN]),
            path=min(inside, key=_step),
        )
    other = other_format(str(folder), names, {})
    if other is not None:
        return other
    for patterns, sentence in _NO_MODEL:
        if matching(names, patterns):
            return sentence(folder)
    return ModelError(
        "{folder} is no model: it has no {name}. Choose the folder that a model was saved to.",
        folder=folder,
        name=CONFIG,
    )


def no_weights(folder: Path, config: Mapping[str, Any]) -> ModelError:
    """What helps where a folder has config.json, but no weights that can be loaded."""
    names = _names(folder)
    other = other_format(str(folder), names, config)
    if other is not None:
        return other
    pickles = matching(names, PICKLES)
    if pickles:
        return ModelError(
            "The weights in {folder} are only there as {names}, a format that can run code when it is opened; only safetensors is loaded. If you trust its author, convert it once in Python: from transformers import {kind}; {kind}.from_pretrained({path}, use_safetensors=False).save_pretrained({path})",
            folder=folder,
            names=", ".join(pickles[:SHOWN]),
            kind=class_name(config),
            path=repr(str(folder)),
        )
    own = matching(names, ("*.safetensors",))
    if own:
        return ModelError(
            "The weights in {folder} are called {names}. Rename those that you mean to {name}.",
            folder=folder,
            names=", ".join(own[:SHOWN]),
            name=WEIGHTS,
        )
    return ModelError(
        "{folder} holds no weights: it has no {name}. Choose the folder that a model was saved to.",
        folder=folder,
        name=WEIGHTS,
    )


def _names(folder: Path) -> list[str]:
    """The files in a folder and in the folders in it, as they are called there."""
    return sorted(
        path.relative_to(folder).as_posix()
        for pattern in ("*", "*/*")
        for path in folder.glob(pattern)
        if path.is_file() and not path.name.startswith(".")
    )


def _step(folder: Path) -> tuple[int, str]:
    """Sorts folders by their names, those of a training ("checkpoint-500") from the last step to the first."""
    number = re.fullmatch(r"checkpoint-([0-9]{1,15})", folder.name)
    return (-int(number[1]) if number else 0, folder.name)


_NO_MODEL: tuple[tuple[tuple[str, ...], Callable[[Path], ModelError]], ...] = (
    (
        DATA,
        lambda folder: ModelError(
            "{folder} holds data, not a model. Choose the folder that a model was saved to.", folder=folder
        ),
    ),
    (
        ("*.safetensors", *PICKLES),
        lambda folder: ModelError(
            "{folder} holds weights, but no {name}, which tells what model they belong to. Copy the model's {name} into it.",
            folder=folder,
            name=CONFIG,
        ),
    ),
    (
        TOKENIZERS,
        lambda folder: ModelError(
            "{folder} holds a tokenizer, but no model. Save the model into it too, with model.save_pretrained.",
            folder=folder,
        ),
    ),
)
