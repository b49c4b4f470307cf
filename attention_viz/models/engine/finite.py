"""Finite: are the numbers that a model holds, and those that it computes for a text, numbers at all?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from transformers import PreTrainedModel

from attention_viz.errors import ModelError


def check_parameters(network: PreTrainedModel, name: str) -> None:
    """Is every number that the model has learned finite?

    name : of the model. Reads each weight once. Raises ModelError that names the weight.
    """
    for weight, parameter in network.named_parameters():
        if not _is_finite(parameter.detach()):
            raise ModelError(
                "The weight {weight} of {name} holds {n:,} numbers that are not finite (NaN or infinite), so what is read with it would be none. Fetch the checkpoint again, or take one from before its training failed.",
                weight=weight,
                name=name,
                n=int((~parameter.isfinite()).sum()),
            )


def _is_finite(numbers: torch.Tensor) -> bool:
    if not numbers.is_floating_point() or numbers.is_meta or numbers.numel() == 0:
        return True
    return all(
        bool(each.isfinite()) for each in numbers.aminmax()
    )  # one that is no number is both; 15 times as fast as isfinite


def check_finite(outputs: Any, inputs: Mapping[str, torch.Tensor], network: PreTrainedModel) -> None:
    """Did the model compute numbers for this text? One that is none (NaN) spoils all that is computed from it.

    outputs : of the pass, the last vectors or the logits first; inputs: what it was given
    Raises ModelError where they are none.
    """
    last = next((each for each in outputs.to_tuple() if torch.is_tensor(each) and each.is_floating_point()), None)
    if last is None or not last.sum().isnan() or not _kept(last, inputs).isnan().any():
        return
    raise _beyond(network)


def check_sums(sums: Iterable[torch.Tensor | None], network: PreTrainedModel) -> None:
    """The same, of a pass that ended with the last attention.

    sums : each text's sum of every row, as a logarithm, (..., head, query), of the last attention: one that is none, in a
           query or in any key that it reads, is none there
    """
    if any(each is not None and bool(each.isnan().any()) for each in sums):
        raise _beyond(network)


def _beyond(network: PreTrainedModel) -> ModelError:
    return ModelError(
        "What the model ({kind}) computes for this text runs beyond the numbers of its type, {dtype}, and is none in the end (NaN). Read another text; a model in float16 can be loaded in float32 instead.",
        kind=type(network).__name__,
        dtype=str(network.dtype).removeprefix("torch."),
    )


def _kept(last: torch.Tensor, inputs: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """The same without what was computed for padding."""
    kept = inputs.get("attention_mask")
    return last if kept is None or kept.shape != last.shape[:2] else last[kept.bool()]
