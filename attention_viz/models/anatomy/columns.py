"""Columns: which columns of a linear module's output are one head's queries, keys or values, found by their numbers.

Models name and join their modules in many ways; what a module gave out does not lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from attention_viz.mechanism import LinearMap
from attention_viz.models.anatomy.activations import EXACT, tolerance
from attention_viz.models.anatomy.log import Ran

NEAR = 10
"""How many times as far as rounding takes one number two may be apart that went two ways through the same arithmetic."""


@dataclass(frozen=True, eq=False)
class Columns:
    """One head's part of a linear module.

    ran    : the module, with what it was given and gave; span : its columns
    turned : the model turned these vectors by their position afterwards
    factor : by which they are longer afterwards, 1 in most models
    """

    ran: Ran
    span: slice
    turned: bool
    factor: float = 1.0

    @property
    def gave(self) -> Tensor:
        """(token, width of the head)"""
        return self.ran.gave[:, self.span]

    @property
    def map(self) -> LinearMap:
        """The rows of the weight matrix that make these columns."""
        whole = map_of(self.ran.module)
        return LinearMap(whole.weight[self.span], None if whole.bias is None else whole.bias[self.span])


def map_of(module: nn.Module) -> LinearMap:
    """A linear module as x -> W x + b, float32; transformers' Conv1D keeps its matrix the other way round."""
    weight, bias = module.get_parameter("weight").detach().float().cpu(), getattr(module, "bias", None)
    weight = weight if isinstance(module, nn.Linear) else weight.T
    return LinearMap(weight, None if bias is None else bias.detach().float().cpu())


def find(linears: Sequence[Ran], wanted: Tensor, exact: float = EXACT) -> Columns | None:
    """Which columns gave these vectors, (token, width)? If none did, which gave vectors of the same lengths?

    Both but for a factor that is the same for all tokens. exact : how far rounding takes a number of the model
    """
    width = wanted.shape[1]
    alike = None
    for ran in linears:
        for start in range(0, ran.gave.shape[1] - width + 1, width) if len(ran.gave) == len(wanted) else ():
            span = slice(start, start + width)
            gave = ran.gave[:, span]
            factor = _factor(gave, wanted, exact)
            if factor is not None:
                return Columns(ran, span, False, factor)
            factor = _factor(gave.norm(dim=-1), wanted.norm(dim=-1), exact)
            if alike is None and factor is not None and len(wanted) > 1:
                alike = Columns(ran, span, True, factor)
    return alike


def _factor(gave: Tensor, wanted: Tensor, exact: float) -> float | None:
    """By what all of the first is multiplied in the second; None where it is not one number above 0."""
    if near(gave, wanted, exact):
        return 1.0
    factor = float((gave * wanted).sum() / gave.square().sum().clamp(min=torch.finfo(gave.dtype).tiny))
    return factor if factor > 0 and near(gave * factor, wanted, exact) else None


def near(one: Tensor, other: Tensor, exact: float = EXACT) -> bool:
    """Whether two tensors hold the same numbers but for rounding."""
    if one.shape != other.shape:
        return False
    return bool(torch.allclose(one, other, rtol=0, atol=NEAR * tolerance(other, exact)))
