"""Repository: which files of a model on the hub are needed, what it lacks, and whether they arrived unharmed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from attention_viz.errors import ModelError
from attention_viz.models.other_formats import other_format

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
TOKENIZERS = ("tokenizer.json", "vocab.txt", "vocab.json", "vocab.bpe", "*.model", "*.tiktoken", "tekken.json")
"""One of these holds the vocabulary."""

ADAPTER = ("adapter_config.json", "adapter_model.safetensors")
INSIDE = "*_Transformer"
"""The folder in which sentence-transformers once kept the model itself."""

VARIANTS = ("model.*.safetensors", "model.safetensors.index.*.json")
"""The weights in another type of numbers, such as model.fp16.safetensors; of use where the usual ones are missing."""

_BODY = (
    *(CONFIG, WEIGHTS, INDEX, "model-*-of-*.safetensors", *VARIANTS, *TOKENIZERS),
    *("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "merges.txt", "bpe.codes"),
    *("generation_config.json", "sentence_*_config.json"),
)
NEEDED = (
    *(*_BODY, *(f"{INSIDE}/{name}" for name in _BODY), *ADAPTER),
    *("modules.json", "*_Pooling/config.json", "config_sentence_transformers.json"),
)
"""What a download takes; everything else on the hub (other formats, pictures, training states) stays there."""

PICKLES = ("pytorch_model*.bin", "*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,94}[A-Za-z0-9_])?", re.ASCII)
_REVISION = re.compile(r"\w[\w./-]{0,199}", re.ASCII)


@dataclass(frozen=True)
class RemoteFile:
    """A file as the hub lists it. sha256 is known of large files, the git hash `blob` of small ones."""

    name: str
    size: int
    sha256: str = ""
    blob: str = ""

    @property
    def digest(self) -> str:
        return self.sha256 or self.blob


def is_name(name: str) -> bool:
    """Could this be the name of a model on the hub? "owner/name", or "name" alone for the oldest."""
    parts = name.split("/")
    allowed = len(parts) <= 2 and all(_NAME.fullmatch(part) for part in parts)
    return allowed and ".." not in name and "--" not in name and not name.endswith(".git")


def check_name(name: str, revision: str | None) -> None:
    """Raises ModelError for what can be no name of a model, or no revision of one, before anyone is asked for it."""
    if not is_name(name):
        raise ModelError(
            "{name} is no model name, and no folder of that name is here. A name looks like owner/name, for example google-bert/bert-base-uncased: letters, digits, '-', '_' and '.'. A folder is given by its path.",
            name=repr(name)[:100],
        )
    if revision is not None and (not _REVISION.fullmatch(revision) or ".." in revision):
        raise ModelError(
            "{revision} is no revision of a model. Give a branch such as main, a tag or a commit, or none for the newest.",
            revision=repr(revision)[:100],
        )


def needed(files: Iterable[RemoteFile]) -> tuple[RemoteFile, ...]:
    """Which of these files are worth a download?"""
    listed = tuple(files)
    spare = VARIANTS if _own({file.name for file in listed}) & {WEIGHTS, INDEX} else ()
    return tuple(file for file in listed if _is_needed(file.name) and not _matches(file.name.rpartition("/")[2], spare))


def check_contents(name: str, files: Collection[RemoteFile], size_limit: int) -> None:
    """Can the model be used, as far as the hub's list of its files tells?

    size_limit : bytes that the needed files may have together
    Raises ModelError for a model without configuration, safetensors or tokenizer, and for one that is too large.
    """
    every = {file.name for file in files}
    names = _own(every)
    if CONFIG not in names and ADAPTER[0] not in names:
        other = other_format(name, every, {})
        if other is not None:
            raise other
        raise ModelError(
            "{name} has no {file}, so nothing tells what kind of model it is. Choose a model that transformers can load.",
            name=name,
            file=CONFIG,
        )
    if CONFIG in names and not names & {WEIGHTS, INDEX} and len(_variants(names)) != 1:
        raise _no_safetensors(name, every)
    if CONFIG in names and not any(_matches(file, TOKENIZERS) for file in names):
        raise ModelError(
            "{name} brings no tokenizer (none of {files}). Choose a model with its tokenizer, or save both into one folder with save_pretrained and open that folder.",
            name=name,
            files=", ".join(TOKENIZERS),
        )
    size = sum(file.size for file in needed(files))
    if size > size_limit:
        raise ModelError(
            "{name} takes {size} MB; the limit here is {limit} MB. Choose a smaller model, or raise the limit where the app is run.",
            name=name,
            size=megabytes(size),
            limit=megabytes(size_limit),
        )


def _no_safetensors(name: str, names: Collection[str]) -> ModelError:
    other = other_format(name, names, {})
    if other is not None:
        return other
    pickles = sorted(file for file in names if _matches(file, PICKLES))
    if pickles:
        return ModelError(
            "{name} holds its weights only as {files}, a format that can run code when it is opened; only safetensors is loaded. If you trust its author, load it once in Python with transformers and save_pretrained it into a folder (that writes safetensors), then open the folder here.",
            name=name,
            files=", ".join(pickles[:3]),
        )
    return ModelError(
        "{name} has no weights in the safetensors format ({file}). Choose another model, or convert it with transformers and save_pretrained and open the folder.",
        name=name,
        file=WEIGHTS,
    )


def _own(names: Collection[str]) -> set[str]:
    """The files of the model itself: those in the root, or in the folder inside that holds it."""
    inside = next((name for name in sorted(names) if fnmatchcase(name, f"{INSIDE}/{CONFIG}")), "")
    start = "" if CONFIG in names else inside.removesuffix(CONFIG)
    return {name.removeprefix(start) for name in names if name.startswith(start)}


def _variants(names: Collection[str]) -> set[str]:
    """Which variants of the weights are there: {"fp16"}."""
    found = (name for name in names if _matches(name, VARIANTS))
    return {re.split(r"[.-]", name.removeprefix("model.").removeprefix("safetensors.index."))[0] for name in found}


def is_complete(folder: Path) -> bool:
    """Does this folder hold configuration, tokenizer and all weights of a model, or an adapter alone?"""
    if not (folder / CONFIG).is_file() and (folder / ADAPTER[0]).is_file():
        return (folder / ADAPTER[1]).is_file()
    if not (folder / CONFIG).is_file() and any(folder.glob(f"{INSIDE}/{CONFIG}")):
        return all(is_complete(each.parent) for each in folder.glob(f"{INSIDE}/{CONFIG}"))
    if not (folder / CONFIG).is_file() or not any(next(folder.glob(pattern), None) for pattern in TOKENIZERS):
        return False
    if (folder / WEIGHTS).is_file():
        return True
    variants = _variants([path.name for path in folder.iterdir()])
    between = f".{variants.pop()}" if len(variants) == 1 and not (folder / INDEX).is_file() else ""
    if between and (folder / f"model{between}.safetensors").is_file():
        return True
    try:
        shards = set(
            json.loads((folder / f"model.safetensors.index{between}.json").read_text(encoding="utf-8"))[
                "weight_map"
            ].values()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return all((folder / shard).is_file() for shard in shards)


def is_damaged(path: Path, digest: str) -> bool:
    """Has the file another content than the one this digest stands for? 64 digits: sha256; 40: git's hash of a file."""
    if len(digest) == 64:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() != digest
    if len(digest) == 40:
        content = path.read_bytes()
        return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() != digest
    return False


def parse(listing: Iterable[dict[str, Any]]) -> tuple[RemoteFile, ...]:
    """The hub client's list of files, as values."""
    return tuple(RemoteFile(file["name"], file["size"], file["sha256"], file["blob"]) for file in listing)


def megabytes(size: float) -> str:
    """Bytes as the number of MB that a person reads: "440", and "0.4" below ten."""
    return f"{size / 1e6:,.0f}" if size >= 1e7 else f"{size / 1e6:.1f}"


def _is_needed(name: str) -> bool:
    # Names with a wildcard's signs would be read as patterns by the hub client; Windows takes "\\" for a "/".
    return _matches(name, NEEDED) and not set(name) & set("*?[]\\")


def _matches(name: str, patterns: Iterable[str]) -> bool:
    """As a shell matches, but a folder only where the pattern names one."""
    return any(fnmatchcase(name, pattern) and name.count("/") == pattern.count("/") for pattern in patterns)
