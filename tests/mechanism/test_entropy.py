from __future__ import annotations

import math

import pytest
import torch
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy as scipys_entropy

from attention_viz.errors import InputError
from attention_viz.mechanism import entropy, head_divergence, softmax_jacobian, spread_by_width

from .draws import assert_same, chance, normal


def _weights(*shape: int) -> torch.Tensor:
    return torch.softmax(2 * normal(chance(), *shape, dtype=torch.float64), -1)


def test_entropy_is_scipys_and_zero_weights_count_nothing() -> None:
    weights = _weights(2, 3, 5)
    assert_same(entropy(weights), torch.from_numpy(scipys_entropy(weights.numpy(), axis=-1)))
    assert entropy(torch.tensor([[0.0, 1.0], [0.5, 0.5]])).tolist() == pytest.approx([0, math.log(2)])


def test_the_mean_of_two_heads_is_flatter_by_their_jensen_shannon_divergence() -> None:
    weights = _weights(2, 3, 5)  # (head, query, key)
    expected = torch.from_numpy(jensenshannon(weights[0].numpy(), weights[1].numpy(), axis=-1) ** 2)
    assert_same(head_divergence(weights), expected)
    assert torch.all(head_divergence(_weights(7, 3, 5)) > 0)
    assert_same(head_divergence(weights[:1].repeat(4, 1, 1)), torch.zeros(3, dtype=torch.float64))


def test_the_jacobian_is_torchs_derivative_of_softmax() -> None:
    scores = normal(chance(), 5, dtype=torch.float64)
    expected = torch.autograd.functional.jacobian(lambda s: torch.softmax(s, -1), scores)
    assert_same(softmax_jacobian(torch.softmax(scores, -1)), expected)
    assert softmax_jacobian(torch.tensor([[1.0, 0.0, 0.0]])).abs().max() == 0


def test_unscaled_scores_saturate_softmax_as_the_width_grows_and_scaled_ones_do_not() -> None:
    widths = [4, 16, 64, 256, 1024]
    unscaled = spread_by_width(widths, scaled=False, generator=chance())
    scaled = spread_by_width(widths, scaled=True, generator=chance())
    for each, divided in zip(unscaled, scaled, strict=True):
        assert each.deviation == pytest.approx(math.sqrt(each.width), rel=0.05)  # variance d
        assert divided.deviation == pytest.approx(1, rel=0.05)  # variance 1
    entropies = [each.entropy for each in unscaled]
    assert entropies == sorted(entropies, reverse=True)
    assert entropies[-1] < 0.1 < 2 < min(each.entropy for each in scaled)
    assert unscaled[-1].largest > 0.95
    assert unscaled[-1].gradient < 0.2 * scaled[-1].gradient
    assert max(each.entropy for each in scaled) - min(each.entropy for each in scaled) < 0.1


def test_temperature_flattens_as_if_the_scores_were_divided() -> None:
    (hot,) = spread_by_width([64], scaled=False, temperature=8.0, generator=chance())
    (scaled,) = spread_by_width([64], scaled=True, generator=chance())
    assert hot.entropy == pytest.approx(scaled.entropy)


def test_no_width_and_no_keys_get_a_sentence() -> None:
    with pytest.raises(InputError, match="width is 0"):
        spread_by_width([4, 0], scaled=True, generator=chance())
    with pytest.raises(InputError, match="n_keys is 0"):
        spread_by_width([4], n_keys=0, scaled=True, generator=chance())
    assert spread_by_width([], scaled=True, generator=chance()) == []
