"""Dropout: numbers set to 0 at random in training."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from attention_viz.mechanism.shapes import require_share


def drop(tensor: Tensor, share: float, generator: torch.Generator | None = None) -> Tensor:
    """The same numbers, a share of them set to 0 and the rest divided by (1 - share), so that the mean stays.

    generator : of random numbers; None = torch's global one
    Source: Srivastava et al. 2014, Journal of Machine Learning Research 15, section 4.
    """
    require_share("dropout", share)
    if share == 0:
        return tensor
    kept = torch.rand(tensor.shape, generator=generator, device=tensor.device) >= share
    return tensor * kept / (1 - share)


class Dropout(nn.Module):
    """The same as a module: drops in training mode, and does nothing else."""

    def __init__(self, share: float = 0.0, generator: torch.Generator | None = None) -> None:
        super().__init__()
        require_share("dropout", share)
        self.share = share
        self.generator = generator

    @property
    def now(self) -> float:
        """The share dropped at this moment: 0 unless the network is in training mode."""
        return self.share if self.training else 0.0

    def forward(self, tensor: Tensor) -> Tensor:
        return drop(tensor, self.now, self.generator)
