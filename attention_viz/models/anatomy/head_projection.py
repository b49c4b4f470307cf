"""HeadProjection: which columns of a linear module's output are one head's queries, keys or values.

Models name and fuse their projections in many ways, so they are found by comparing their outputs, not by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from attention_viz.mechanism import LinearMap
from attention_viz.models.anatomy.activations import EXACT, tolerance
from attention_viz.models.anatomy.log import ModuleRun

NEAR = 10
"""Two results of the same arithmetic in another order may differ by this many rounding errors."""


@dataclass(frozen=True, eq=False)
class HeadProjection:
    """One head's columns of a linear module.

    run     : the module with its input and output; span : the head's columns of the output
    rotated : the model rotates these vectors by position afterwards (RoPE)
    factor  : by which the model multiplies them afterwards, 1 in most models
    """

    run: ModuleRun
    span: slice
    rotated: bool
    factor: float = 1.0

    @property
    def output(self) -> Tensor:
        """(token, d_head), before rotation and factor."""
        return self.run.output[:, self.span]

    @property
    def map(self) -> LinearMap:
        """The rows of the weight matrix, and of the bias, that compute these columns."""
        whole = map_of(self.run.module)
        return LinearMap(whole.weight[self.span], None if whole.bias is None else whole.bias[self.span])


def map_of(module: nn.Module) -> LinearMap:
    """A linear module as x -> W x + b, float32; transformers' Conv1D stores W transposed."""
    weight, bias = module.get_parameter("weight").detach().float().cpu(), getattr(module, "bias", None)
    weight = weight if isinstance(module, nn.Linear) else weight.T
    return LinearMap(weight, None if bias is None else bias.detach().float().cpu())


def find_projection(linears: Sequence[ModuleRun], wanted: Tensor, exact: float = EXACT) -> HeadProjection | None:
    """Which columns are these vectors, (token, width)? Where none are, which have the same norms, as rotation leaves them?

    exact   : relative rounding error of the model's numbers
    returns : equal up to a factor that all tokens share; None where no module computed them
    """
    width = wanted.shape[1]
    alike = None
    for run in linears:
        for start in range(0, run.output.shape[1] - width + 1, width) if len(run.output) == len(wanted) else ():
            span = slice(start, start + width)
            output = run.output[:, span]
            factor = _factor(output, wanted, exact)
            if factor is not None:
                return HeadProjection(run, span, False, factor)
            factor = _factor(output.norm(dim=-1), wanted.norm(dim=-1), exact)
            if alike is None and factor is not None and len(wanted) > 1:
                alike = HeadProjection(run, span, True, factor)
    return alike


def _factor(output: Tensor, wanted: Tensor, exact: float) -> float | None:
    """The number above 0 by which the first is multiplied in the second; None where it is not one for all."""
    if near(output, wanted, exact):
        return 1.0
    factor = float((output * wanted).sum() / output.square().sum().clamp(min=torch.finfo(output.dtype).tiny))
    return factor if factor > 0 and near(output * factor, wanted, exact) else None


def near(one: Tensor, other: Tensor, exact: float = EXACT) -> bool:
    """Whether two tensors are equal up to rounding."""
    if one.shape != other.shape:
        return False
    return bool(torch.allclose(one, other, rtol=0, atol=NEAR * tolerance(other, exact)))
