"""Task: what a checkpoint was trained to say, told by the head that it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from transformers import PreTrainedModel

Kind = Literal["", "mask", "classes", "labels", "answer", "next", "similarity"]

_HEADS: tuple[tuple[str, Kind], ...] = (
    ("ForMaskedLM", "mask"),
    ("ForPreTraining", "mask"),
    ("WithLMHeadModel", "mask"),
    ("ForSequenceClassification", "classes"),
    ("ForTokenClassification", "labels"),
    ("ForQuestionAnswering", "answer"),
    ("ForQuestionAnsweringSimple", "answer"),
    ("ForCausalLM", "next"),
    ("LMHeadModel", "next"),
)
"""How transformers ends the names of its classes, and what such a class says."""


@dataclass(frozen=True)
class Task:
    """What a model says of a text.

    kind    : "mask" words for each [MASK]; "classes" of the text; "labels" of each token; "answer" a span of the second
              text; "next" token; "similarity" of two texts; "" nothing
    pooling : how the tokens' vectors become the text's, for "similarity": "mean", "cls" or "max"
    """

    kind: Kind
    pooling: str = ""


def task_of(network: PreTrainedModel, folder: Path) -> Task:
    """What does this model say? Of a body without a head, the folder tells whether it compares sentences."""
    name = type(network).__name__
    for ending, kind in _HEADS:
        if name.endswith(ending):
            return Task(kind if _speaks(network, kind) else "")
    pooling = _pooling(folder) if network.base_model is network else ""
    return Task("similarity", pooling) if pooling else Task("")


def _speaks(network: PreTrainedModel, kind: Kind) -> bool:
    """Not an encoder-decoder, which is read by its encoder while its words come from the decoder; and not a
    discriminator, which was pretrained to find replaced words and has none of its own."""
    words = kind not in ("mask", "next") or network.get_output_embeddings() is not None
    return words and not network.config.is_encoder_decoder


def _pooling(folder: Path) -> str:
    """How sentence-transformers pools this model; "" where the folder does not say, or needs more than pooling."""
    modules = _read(folder / "modules.json")
    if not isinstance(modules, list) or not all(isinstance(each, Mapping) for each in modules):
        return ""
    kinds = {str(each.get("type", "")).rpartition(".")[2]: str(each.get("path", "")) for each in modules}
    if "Pooling" not in kinds or not set(kinds) <= {"Transformer", "Pooling", "Normalize"}:
        return ""
    settings = _read(folder / kinds["Pooling"] / "config.json")
    return single_mode(settings) if isinstance(settings, Mapping) else ""


def single_mode(settings: Mapping[str, Any]) -> str:
    """The one way of pooling that is switched on, of those that `similarity` knows; older files spell it as switches."""
    known = {"mean": "pooling_mode_mean_tokens", "cls": "pooling_mode_cls_token", "max": "pooling_mode_max_tokens"}
    switched_on = [name for name, value in settings.items() if name.startswith("pooling_mode_") and value is True]
    named = settings.get("pooling_mode")
    return next((mode for mode, switch in known.items() if switched_on == [switch] or named == mode), "")


def _read(path: Path) -> Any:
    """The content of a file that may be missing or damaged; None then: what the model says is an extra."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
