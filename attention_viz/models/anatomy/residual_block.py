"""ResidualBlock: the residual connection and the normalisations around one attention layer, found by comparing activations.

Post-norm models (BERT) add and then normalise; pre-norm models normalise, attend and add; some do neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from attention_viz.mechanism import Norm
from attention_viz.models.anatomy.activations import EXACT, Activations
from attention_viz.models.anatomy.head_projection import near
from attention_viz.models.anatomy.log import ModuleRun

EPSILONS = ("eps", "variance_epsilon", "layer_norm_eps")
"""Names of the epsilon of normalisation classes."""


@dataclass(frozen=True, eq=False)
class ResidualBlock:
    """What stands around the attention of one layer.

    x        : (token, d_model) hidden states to which the attention's output is added
    before   : the pre-norm between x and the projections, or None; after: the post-norm of the sum, or None
    residual : (token, d_model) x plus the attention's output, as the model computed it; None where it does not simply add
    """

    x: Tensor
    before: ModuleRun | None
    after: ModuleRun | None
    residual: Tensor | None


def residual_block(activations: Activations, given: Tensor) -> ResidualBlock:
    """How is the attention's output added to the hidden states?

    given : (token, d_model), input of the query, key and value projections
    """
    if activations.projection is None:
        return ResidualBlock(given, None, None, None)
    result, exact = activations.projection.output, activations.exact
    normed = next((each for each in activations.before if near(each.output, given, exact)), None)
    for after in activations.after:
        if near(after.input, given + result, exact):
            return ResidualBlock(given, None, after, after.input)
        if normed is not None and near(after.input, normed.input + result, exact):
            return ResidualBlock(normed.input, normed, None, after.input)
    return ResidualBlock(given, None, None, None)


def norm_of(run: ModuleRun, exact: float = EXACT) -> Norm | None:
    """The normalisation as a formula whose result equals the module's output; None where it follows another one."""
    weight = run.module.get_parameter("weight").detach().float().cpu()
    bias = getattr(run.module, "bias", None)
    bias = bias.detach().float().cpu() if isinstance(bias, Tensor) else None
    eps = next((value for name in EPSILONS if isinstance(value := getattr(run.module, name, None), float)), 1e-6)
    tried = [Norm(weight, bias, eps)] if isinstance(run.module, nn.LayerNorm) else []
    tried += [Norm(weight, bias, eps, centred=False), Norm(1 + weight, bias, eps, centred=False)]
    return next((norm for norm in tried if near(norm.of(run.input), run.output, exact)), None)
