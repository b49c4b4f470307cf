"""Sharing: the modules and tensors that a copy of a network shares with it, and whether the network still has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from attention_viz.errors import ModelError

_Part = tuple[Mapping[str, Any], str, str, Any]
"""The mapping that holds it, its name there, its full name, and the parameter, buffer or module itself."""


@dataclass(frozen=True, eq=False)
class Sharing:
    """A network's parameters, buffers and modules when a copy was made that shares them.

    What is written into a shared tensor is seen by the copy; a tensor or module that replaces one is not.
    parts    : those that must stay the same objects
    computed : non-persistent buffers, which a network may compute anew in any pass; these may change, but not their device
    """

    parts: tuple[_Part, ...]
    computed: tuple[_Part, ...]

    @classmethod
    def of(cls, network: nn.Module) -> Sharing:
        """Of this network as it is now."""
        found: tuple[list[_Part], list[_Part]] = ([], [])
        for path, module in network.named_modules():
            for place in (module._parameters, module._buffers, module._modules):
                for name, part in place.items():
                    is_computed = place is module._buffers and name in module._non_persistent_buffers_set
                    found[is_computed].append((place, name, f"{path}.{name}" if path else name, part))
        return cls(*map(tuple, found))

    def check(self) -> None:
        """Does the network still have them all? Raises ModelError that names one that was replaced."""
        replaced = next((path for place, name, path, part in self.parts if place.get(name) is not part), None)
        if replaced is None:
            replaced = next((path for place, name, path, part in self.computed if _moved(place.get(name), part)), None)
        if replaced is not None:
            raise ModelError(
                "A part of the model was replaced after it was loaded ({name}); what is shown would be that of the old one. Give the model to load_model again, with its tokenizer.",
                name=replaced,
            )


def _moved(now: torch.Tensor | None, then: torch.Tensor | None) -> bool:
    return (now is None) != (then is None) or (now is not None and then is not None and now.device != then.device)
