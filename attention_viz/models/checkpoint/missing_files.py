"""Absence: what a folder holds that is no model here, and which step or which folder inside it helps."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from attention_viz.errors import ModelError

CONFIG = "config.json"
WEIGHTS = "model.safetensors"

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
"""Formats that can run code when they are opened."""

OLDER = {"from_tf": ("tf_model*.h5",), "from_flax": ("flax_model*.msgpack",)}
"""TensorFlow's and JAX's formats, by the option with which transformers 4 reads them; 5 does not."""

ROUNDED = ("*.gguf", "*.ggml")
EXPORTED = (
    "*.onnx",
    "*.h5",
    "*.keras",
    "*.msgpack",
    "openvino_model*.xml",
    "openvino_model*.bin",
    "*.ot",
    "*.tflite",
    "*.mlmodel",
    "*.engine",
)
DATA = ("*.arrow", "*.parquet", "dataset_info.json", "dataset_dict.json", "*.csv", "*.jsonl")
PACKED = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
TOKENIZERS = ("tokenizer.json", "tokenizer_config.json", "vocab.*", "*.model", "spiece.model")

SHOWN = 5
"""Files or folders that a sentence names."""


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
    other = foreign(str(folder), names, {})
    if other is not None:
        return other
    for patterns, sentence in _NO_MODEL:
        if _those(names, patterns):
            return sentence(folder)
    return ModelError(
        "{folder} is no model: it has no {name}. Choose the folder that a model was saved to.",
        folder=folder,
        name=CONFIG,
    )


def no_weights(folder: Path, config: Mapping[str, Any]) -> ModelError:
    """What helps where a folder has config.json, but no weights that can be loaded."""
    names = _names(folder)
    other = foreign(str(folder), names, config)
    if other is not None:
        return other
    pickles = _those(names, PICKLES)
    if pickles:
        return ModelError(
            "The weights in {folder} are only there as {names}, a format that can run code when it is opened; only safetensors is loaded. If you trust its author, convert it once in Python: from transformers import {kind}; {kind}.from_pretrained({path}, use_safetensors=False).save_pretrained({path})",
            folder=folder,
            names=", ".join(pickles[:SHOWN]),
            kind=_safe_name(config),
            path=repr(str(folder)),
        )
    own = _those(names, ("*.safetensors",))
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


def foreign(place: str, names: Collection[str], config: Mapping[str, Any]) -> ModelError | None:
    """What helps where the weights are in a format of another library; None where they are in none of those.

    place : a folder, or a name on the hub; names: of the files there
    """
    if _those(names, ("pytorch_model*.bin",)):
        return None
    for option, patterns in OLDER.items():
        found = _those(names, patterns)
        if found:
            return ModelError(
                'The weights in {place} are only there as {names}, which transformers reads no more since its version 5. Convert them once in Python: from transformers import {kind}; {kind}.from_pretrained({path}, {option}=True).save_pretrained({path}). It takes an environment of its own, with an older transformers: pip install "transformers<5" torch {packages}',
                place=place,
                names=", ".join(found[:SHOWN]),
                packages="tf-keras" if option == "from_tf" else "flax",
                kind=_safe_name(config),
                path=repr(place),
                option=option,
            )
    rounded = _those(names, ROUNDED)
    if rounded:
        return ModelError(
            "The weights in {place} are only there as {names}, rounded for programs such as llama.cpp. Choose the model that they were made from; the page of such a file names it.",
            place=place,
            names=", ".join(rounded[:SHOWN]),
        )
    exported = _those(names, EXPORTED)
    if exported:
        return ModelError(
            "The model in {place} is only there as {names}, exported for another program, which gives out no attention. Choose the model that it was exported from.",
            place=place,
            names=", ".join(exported[:SHOWN]),
        )
    return None


def _safe_name(config: Mapping[str, Any]) -> str:
    """The class to name in a line that people copy into Python: what a stranger's file says must not become code."""
    names = config.get("architectures")
    name = names[0] if isinstance(names, list) and names else ""
    return name if isinstance(name, str) and name.isidentifier() else "AutoModel"


def _names(folder: Path) -> list[str]:
    """The files in a folder and in the folders in it, as they are called there."""
    return sorted(
        path.relative_to(folder).as_posix()
        for pattern in ("*", "*/*")
        for path in folder.glob(pattern)
        if path.is_file() and not path.name.startswith(".")
    )


def _those(names: Collection[str], patterns: Collection[str]) -> list[str]:
    """The names of files that one of the patterns fits, wherever they lie."""
    return [
        name for name in names if any(fnmatchcase(name.rpartition("/")[2].lower(), pattern) for pattern in patterns)
    ]


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
