"""Sentence transformers: where in a folder that this library saved its parts lie, and how long a text it reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MODULES = "modules.json"
TRANSFORMERS = ("Transformer", "BERT", "RoBERTa", "DistilBERT", "ALBERT", "CamemBERT", "XLMRoBERTa", "XLNet")
"""How the library has called the module that is a transformers model; the first of them since 2020."""

_SETTINGS = ("bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet")
_LONGEST = 1_000_000_000
"""Tokens; a length beyond stands for none (transformers writes 1e30)."""


@dataclass(frozen=True)
class SentenceLayout:
    """What modules.json says of a folder.

    root        : the folder with modules.json
    transformer : the folder with the transformers model, often the root itself
    pooling     : the folder with the settings of the pooling; None where there is none
    modules     : the kinds of all modules in their order, such as ("Transformer", "Pooling", "Normalize")
    max_length  : tokens of a text that are read, special tokens included; None where no file says
    do_lower_case : whether a text is lower-cased before its tokenizer gets it
    """

    root: Path
    transformer: Path
    pooling: Path | None
    modules: tuple[str, ...]
    max_length: int | None
    do_lower_case: bool


def layout_of(folder: Path) -> SentenceLayout | None:
    """How is this folder laid out, be it the root or the folder of the transformers model inside?

    None where no modules.json fits it: missing or damaged, without a transformers model, or leading out of its folder.
    """
    own = _layout(folder)
    if own is not None:
        return own
    around = _layout(folder.resolve().parent)
    return around if around is not None and around.transformer.resolve() == folder.resolve() else None


def _layout(root: Path) -> SentenceLayout | None:
    modules = read_known(root / MODULES)
    if not isinstance(modules, list) or not all(isinstance(each, Mapping) for each in modules):
        return None
    kinds = [str(each.get("type", "")).rpartition(".")[2] for each in modules]
    places = {kind: _inside(root, each.get("path", "")) for kind, each in zip(kinds, modules, strict=True)}
    transformer = next((places[kind] for kind in kinds if kind in TRANSFORMERS), None)
    if transformer is None:
        return None
    settings = next(filter(None, _settings(transformer)), {})
    told = settings.get("max_seq_length")
    if told is None:  # left out or null: the tokenizer's own length holds
        told = _mapping(transformer / "tokenizer_config.json").get("model_max_length")
    return SentenceLayout(
        root=root,
        transformer=transformer,
        pooling=places.get("Pooling"),
        modules=tuple(kinds),
        max_length=told if type(told) is int and 0 < told < _LONGEST else None,
        do_lower_case=settings.get("do_lower_case") is True,
    )


def _inside(root: Path, path: object) -> Path | None:
    """The folder of a module; None for what is no path, and for one that leads out of the root."""
    if not isinstance(path, str) or "\0" in path:
        return None
    whole = (root / path).resolve()
    return root / path if whole.is_relative_to(root.resolve()) else None


def _settings(transformer: Path) -> Iterator[dict[str, Any]]:
    return (_mapping(transformer / f"sentence_{name}_config.json") for name in _SETTINGS)


def _mapping(path: Path) -> dict[str, Any]:
    found = read_known(path)
    return found if isinstance(found, dict) else {}


def read_known(path: Path) -> Any:
    """The content of a JSON file that may be missing or damaged; None then: what it says is an extra."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
