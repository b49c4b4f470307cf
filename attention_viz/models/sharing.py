"""Sharing: the weights that a model had when its twins were built on them, and whether it still has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from attention_viz.errors import ModelError

_Part = tuple[Mapping[str, Any], str, str, Any]
"""Where it hangs, by which name there, its name from the top, and what it is."""


@dataclass(frozen=True, eq=False)
class Sharing:
    """A network's parts as they were: where each parameter, buffer and module hangs, its name, and the thing itself.

    A twin shares the numbers, so what is written into them is seen at once. What is put in their place is not.
    passing : buffers that no file holds, which a network may work out anew in any pass; these may change, but not move
    """

    parts: tuple[_Part, ...]
    passing: tuple[_Part, ...]

    @classmethod
    def of(cls, network: nn.Module) -> Sharing:
        """The parts of this network as it is now."""
        found: tuple[list[_Part], list[_Part]] = ([], [])
        for path, module in network.named_modules():
            for place in (module._parameters, module._buffers, module._modules):
                for name, part in place.items():
                    is_passing = place is module._buffers and name in module._non_persistent_buffers_set
                    found[is_passing].append((place, name, f"{path}.{name}" if path else name, part))
        return cls(*map(tuple, found))

    def check(self) -> None:
        """Are they all still there? Some microseconds for a hundred. Raises ModelError that names one which is not."""
        replaced = next((path for place, name, path, part in self.parts if place.get(name) is not part), None)
        if replaced is None:
            replaced = next((path for place, name, path, part in self.passing if _moved(place.get(name), part)), None)
        if replaced is not None:
            raise ModelError(
                "A part of the model was replaced after it was loaded ({name}); what is shown would be that of the old one. Give the model to load_model again, with its tokenizer.",
                name=replaced,
            )


def _moved(now: torch.Tensor | None, then: torch.Tensor | None) -> bool:
    return (now is None) != (then is None) or (now is not None and then is not None and now.device != then.device)
