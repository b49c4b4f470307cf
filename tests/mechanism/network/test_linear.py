from __future__ import annotations

import pytest
import torch

from attention_viz.mechanism.network.linear import copied, embedding, linear
from mechanism.draws import chance, normal


def test_building_leaves_torchs_own_chance_untouched() -> None:
    before = torch.get_rng_state()
    maps = [linear(5, 3, generator=chance(seed)).weight for seed in (1, 1, 2)]
    embedding(5, 3, chance())
    copied(torch.ones(3, 5), None)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(maps[0], maps[1])
    assert not torch.equal(maps[0], maps[2])


def test_a_map_starts_as_glorot_and_bengio_say() -> None:
    layer = linear(200, 100, generator=chance())
    assert float(layer.weight.detach().abs().max()) <= (6 / 300) ** 0.5
    assert float(layer.weight.detach().var()) == pytest.approx(2 / 300, rel=0.05)
    assert torch.all(layer.bias == 0)
    assert linear(2, 3, bias=False, generator=chance()).bias is None


def test_a_table_times_the_root_of_its_width_has_variance_one() -> None:
    assert float((embedding(500, 64, chance()).weight.detach() * 8).var()) == pytest.approx(1, abs=0.03)


def test_a_copy_does_not_follow_its_original() -> None:
    weight, bias = normal(chance(), 3, 5), normal(chance(), 3)
    layer = copied(weight, bias)
    assert torch.equal(layer.weight, weight)
    weight.zero_()
    assert not torch.equal(layer.weight, weight)
    assert torch.equal(layer.bias, bias)
