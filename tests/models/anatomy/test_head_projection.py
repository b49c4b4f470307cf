from __future__ import annotations

import pytest
import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from attention_viz.models.anatomy.head_projection import find_projection, map_of
from attention_viz.models.anatomy.log import ModuleRun

N, D, WIDTH = 5, 12, 4


@pytest.fixture
def run() -> ModuleRun:
    """A fused linear module of 3 heads' queries, keys and values."""
    torch.manual_seed(3)
    linear, given = nn.Linear(D, 9 * WIDTH), torch.randn(N, D)
    return ModuleRun("qkv", linear, given, linear(given).detach())


def test_a_heads_columns_are_found_in_a_fused_module_and_its_rows_make_them(run: ModuleRun) -> None:
    found = find_projection([run], run.output[:, 8:12])
    assert found is not None
    assert (found.span, found.rotated, found.factor) == (slice(8, 12), False, 1.0)
    assert torch.allclose(found.map.of(run.input), run.output[:, 8:12], atol=1e-6)


def test_vectors_turned_by_position_are_known_by_their_lengths(run: ModuleRun) -> None:
    angles = torch.arange(N)[:, None] * torch.tensor([1.0, 0.1])
    pairs = torch.view_as_complex(run.output[:, 16:20].reshape(N, 2, 2).contiguous())
    turned = torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).reshape(N, 4)
    found = find_projection([run], turned)
    assert found is not None
    assert (found.span, found.rotated) == (slice(16, 20), True)
    longer = find_projection([run], 1.3 * turned)
    assert longer is not None
    assert longer.factor == pytest.approx(1.3, rel=1e-5)


def test_vectors_that_were_only_scaled_tell_the_factor(run: ModuleRun) -> None:
    found = find_projection([run], 0.25 * run.output[:, 4:8])
    assert found is not None
    assert (found.span, found.rotated) == (slice(4, 8), False)
    assert found.factor == pytest.approx(0.25, rel=1e-5)


def test_what_no_module_gave_is_not_found(run: ModuleRun) -> None:
    assert find_projection([run], torch.randn(N, WIDTH, generator=torch.Generator().manual_seed(9))) is None
    assert find_projection([run], run.output[:-1, :4]) is None


def test_a_conv1d_is_the_same_map_the_other_way_round() -> None:
    torch.manual_seed(4)
    module, x = Conv1D(6, 3), torch.randn(2, 3)
    assert torch.allclose(map_of(module).of(x), module(x).detach(), atol=1e-6)
