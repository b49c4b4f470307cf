"""HeadPatch: outputs of another run that stand in for those of some heads of one layer."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True, eq=False)
class HeadPatch:
    """Activation patching of one layer (Vig et al. 2020, arXiv 2004.12265, section 3; Geiger et al. 2021, arXiv 2106.02997).

    outputs : (1, query, head, d_value) of the heads in the other run
    chosen  : (text or 1, head) bool, True = the other run's output is taken
    """

    outputs: torch.Tensor
    chosen: torch.Tensor

    def apply(self, output: torch.Tensor) -> torch.Tensor:
        """(text, query, head, d_value) of this run -> the same with the other run's heads in it."""
        return torch.where(self.chosen.to(output.device)[:, None, :, None], self.outputs, output)
