"""Device: where a model computes, and in which type of numbers."""

from __future__ import annotations

from typing import Any, cast

import torch
from transformers import PreTrainedModel

from attention_viz.errors import Message, ModelError
from attention_viz.models.checkpoint.folder import Checkpoint

_HALVES = frozenset({"F16", "BF16"})
_DOUBLES = frozenset({"F64"})


def choose_device(name: str | None) -> torch.device:
    """The device of this name ("cpu", "cuda", "mps", ...), or the best there is.

    Raises ModelError where there is no such one.
    """
    if name is None:
        return torch.device(_there()[-1])
    try:
        chosen = torch.device(name)
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ModelError(
            "The device {device} cannot be used here. Choose one of {there}.",
            device=repr(name)[:80],
            there=", ".join(_there()),
        ) from error
    return chosen


def _there() -> list[str]:
    """The devices that can be used here, the best one last."""
    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else None
    return ["cpu", best] if best else ["cpu"]


def number_type(checkpoint: Checkpoint, device: torch.device) -> torch.dtype | str:
    """The type to compute in: the checkpoint's own ("auto"), but float32 where the device lacks it or is slow with it.

    That is for half numbers on the CPU, and for numbers of 8 bytes on Apple's GPU ("mps").
    """
    lacking = {"cpu": _HALVES, "mps": _DOUBLES}.get(device.type, frozenset())
    return torch.float32 if checkpoint.weights.number_types & lacking else "auto"


def memory_note(network: PreTrainedModel, checkpoint: Checkpoint, device: torch.device) -> Message:
    """What numbers of another type take in memory when they are computed as float32."""
    if device.type == "mps":
        return Message(
            "The checkpoint's numbers ({types}) are computed as float32, as Apple's GPU does.",
            {"types": ", ".join(sorted(checkpoint.weights.number_types))},
        )
    return Message(
        "The checkpoint's numbers ({types}) are computed as float32 on the CPU: {size:,.0f} MB of memory.",
        {
            "types": ", ".join(sorted(checkpoint.weights.number_types)),
            "size": cast(Any, network).get_memory_footprint() / 1e6,
        },
    )
