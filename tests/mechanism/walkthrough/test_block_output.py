from __future__ import annotations

import torch
from torch import nn

from attention_viz.mechanism import LinearMap, Norm, walk_output
from mechanism.draws import assert_same, both_types, chance, normal, redrawn


@both_types
def test_the_output_is_that_of_torchs_linear_and_layer_norm(dtype: torch.dtype) -> None:
    linear, norm = redrawn(nn.Linear(6, 8, dtype=dtype), chance(1)), redrawn(nn.LayerNorm(8, dtype=dtype), chance(2))
    contexts, x = normal(chance(3), 3, 2, dtype=dtype), normal(chance(4), 8, dtype=dtype)
    steps = walk_output(contexts, LinearMap.from_linear(linear), x, Norm.from_torch(norm))
    projected = linear(contexts.flatten()).detach()
    assert_same(steps["concatenated"].numbers, contexts.flatten())
    assert_same(steps["projected"].numbers, projected)
    assert_same(steps["residual"].numbers, x + projected)
    assert_same(steps["output"].numbers, norm(x + projected).detach())


@both_types
def test_without_a_mean_it_is_torchs_rms_norm(dtype: torch.dtype) -> None:
    norm = redrawn(nn.RMSNorm(8, eps=1e-6, dtype=dtype), chance(2))
    contexts, x = normal(chance(3), 4, 2, dtype=dtype), normal(chance(4), 8, dtype=dtype)
    plain = Norm(norm.weight.detach(), eps=1e-6, centred=False)
    steps = walk_output(contexts, LinearMap(torch.eye(8, dtype=dtype)), x, plain)
    assert_same(steps["output"].numbers, norm(contexts.flatten() + x).detach())
    assert_same(plain.of(x), norm(x).detach())
    assert "mean" not in steps.names
    assert r"\mu" not in "".join(step.formula for step in steps.steps)


def test_the_walk_ends_where_nothing_more_is_known() -> None:
    contexts, output = torch.ones(3, 2), LinearMap(torch.eye(6))
    assert walk_output(contexts, output).names == ("concatenated", "projected")
    assert walk_output(contexts, output, torch.ones(6)).names[-1] == "residual"
