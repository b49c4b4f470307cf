"""Kind: the transformers class of a checkpoint, and what it reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import transformers
from transformers import CONFIG_MAPPING, MODEL_MAPPING, AutoModel, PreTrainedModel

from attention_viz.errors import Message, ModelError


def architecture_of(config: Mapping[str, Any]) -> str:
    """The class that a configuration names, which tells the task head; "" where it names none."""
    names = config.get("architectures")
    return str(names[0]) if isinstance(names, list) and names else ""


def class_of(config: Mapping[str, Any], folder: Path) -> Any:
    """The class that the configuration names, so that its task head is kept; else the body alone.

    Raises ModelError for one that the checkpoint brings along, and for one that does not read text.
    """
    name = architecture_of(config)
    named = getattr(transformers, name, None) if name else None
    if isinstance(named, type) and issubclass(named, PreTrainedModel):
        check_reads_text(named, folder.name)
        return AutoModel if chooses(name) else named
    if "auto_map" in config:
        raise ModelError(
            "The model in {folder} ({name}) needs code that it brings along, which is never run. Choose a model that transformers itself knows.",
            folder=folder,
            name=name,
        )
    body = MODEL_MAPPING.get(CONFIG_MAPPING[config["model_type"]], AutoModel)
    check_reads_text(cast(type[PreTrainedModel], body[0] if isinstance(body, tuple) else body), folder.name)
    return AutoModel


def chooses(name: str) -> bool:
    """Whether models of this class read several texts at once to choose among them; of such a one, the body is read."""
    return name.endswith("ForMultipleChoice")


def body_alone() -> Message:
    """What is to be said where the body of a model that chooses is read."""
    return Message("The model chooses among several texts; of one at a time, it says nothing.")


def check_reads_text(kind: type[PreTrainedModel], name: str) -> None:
    """Raises ModelError for a class that reads something else than text, which says what."""
    taken = getattr(kind, "main_input_name", "input_ids")
    if taken == "input_ids":
        return
    if taken.startswith("pixel_values"):
        raise ModelError(
            "{name} ({kind}) reads pictures, not text. Choose a text model.", name=name, kind=kind.__name__
        )
    if taken in ("input_features", "input_values", "audio_values"):
        raise ModelError("{name} ({kind}) reads sound, not text. Choose a text model.", name=name, kind=kind.__name__)
    raise ModelError(
        "{name} ({kind}) reads {input}, not text. Choose a text model.", name=name, kind=kind.__name__, input=taken
    )


def reads_more_than_text(network: PreTrainedModel) -> bool:
    """Whether pictures or sound belong to what the model reads, beside text."""
    taken = network.input_modalities
    return not set([taken] if isinstance(taken, str) else taken) <= {"text"}
