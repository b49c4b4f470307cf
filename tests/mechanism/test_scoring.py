from __future__ import annotations

import pytest
import torch

from attention_viz.errors import InputError
from attention_viz.mechanism import SCORINGS, attend, scores

from .draws import assert_same, chance, normal


@pytest.mark.parametrize("name", SCORINGS)
def test_every_row_of_the_table_makes_weights(name: str) -> None:
    scoring = SCORINGS[name]
    d_key = 5 if scoring.equal_widths else 3
    queries, keys, values = normal(chance(), 4, 5), normal(chance(1), 6, d_key), normal(chance(2), 6, 2)
    output, weights = attend(queries, keys, values, scores=scoring.draw(5, d_key, 7, chance(3)))
    assert weights.shape == (4, 6)
    assert_same(weights.sum(-1), torch.ones(4))
    assert_same(output, weights @ values)


def test_the_table_has_every_scoring_function() -> None:
    functions = {getattr(scores, name) for name in dir(scores) if name.endswith("_scores")}
    assert {scoring.function for scoring in SCORINGS.values()} == functions


def test_drawn_parameters_come_from_the_generator_alone() -> None:
    before = torch.get_rng_state()
    first, again, other = (SCORINGS["additive"].parameters(5, 3, 7, chance(seed)) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["vector"], other["vector"])
    assert {name: tuple(value.shape) for name, value in first.items()} == {
        "query_matrix": (7, 5),
        "key_matrix": (7, 3),
        "vector": (7,),
    }


def test_drawn_parameters_keep_the_variance_of_what_they_read() -> None:
    matrix = SCORINGS["general"].parameters(300, 400, 1, chance())["matrix"]
    assert float(matrix.var() * 400) == pytest.approx(1, abs=0.02)


def test_a_score_of_equal_widths_refuses_others() -> None:
    with pytest.raises(InputError, match="score cosine needs queries and keys of equal width; they are 5 and 3"):
        SCORINGS["cosine"].draw(5, 3, 7, chance())
    with pytest.raises(InputError, match="hidden is 0"):
        SCORINGS["additive"].draw(5, 3, 0, chance())
