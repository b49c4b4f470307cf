"""Surroundings: how one attention block takes a token's vector in and hands it on, found by its numbers.

BERT adds and then normalises; most later models normalise, attend and add; some do neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from attention_viz.mechanism import Norm
from attention_viz.models.anatomy.activations import EXACT, Passage
from attention_viz.models.anatomy.columns import near
from attention_viz.models.anatomy.log import Ran

EPSILONS = ("eps", "variance_epsilon", "layer_norm_eps")
"""What classes of normalisations call the number that keeps them from dividing by nothing."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Where a block's input comes from and where its result goes.

    x        : (token, d_model) the token's vectors, to which the result is added
    before   : the normalisation between x and the linear modules, or None; after: the one that follows the sum, or None
    residual : (token, d_model) x plus the result, as the model has it; None where it does not simply add
    """

    x: Tensor
    before: Ran | None
    after: Ran | None
    residual: Tensor | None


def surroundings(passage: Passage, given: Tensor) -> Surroundings:
    """given : (token, d_model), what the linear modules of the block were given."""
    if passage.projection is None:
        return Surroundings(given, None, None, None)
    result, exact = passage.projection.gave, passage.exact
    normed = next((each for each in passage.before if near(each.gave, given, exact)), None)
    for after in passage.after:
        if near(after.given, given + result, exact):
            return Surroundings(given, None, after, after.given)
        if normed is not None and near(after.given, normed.given + result, exact):
            return Surroundings(normed.given, normed, None, after.given)
    return Surroundings(given, None, None, None)


def norm_of(ran: Ran, exact: float = EXACT) -> Norm | None:
    """The normalisation as a formula, seen to give what the module gave; None where it follows another one."""
    weight = ran.module.get_parameter("weight").detach().float().cpu()
    bias = getattr(ran.module, "bias", None)
    bias = bias.detach().float().cpu() if isinstance(bias, Tensor) else None
    eps = next((value for name in EPSILONS if isinstance(value := getattr(ran.module, name, None), float)), 1e-6)
    tried = [Norm(weight, bias, eps)] if isinstance(ran.module, nn.LayerNorm) else []
    tried += [Norm(weight, bias, eps, centred=False), Norm(1 + weight, bias, eps, centred=False)]
    return next((norm for norm in tried if near(norm.of(ran.given), ran.gave, exact)), None)
