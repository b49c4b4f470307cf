from __future__ import annotations

import pytest
import torch

from attention_viz.errors import InputError, SelectionError
from attention_viz.mechanism import Step, Walkthrough


def _walk() -> Walkthrough:
    query, keys = torch.tensor([1.0, -2.0, 3.0]), torch.tensor([[2.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    products = query * keys
    return Walkthrough(
        (
            Step("query", ("d_head",), "q", query),
            Step("keys", ("key", "d_head"), "k", keys),
            Step("products", ("key", "d_head"), "q k", products),
            Step("order", ("key", "d_head"), "i", products.argsort(-1, descending=True)),
            Step("masked", ("key",), "z", torch.tensor([1.0, -torch.inf])),
        )
    )


def test_steps_are_found_by_name_and_know_their_shape() -> None:
    walk = _walk()
    assert walk.names == ("query", "keys", "products", "order", "masked")
    assert walk["keys"].shape == (2, 3)
    with pytest.raises(SelectionError, match=r"There is no step values\. Choose one of query, keys"):
        walk["values"]


def test_contributions_come_largest_first_and_sum_to_the_score() -> None:
    first = _walk().contributions(1)
    assert [(each.dimension, each.product) for each in first] == [(2, 3.0), (0, 1.0), (1, -2.0)]
    assert [(each.query, each.key) for each in first] == [(3.0, 1.0), (1.0, 1.0), (-2.0, 1.0)]
    with pytest.raises(SelectionError, match="There is no key 3; there are 2"):
        _walk().contributions(2)


def test_the_difference_to_a_models_own_tensor_is_the_largest_and_equal_infinities_do_not_differ() -> None:
    own = {"query": torch.tensor([1.0, -2.5, 3.25]), "masked": torch.tensor([1.0, -torch.inf])}
    assert _walk().differences(own) == {"query": 0.5, "masked": 0.0}
    assert _walk().differences({"masked": torch.tensor([1.0, 2.0])}) == {"masked": torch.inf}
    with pytest.raises(InputError, match=r"step query has the shape \(3,\), the tensor beside it \(2,\)"):
        _walk().differences({"query": torch.ones(2)})
