"""Completeness: does a checkpoint hold every weight that its model needs?

transformers fills what is missing with random numbers and goes on. Here only what no picture depends on may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from transformers import PreTrainedModel

from attention_viz.errors import Message, ModelError

_NUMBER = re.compile(r"\b\d+\b")


def check(network: PreTrainedModel, found: dict[str, Any], folder: object) -> tuple[bool, tuple[Message, ...]]:
    """Is the task head whole, and what must the user know?

    found   : what transformers says it loaded (`output_loading_info`)
    returns : whether what the model says can be trusted, and a note for each part that is missing
    Raises ModelError that names the weights which the attention depends on and which are missing or of another shape.
    """
    shapes = {name: (tuple(there), tuple(wanted)) for name, there, wanted in found["mismatched_keys"]}
    missing = set(found["missing_keys"]) | set(shapes)
    needed = sorted(name for name in missing if _carries_attention(network, name))
    misshapen = [name for name in needed if name in shapes]
    if misshapen:
        there, wanted = shapes[misshapen[0]]
        raise ModelError(
            "The weight {name} in {folder} is {there}, but the configuration asks for {wanted}. Fetch the checkpoint again, or take config.json and weights from one model.",
            name=misshapen[0],
            folder=folder,
            there=" x ".join(map(str, there)),
            wanted=" x ".join(map(str, wanted)),
        )
    if needed:
        raise ModelError(
            "The checkpoint in {folder} lacks {n} weights that the attention needs: {names}. Fetch it again, or take config.json and weights from one model.",
            folder=folder,
            n=len(needed),
            names=_list(needed),
        )
    head = sorted(name for name in missing if not _is_pooler(name))
    notes = _notes(head, sorted(missing - set(head)), _extra_layers(network, found["unexpected_keys"]))
    # A head above the pooler reads it: without the pooler it says nothing that can be trusted.
    return not missing or network.base_model is network, tuple(notes)


def _carries_attention(network: PreTrainedModel, name: str) -> bool:
    """Whether a weight belongs to the body of the network, from the embeddings to the last layer."""
    prefix = network.base_model_prefix + "."
    has_head = network.base_model is not network
    return not _is_pooler(name) and (not has_head or name.startswith(prefix))


def _is_pooler(name: str) -> bool:
    return "pooler" in name.split(".")


def _extra_layers(network: PreTrainedModel, unexpected: Iterable[str]) -> list[str]:
    """Weights that are like those of a layer but for its number: layers that the configuration does not count."""
    prefix = network.base_model_prefix + "."
    known = {_NUMBER.sub("#", name.removeprefix(prefix)) for name, _ in network.named_parameters()}
    return sorted(name for name in unexpected if _NUMBER.sub("#", name.removeprefix(prefix)) in known)


def _notes(head: list[str], pooler: list[str], extra: list[str]) -> Iterable[Message]:
    if head:
        yield Message(
            "The checkpoint lacks its task head ({names}), so nothing is predicted. The attention does not depend on it.",
            {"names": _list(head)},
        )
    if pooler:
        yield Message(
            "The checkpoint lacks the pooler ({names}). The attention does not depend on it.", {"names": _list(pooler)}
        )
    if extra:
        yield Message(
            "The checkpoint holds more layers than its configuration counts ({names}). They are not computed.",
            {"names": _list(extra)},
        )


def _list(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
