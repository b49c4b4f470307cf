from __future__ import annotations

import pytest
import torch

from attention_viz.errors import InputError
from attention_viz.mechanism.dropout import Dropout, drop
from mechanism.draws import chance


def test_what_is_kept_is_scaled_so_that_the_mean_stays() -> None:
    dropped = drop(torch.ones(100_000), 0.25, chance())
    assert torch.allclose(dropped.unique(), torch.tensor([0, 4 / 3]))
    assert float(dropped.mean()) == pytest.approx(1, abs=0.01)


def test_a_share_of_zero_leaves_the_tensor_itself() -> None:
    tensor = torch.ones(3)
    assert drop(tensor, 0) is tensor


def test_the_module_drops_only_while_learning_and_from_its_own_generator() -> None:
    before = torch.get_rng_state()
    module = Dropout(0.5, chance(1))
    assert bool((module(torch.ones(1000)) == 0).any())
    assert torch.equal(module.eval()(torch.ones(1000)), torch.ones(1000))
    assert torch.equal(torch.get_rng_state(), before)


def test_dropping_everything_is_refused() -> None:
    with pytest.raises(InputError, match="dropout is 1"):
        Dropout(1.0)
