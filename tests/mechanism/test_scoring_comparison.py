from __future__ import annotations

import pytest
import scipy.stats
import torch

from attention_viz.errors import InputError
from attention_viz.mechanism import SCORINGS, compare_scorings

from .draws import chance, normal

QUERY, KEYS = normal(chance(1), 6), normal(chance(2), 5, 6)
MASK = torch.tensor([True, True, False, True, True])


def by_name(**options) -> dict:
    return {each.scoring.name: each for each in compare_scorings(QUERY, KEYS, **options)}


def test_every_scoring_function_is_there_once_in_the_order_of_the_table() -> None:
    assert [each.scoring.name for each in compare_scorings(QUERY, KEYS)] == list(SCORINGS)


def test_scaled_dot_is_torchs_own_attention() -> None:
    weights = by_name(mask=MASK)["scaled_dot"].weights
    values = torch.eye(5)
    expected = torch.nn.functional.scaled_dot_product_attention(QUERY[None], KEYS, values, attn_mask=MASK[None])
    assert torch.allclose(weights, expected[0], atol=1e-6)


def test_what_is_read_is_torchs_own_output() -> None:
    values = normal(chance(3), 5, 4)
    found = {each.scoring.name: each for each in compare_scorings(QUERY, KEYS, MASK, values)}
    attention = torch.nn.functional.scaled_dot_product_attention
    scaled = attention(QUERY[None], KEYS, values, attn_mask=MASK[None])[0]
    assert torch.allclose(found["scaled_dot"].output, scaled, atol=1e-6)
    assert torch.allclose(
        found["dot"].output, attention(QUERY[None], KEYS, values, MASK[None], scale=1.0)[0], atol=1e-6
    )
    assert compare_scorings(QUERY, KEYS)[0].output is None


def test_cosine_and_gaussian_are_torchs_own_distances() -> None:
    found = by_name()
    assert torch.allclose(found["cosine"].scores, torch.cosine_similarity(QUERY[None], KEYS), atol=1e-6)
    assert torch.allclose(found["gaussian"].scores, -(torch.cdist(QUERY[None], KEYS)[0] ** 2) / 2, atol=1e-5)


def test_additive_is_concat_with_its_matrix_cut_in_two() -> None:
    found = by_name(seed=5)
    assert torch.allclose(found["additive"].weights, found["concat"].weights, atol=1e-6)


def test_entropy_and_the_winner_are_those_of_the_weights() -> None:
    for each in compare_scorings(QUERY, KEYS, MASK):
        assert each.entropy == pytest.approx(float(scipy.stats.entropy(each.weights.numpy())), abs=1e-5)
        assert each.weights[each.top] == each.weights.max()
        assert each.weights[2] == 0
        assert each.scores[2] == -torch.inf


def test_a_lower_temperature_sharpens_every_score() -> None:
    warm, cold = by_name(temperature=1.0), by_name(temperature=0.25)
    for name, each in cold.items():
        assert each.entropy < warm[name].entropy
        assert each.top == warm[name].top


def test_only_what_is_learned_depends_on_the_seed() -> None:
    one, other = by_name(seed=1), by_name(seed=2)
    changed = {name for name in one if not torch.equal(one[name].weights, other[name].weights)}
    assert changed == {"general", "concat", "additive"}


def test_a_temperature_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="temperature"):
        compare_scorings(QUERY, KEYS, temperature=0.0)
