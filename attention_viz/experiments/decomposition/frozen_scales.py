"""Frozen scales: a network that is linear in what its parts write, at the point where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

ACTIVATIONS = frozenset({"gelu", "relu", "silu", "tanh"})
"""Elementwise functions with f(0) = 0 that stand between the last layer and the logits, where no module wraps them."""


class FrozenScales(TorchFunctionMode):
    """What runs inside, in this thread, is affine in the vectors that parts of the network write.

    biases : every bias that was added, as a tensor of its own that has a gradient
    A normalisation divides by the spread that it found, which has no gradient (the LN rule of Ali et al. 2022, arXiv
    2202.07304, equation 8); an activation multiplies by f(x) / x, which has none either (the identity rule of Achtibat et
    al. 2024, arXiv 2402.05602, equation 9). All values stay as they are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.biases: list[torch.Tensor] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs, name = kwargs or {}, func.__name__
        rule = RULES.get(name)
        if rule is not None:
            return rule(self, *args, **kwargs)
        result = func(*args, **kwargs)
        if name in ACTIVATIONS:
            return frozen_ratio(args[0] if args else kwargs["input"], result)
        return result.detach() if name == "rsqrt" or _is_inverse_root(name, args) else result

    def add_bias(self, output: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
        """The output with this bias added, apart: a tensor of the output's shape, so that each token has its own."""
        if bias is None:
            return output
        own = bias.detach().expand(output.shape).clone().requires_grad_()
        self.biases.append(own)
        return output + own

    def linear(self, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
        return self.add_bias(x @ weight.T, bias)

    def addmm(self, bias: torch.Tensor, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return self.add_bias(x @ weight, bias)

    def layer_norm(
        self,
        x: torch.Tensor,
        normalized_shape: Any,
        weight: torch.Tensor | None = None,
        bias: torch.Tensor | None = None,
        eps: float = 1e-5,
        *_: Any,
    ) -> torch.Tensor:
        centred = x - x.mean(-1, keepdim=True)
        scaled = centred * (centred.square().mean(-1, keepdim=True) + eps).rsqrt().detach()
        return self.add_bias(scaled if weight is None else scaled * weight, bias)

    def rms_norm(
        self, x: torch.Tensor, normalized_shape: Any, weight: torch.Tensor | None = None, eps: float | None = None
    ) -> torch.Tensor:
        eps = torch.finfo(x.dtype).eps if eps is None else eps
        scaled = x * (x.square().mean(-1, keepdim=True) + eps).rsqrt().detach()
        return scaled if weight is None else scaled * weight


RULES: dict[str, Callable[..., torch.Tensor]] = {
    "linear": FrozenScales.linear,
    "addmm": FrozenScales.addmm,
    "layer_norm": FrozenScales.layer_norm,
    "rms_norm": FrozenScales.rms_norm,
}
"""What runs in the place of torch's functions."""


def _is_inverse_root(name: str, args: Any) -> bool:
    """Whether a norm takes its scale as a power."""
    return name in ("pow", "__pow__") and len(args) > 1 and args[1] == -0.5


def frozen_ratio(x: torch.Tensor, result: torch.Tensor) -> torch.Tensor:
    """The result of an elementwise function, linear in what it was given."""
    at_zero = x == 0
    return x * torch.where(at_zero, 0, result / x.masked_fill(at_zero, 1)).detach()
