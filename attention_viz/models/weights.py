"""Weights: the safetensors files of a checkpoint, known by their headers."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from attention_viz.errors import ModelError
from attention_viz.models.explained import first_line
from attention_viz.models.settings import read_settings

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
OTHER_FORMATS = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack")


@dataclass(frozen=True)
class Weights:
    """The files that hold a model's weights.

    number_types : the types of their numbers ("F32", "BF16")
    n_tensors    : how many arrays they hold; n_numbers: how many numbers in all of them
    """

    files: tuple[Path, ...]
    number_types: frozenset[str]
    n_tensors: int
    n_numbers: int

    def sha256(self) -> str:
        """The checksum of the one file, or of all shards in the order of their names."""
        digest = hashlib.sha256()
        for path in self.files:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()


def find_weights(folder: Path, config: Mapping[str, Any]) -> Weights:
    """Which files hold the weights, and are they whole?

    Raises ModelError that names the file that is missing, cut or of another format.
    """
    files = _files(folder, config)
    shapes = [tensor for path in files for tensor in _tensors(path)]
    return Weights(
        files,
        frozenset(number_type for number_type, _ in shapes),
        len(shapes),
        sum(math.prod(shape) for _, shape in shapes),
    )


def _files(folder: Path, config: Mapping[str, Any]) -> tuple[Path, ...]:
    if (folder / WEIGHTS).is_file():
        return (folder / WEIGHTS,)
    if not (folder / INDEX).is_file():
        raise _no_weights(folder, config)
    shards = read_settings(folder / INDEX).get("weight_map")
    if not isinstance(shards, dict) or not shards or not all(isinstance(name, str) for name in shards.values()):
        raise ModelError("{path} names no files of weights. Fetch or copy it again.", path=folder / INDEX)
    names = sorted(set(shards.values()))
    missing = [name for name in names if Path(name).name != name or not (folder / name).is_file()]
    if missing:
        raise ModelError(
            "{folder} lacks {n} of its {total} files of weights: {names}. Fetch or copy them again.",
            folder=folder,
            n=len(missing),
            total=len(names),
            names=", ".join(missing[:5]),
        )
    return tuple(folder / name for name in names)


def _no_weights(folder: Path, config: Mapping[str, Any]) -> ModelError:
    others = sorted({path.name for pattern in OTHER_FORMATS for path in folder.glob(pattern)})
    if not others:
        return ModelError(
            "{folder} holds no weights: it has no {name}. Choose the folder that a model was saved to.",
            folder=folder,
            name=WEIGHTS,
        )
    return ModelError(
        "The weights in {folder} are only there as {names}, a format that can run code when it is opened; only safetensors is loaded. If you trust its author, convert it once in Python: from transformers import {kind}; {kind}.from_pretrained({path}, use_safetensors=False).save_pretrained({path})",
        folder=folder,
        names=", ".join(others[:5]),
        kind=_safe_name(config),
        path=repr(str(folder)),
    )


def _safe_name(config: Mapping[str, Any]) -> str:
    """The class to name in a line that people copy into Python: what a stranger's file says must not become code."""
    names = config.get("architectures")
    name = names[0] if isinstance(names, list) and names else ""
    return name if isinstance(name, str) and name.isidentifier() else "AutoModel"


def _tensors(path: Path) -> list[tuple[str, tuple[int, ...]]]:
    """(type, shape) of each array in a file. Opening it checks that no byte of it is missing."""
    try:
        with safe_open(path, framework="pt") as file:
            slices = [file.get_slice(name) for name in file.keys()]  # noqa: SIM118 - it is no mapping
            return [(str(each.get_dtype()), tuple(each.get_shape())) for each in slices]
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(
            "{path} is damaged or incomplete: {reason}. Fetch or copy it again.", path=path, reason=first_line(error)
        ) from error
