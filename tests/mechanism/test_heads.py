from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.errors import InputError
from attention_viz.mechanism import (
    fitting_heads,
    fold_heads,
    head_width,
    mean_over_heads,
    merge_heads,
    repeat_for_heads,
    split_heads,
    unfold_heads,
)

from .draws import assert_same, chance, examples, normal, seeds

sizes = st.integers(1, 6)


@examples
@given(seed=seeds, batch=sizes, n=sizes, n_heads=sizes, d_head=sizes)
def test_split_and_merge_fold_and_unfold_give_back_what_they_got(seed, batch, n, n_heads, d_head) -> None:
    tokens = normal(chance(seed), batch, n, n_heads * d_head)
    split = split_heads(tokens, n_heads)
    assert split.shape == (batch, n_heads, n, d_head)
    folded = fold_heads(split)
    assert folded.shape == (batch * n_heads, n, d_head)
    assert torch.equal(unfold_heads(folded, n_heads), split)
    assert torch.equal(merge_heads(split), tokens)


def test_each_head_gets_its_own_slice_of_every_token() -> None:
    tokens = normal(chance(), 2, 3, 20)
    split, folded = split_heads(tokens, 4), fold_heads(split_heads(tokens, 4))
    for batch in range(2):
        for head in range(4):
            expected = tokens[batch, :, 5 * head : 5 * (head + 1)]
            assert torch.equal(split[batch, head], expected)
            assert torch.equal(folded[batch * 4 + head], expected)


def test_what_belongs_to_a_sequence_is_repeated_in_the_order_of_the_fold() -> None:
    valid = torch.tensor([1, 5, 3])
    repeated = repeat_for_heads(valid, 2)
    assert repeated.tolist() == [1, 1, 5, 5, 3, 3]
    names = torch.arange(3).reshape(3, 1, 1).expand(3, 1, 8)  # every token carries the number of its sequence
    owner = fold_heads(split_heads(names, 2))[:, 0, 0]
    assert torch.equal(valid[owner], repeated)
    assert not torch.equal(valid[owner], valid.repeat(2))


def test_512_and_8_heads_make_64() -> None:
    assert head_width(512, 8) == 64
    assert fitting_heads(12) == (1, 2, 3, 4, 6, 12)


@pytest.mark.parametrize(("d_model", "n_heads"), [(512, 7), (10, 4), (3, 8)])
def test_heads_that_do_not_divide_the_width_are_refused_with_those_that_do(d_model: int, n_heads: int) -> None:
    choices = ", ".join(str(n) for n in range(1, d_model + 1) if d_model % n == 0)
    with pytest.raises(
        InputError, match=f"{d_model} does not divide into {n_heads} heads. Choose one of {choices} heads"
    ):
        head_width(d_model, n_heads)
    with pytest.raises(InputError, match="does not divide"):
        split_heads(torch.ones(1, 2, d_model), n_heads)


@pytest.mark.parametrize(("d_model", "n_heads"), [(0, 1), (8, 0), (8, -2)])
def test_no_width_and_no_heads_are_refused(d_model: int, n_heads: int) -> None:
    with pytest.raises(InputError, match="Give at least 1"):
        head_width(d_model, n_heads)


def test_a_fold_of_other_heads_is_refused() -> None:
    with pytest.raises(InputError, match="7 folded sequences are no whole number of 2 heads"):
        unfold_heads(torch.ones(7, 2, 3), 2)


def test_the_mean_over_heads_still_sums_to_one() -> None:
    weights = torch.softmax(normal(chance(), 2, 3, 4, 5), -1)
    assert_same(mean_over_heads(weights), (weights[:, 0] + weights[:, 1] + weights[:, 2]) / 3)
    assert_same(mean_over_heads(weights).sum(-1), torch.ones(2, 4))
