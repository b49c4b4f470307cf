"""Checkpoint: a folder with a model's files, looked at before anything in it is loaded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from attention_viz.errors import ModelError

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model", "*.tiktoken", "vocab.bpe", "tekken.json")
"""One of these holds the vocabulary; without any, transformers would go on with an empty one."""

BYTE_TOKENIZERS = ("ByT5Tokenizer", "CanineTokenizer", "PerceiverTokenizer")
"""Tokenizers whose vocabulary is the bytes or the characters themselves, so that they have no such file."""

OTHER_FORMATS = ("pytorch_model*.bin", "*.bin", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack")


@dataclass(frozen=True)
class Checkpoint:
    """A folder that can be loaded: its configuration, and its files of weights with the type of their numbers."""

    folder: Path
    config: Mapping[str, Any]
    files: tuple[Path, ...]
    number_types: frozenset[str]

    @property
    def architecture(self) -> str:
        """The class that the configuration names, which tells the task head; "" where it names none."""
        names = self.config.get("architectures") or [""]
        return str(names[0])

    def sha256(self) -> str:
        """The checksum of the weights: of the one file, or of all shards in the order of their names."""
        digest = hashlib.sha256()
        for path in self.files:
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()


def inspect(folder: Path) -> Checkpoint:
    """Can the checkpoint in this folder be loaded, as far as its files tell?

    Reads the configuration and the headers of the weights, no weights and no code.
    Raises ModelError that names the file and the remedy.
    """
    if not folder.is_dir():
        raise ModelError("There is no folder {folder}. Check the path.", folder=folder)
    config = _read_json(folder / "config.json")
    _check_config(config, folder)
    files = _weight_files(folder, config)
    number_types = frozenset().union(*(_number_types(path) for path in files))
    if not _has_tokenizer(folder):
        raise ModelError(
            "{folder} holds no tokenizer (no {names}). Copy the tokenizer's files into it, with tokenizer.save_pretrained.",
            folder=folder,
            names=", ".join(TOKENIZER_FILES),
        )
    return Checkpoint(folder, config, files, number_types)


def _has_tokenizer(folder: Path) -> bool:
    if any(path.is_file() for pattern in TOKENIZER_FILES for path in folder.glob(pattern)):
        return True
    settings = folder / "tokenizer_config.json"
    return settings.is_file() and _read_json(settings).get("tokenizer_class") in BYTE_TOKENIZERS


def _read_json(path: Path) -> dict[str, Any]:
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


def _check_config(config: Mapping[str, Any], folder: Path) -> None:
    """Refuse what transformers would load wrongly and in silence, or not at all."""
    from transformers import CONFIG_MAPPING

    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in CONFIG_MAPPING:
        raise ModelError(
            "The model in {folder} is of type {kind}, which transformers does not know. Code that a checkpoint brings along is never run; choose a model of a known type.",
            folder=folder,
            kind=repr(kind)[:80],
        )
    pruned = config.get("pruned_heads")
    if pruned:
        layers = ", ".join(str(int(layer) + 1) for layer in pruned if str(layer).isdigit())
        raise ModelError(
            "Heads were removed from layer {layers} of the model in {folder} by an older transformers, whose files the present one cannot read. Load the checkpoint from before the removal.",
            layers=layers,
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


def _weight_files(folder: Path, config: Mapping[str, Any]) -> tuple[Path, ...]:
    if (folder / WEIGHTS).is_file():
        return (folder / WEIGHTS,)
    if not (folder / INDEX).is_file():
        raise _no_weights(folder, config)
    shards = _read_json(folder / INDEX).get("weight_map")
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
    names = config.get("architectures") or ["AutoModel"]
    return ModelError(
        'The weights in {folder} are only there as {names}, a format that can run code when it is opened; only safetensors is loaded. If you trust its author, convert it once in Python: from transformers import {architecture}; {architecture}.from_pretrained("{folder}", use_safetensors=False).save_pretrained("{folder}")',
        folder=folder,
        names=", ".join(others[:5]),
        architecture=names[0],
    )


def _number_types(path: Path) -> frozenset[str]:
    """The types of a file's numbers ("F32", "BF16"). Opening it checks that no byte of it is missing."""
    try:
        with safe_open(path, framework="pt") as file:
            return frozenset(str(file.get_slice(key).get_dtype()) for key in file.keys())  # noqa: SIM118 - no mapping
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(
            "{path} is damaged or incomplete: {reason}. Fetch or copy it again.", path=path, reason=first_line(error)
        ) from error


def first_line(error: BaseException) -> str:
    """The first line of what a library says, or the kind of its error where it says nothing."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
