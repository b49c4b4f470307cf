"""Device: where a model computes, and in which type of numbers."""

from __future__ import annotations

import torch
from transformers import PreTrainedModel

from attention_viz.errors import Message, ModelError
from attention_viz.models.checkpoint import Checkpoint
from attention_viz.models.explained import first_line

_HALVES = frozenset({"F16", "BF16"})


def choose_device(name: str | None) -> torch.device:
    """The device of this name ("cpu", "cuda", ...), or the best there is. Raises ModelError where there is no such one."""
    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        chosen = torch.device(name)
        torch.empty(0, device=chosen)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ModelError(
            'The device {device} cannot be used here: {reason}. Choose "cpu".',
            device=repr(name)[:80],
            reason=first_line(error),
        ) from error
    return chosen


def number_type(checkpoint: Checkpoint, device: torch.device) -> torch.dtype | str:
    """The type to compute in: the checkpoint's own ("auto"), but float32 for half numbers on the CPU."""
    halves = checkpoint.weights.number_types & _HALVES
    return torch.float32 if halves and device.type == "cpu" else "auto"


def memory_note(network: PreTrainedModel, checkpoint: Checkpoint) -> Message:
    """What half numbers take in memory when they are computed as float32."""
    return Message(
        "The checkpoint's numbers ({types}) are computed as float32 on the CPU: {size:,.0f} MB of memory.",
        {"types": ", ".join(sorted(checkpoint.weights.number_types)), "size": network.get_memory_footprint() / 1e6},
    )
