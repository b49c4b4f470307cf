"""Weights: the safetensors files of a checkpoint, known by their headers."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from attention_viz.errors import Message, ModelError
from attention_viz.models.checkpoint.missing_files import WEIGHTS, no_weights
from attention_viz.models.checkpoint.settings import read_settings

INDEX = "model.safetensors.index.json"
WRAPPERS = re.compile(r"(?:module\.|_orig_mod\.)+")
"""What torch puts before every name of a model that was trained on several devices (module.) or compiled (_orig_mod.)."""

_VARIANT = re.compile(r"model\.([A-Za-z0-9_]{1,20})\.safetensors|model\.safetensors\.index\.([A-Za-z0-9_]{1,20})\.json")


@dataclass(frozen=True)
class Weights:
    """The files that hold a model's weights.

    number_types : the types of their numbers ("F32", "BF16")
    n_tensors    : how many arrays they hold; n_numbers: how many numbers in all of them
    variant      : what stands in the files' names beside the usual ("fp16" of model.fp16.safetensors); "" = nothing
    wrapper      : what stands before the name of every array and is no part of it, such as "module."
    """

    files: tuple[Path, ...]
    number_types: frozenset[str]
    n_tensors: int
    n_numbers: int
    variant: str = ""
    wrapper: str = ""

    @property
    def notes(self) -> tuple[Message, ...]:
        """What is read otherwise than it was saved."""
        told = []
        if self.variant:
            names = ", ".join(path.name for path in self.files[:3])
            told.append(Message("The weights are those of a variant: {names}.", {"names": names}))
        if self.wrapper:
            told.append(
                Message(
                    "The names of the weights begin with {wrapper}, as training on several devices or compiling leaves them; it was taken off.",
                    {"wrapper": self.wrapper},
                )
            )
        return tuple(told)

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
    variant = _variant(folder, config)
    files = _files(folder, variant)
    arrays = [array for path in files for array in _arrays(path)]
    return Weights(
        files,
        frozenset(number_type for _, number_type, _ in arrays),
        len(arrays),
        sum(math.prod(shape) for _, _, shape in arrays),
        variant,
        _wrapper([name for name, _, _ in arrays]),
    )


def _variant(folder: Path, config: Mapping[str, Any]) -> str:
    """Which variant of the weights is there; "" = the usual one, which goes first. Raises ModelError where none is."""
    if any((folder / name).is_file() for name in (WEIGHTS, INDEX)):
        return ""
    fits = (_VARIANT.fullmatch(path.name) for path in folder.iterdir() if path.is_file())
    variants = {each[1] or each[2] for each in fits if each}
    if len(variants) != 1:
        raise no_weights(folder, config)
    return variants.pop()


def _files(folder: Path, variant: str) -> tuple[Path, ...]:
    between = f".{variant}" if variant else ""
    whole, index = folder / f"model{between}.safetensors", folder / f"model.safetensors.index{between}.json"
    if whole.is_file():
        return (whole,)
    shards = read_settings(index).get("weight_map")
    if not isinstance(shards, dict) or not shards or not all(isinstance(name, str) for name in shards.values()):
        raise ModelError("{path} names no files of weights. Fetch or copy it again.", path=index)
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


def _wrapper(names: list[str]) -> str:
    """What stands before every name and is no part of it; "" where one of them lacks it."""
    found = WRAPPERS.match(names[0]) if names else None
    return found[0] if found and all(name.startswith(found[0]) for name in names) else ""


def _arrays(path: Path) -> list[tuple[str, str, tuple[int, ...]]]:
    """(name, type, shape) of each array in a file. Opening it checks that no byte of it is missing."""
    try:
        with safe_open(path, framework="pt") as file:
            slices = [(name, file.get_slice(name)) for name in file.keys()]  # noqa: SIM118 - it is no mapping
            return [(name, str(each.get_dtype()), tuple(each.get_shape())) for name, each in slices]
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError("{path} is damaged or incomplete. Fetch or copy it again.", path=path) from error
