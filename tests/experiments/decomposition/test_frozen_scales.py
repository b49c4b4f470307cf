"""With frozen scales values stay as torch computes them, and become affine in what goes in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from attention_viz.experiments.decomposition.frozen_scales import FrozenScales

FUNCTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "layer normalisation": nn.LayerNorm(6),
    "layer normalisation without weights": nn.LayerNorm(6, elementwise_affine=False),
    "root mean square": nn.RMSNorm(6),
    "root mean square, written out": lambda x: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6),
    "root mean square, as a power": lambda x: x * torch.pow(x.pow(2).mean(-1, keepdim=True) + 1e-6, -0.5),
    "linear": nn.Linear(6, 4),
    "gelu": nn.GELU(),
    "tanh": torch.tanh,
    "relu": torch.relu,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_result_is_torchs_and_the_sum_of_what_goes_in_and_the_biases(name: str) -> None:
    rng = torch.Generator().manual_seed(4)
    x, function = torch.randn(3, 6, generator=rng).requires_grad_(), FUNCTIONS[name]
    expected = function(x)
    with FrozenScales() as frozen:
        result = function(x)
    assert torch.allclose(result, expected, atol=1e-6)
    parts = [x, *frozen.biases]
    slopes = torch.autograd.grad(result.sum(), parts)
    added = sum(float((part * slope).sum().detach()) for part, slope in zip(parts, slopes, strict=True))
    assert added == pytest.approx(float(expected.sum().detach()), abs=1e-5)


def test_the_slope_is_that_of_the_frozen_scale() -> None:
    norm, x = nn.LayerNorm(6), torch.randn(2, 6, generator=torch.Generator().manual_seed(5)).requires_grad_()
    with FrozenScales():
        result = norm(x)
    (slope,) = torch.autograd.grad(result[0, 2], x)
    scale = 1 / (x[0].var(unbiased=False) + norm.eps).sqrt()
    assert torch.allclose(slope[0], (torch.eye(6)[2] - 1 / 6) * scale.detach(), atol=1e-6)
    assert (slope[1] == 0).all()
