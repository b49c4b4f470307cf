"""Random tensors and modules for the tests of this folder, from a seed, with no two sizes equal unless they must be."""

from __future__ import annotations

from typing import TypeVar

import pytest
import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from torch import Tensor, nn

Module = TypeVar("Module", bound=nn.Module)

TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}
both_types = pytest.mark.parametrize("dtype", list(TOLERANCE), ids=["float32", "float64"])
examples = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 2**31)


def chance(seed: int = 7) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(generator: torch.Generator, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


def redrawn(module: Module, generator: torch.Generator) -> Module:
    """Every parameter drawn anew, biases and norms too, so that a forgotten one cannot hide behind a zero or a one."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            spread = parameter.shape[-1] ** -0.5 if parameter.ndim > 1 else 0.3
            parameter.copy_(normal(generator, *parameter.shape) * spread + (1 if "norm" in name else 0))
    return module.eval()


def assert_same(actual: Tensor, expected: Tensor) -> None:
    """Equal within 1e-6 in float32 and 1e-12 in float64, of 1 or of the largest number if that is larger."""
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    gap, size = (actual - expected).abs().max().item(), expected.abs().max().item()
    assert gap <= TOLERANCE[actual.dtype] * max(1, size), f"largest difference {gap:.3g} at size {size:.3g}"
