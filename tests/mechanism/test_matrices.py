from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import causal_mask, matrix_form

from .draws import assert_same, both_types, chance, normal, redrawn


def _inputs(dtype=torch.float64, d_value=4):
    generator = chance()
    shapes = [(6, 5), (5, 3), (5, 3), (5, d_value), (3,), (3,), (d_value,)]
    return [normal(generator, *shape, dtype=dtype) / 2 for shape in shapes]


@both_types
@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("mask", [None, causal_mask(6)])
def test_the_matrices_end_in_torchs_scaled_dot_product(dtype, scaled, biases, mask) -> None:
    x, wq, wk, wv, *b = _inputs(dtype)
    form = matrix_form(x, wq, wk, wv, *(b if biases else []), scaled=scaled, mask=mask)
    q, k, v = (F.linear(x, w.T, bias if biases else None) for w, bias in zip((wq, wk, wv), b, strict=True))
    expected = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=None if scaled else 1.0)
    assert_same(form.output.result, expected)
    assert_same(form.queries.result, q)
    assert form.divisor == pytest.approx(3**0.5 if scaled else 1)
    assert_same(form.weights.sum(-1), torch.ones(6, dtype=dtype))


@both_types
def test_one_head_of_torchs_module_without_its_output_projection(dtype: torch.dtype) -> None:
    theirs = redrawn(nn.MultiheadAttention(5, 1, batch_first=True, dtype=dtype), chance())
    with torch.no_grad():
        theirs.out_proj.weight.copy_(torch.eye(5))
        theirs.out_proj.bias.zero_()
    x = normal(chance(1), 6, 5, dtype=dtype)
    maps = [each.detach().T for each in theirs.in_proj_weight.chunk(3)]
    form = matrix_form(x, *maps, *(each.detach() for each in theirs.in_proj_bias.chunk(3)))
    expected, weights = theirs(x[None], x[None], x[None])
    assert_same(form.output.result, expected[0].detach())
    assert_same(form.weights, weights[0].detach())


def test_every_cell_is_the_sum_of_its_row_times_its_column() -> None:
    form = matrix_form(*_inputs())
    for product in (form.queries, form.keys, form.values, form.scores, form.output):
        result = product.first.numpy() @ product.second.numpy()
        for row, column in np.ndindex(*product.result.shape):
            cell = product.cell(row, column)
            bias = 0 if product.bias is None else float(product.bias[column])
            assert cell.bias == bias
            assert cell.total == pytest.approx(result[row, column] + bias, abs=1e-12)
            assert float(cell.terms.sum()) + cell.bias == pytest.approx(cell.total, abs=1e-12)
            assert torch.equal(cell.terms, cell.row * cell.column)


def test_a_form_worked_by_hand() -> None:
    x = torch.eye(2)
    form = matrix_form(x, x, np.log(3) * x, torch.tensor([[4.0], [8.0]]), scaled=False)
    assert_same(form.weights, torch.tensor([[0.75, 0.25], [0.25, 0.75]]))
    assert_same(form.output.result, torch.tensor([[5.0], [7.0]]))
    assert form.queries.formula == "Q = X W_q"


def test_a_cell_that_is_not_there_is_counted_from_one() -> None:
    with pytest.raises(AttentionVizError, match="A has 6 rows and 6 columns; there is no row 7, column 1"):
        matrix_form(*_inputs()).scores.cell(6, 0)


@pytest.mark.parametrize(
    ("place", "wrong", "sentence"),
    [
        (0, torch.ones(6, 4, dtype=torch.float64), r"X has the shape \(6, 4\).*and Wq \(5, 3\)"),
        (0, torch.ones(6, 5), "X has the shape .*float32.*float64"),
        (0, torch.full((6, 5), torch.nan, dtype=torch.float64), "Among the X, 30 of 30"),
        (2, torch.ones(5, 4, dtype=torch.float64), r"Wq has the shape \(5, 3\) and Wk \(5, 4\)"),
        (3, torch.ones(4, 4, dtype=torch.float64), "Give Wv as many rows as X has columns"),
        (4, torch.ones(2, dtype=torch.float64), r"bq has the shape \(2,\).*need \(3,\)"),
    ],
)
def test_matrices_that_do_not_fit_get_a_sentence(place: int, wrong: torch.Tensor, sentence: str) -> None:
    inputs = _inputs()
    inputs[place] = wrong
    if place == 2:
        inputs = inputs[:4]
    with pytest.raises(AttentionVizError, match=sentence):
        matrix_form(*inputs)
