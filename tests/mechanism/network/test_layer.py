from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from attention_viz.errors import InputError
from attention_viz.mechanism import EncoderLayer, FeedForward, causal_mask
from mechanism.draws import assert_same, both_types, chance, examples, normal, redrawn, seeds

sizes = st.integers(1, 5)


@both_types
@examples
@given(
    seed=seeds,
    batch=sizes,
    n=sizes,
    n_heads=sizes,
    d_head=st.integers(3, 6),
    d_hidden=sizes,
    activation=st.sampled_from(["relu", "gelu"]),
    norm_first=st.booleans(),
    bias=st.booleans(),
    causal=st.booleans(),
)
def test_the_layer_is_torchs_with_the_same_weights(
    dtype, seed, batch, n, n_heads, d_head, d_hidden, activation, norm_first, bias, causal
) -> None:
    theirs = redrawn(
        nn.TransformerEncoderLayer(
            n_heads * d_head,
            n_heads,
            d_hidden,
            activation=activation,
            norm_first=norm_first,
            bias=bias,
            batch_first=True,
            dtype=dtype,
        ),
        chance(seed),
    )
    generator = chance(seed + 1)
    tokens = normal(generator, batch, n, n_heads * d_head, dtype=dtype)
    valid = torch.randint(1, n + 1, (batch,), generator=generator)
    padding = torch.arange(n) >= valid[:, None]
    mask = causal_mask(n) if causal else None
    with torch.enable_grad():  # torch's shortcut for inference fills padded queries with zeros
        expected = theirs(tokens, None if mask is None else ~mask, padding)
    output, weights = EncoderLayer.from_torch(theirs)(tokens, mask, valid)
    assert_same(output, expected)
    assert_same(weights.sum(-1), torch.ones(batch, n_heads, n, dtype=dtype))


def test_dropout_is_taken_over_and_off_when_reading() -> None:
    theirs = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.25, batch_first=True)
    ours = EncoderLayer.from_torch(theirs)
    shares = {ours.dropout.share, ours.attention.dropout.share, ours.feed_forward.dropout.share}
    assert ours.training
    assert shares == {0.25}
    tokens = normal(chance(), 2, 5, 8)
    assert_same(ours.eval()(tokens)[0], theirs.eval()(tokens))


def test_a_layer_built_here_has_torchs_parameters_and_repeats_with_its_generator() -> None:
    theirs = nn.TransformerEncoderLayer(12, 3, 20)
    first, again, other = (EncoderLayer(12, 3, 20, generator=chance(seed)) for seed in (1, 1, 2))
    assert sum(p.numel() for p in first.parameters()) == sum(p.numel() for p in theirs.parameters())
    assert all(torch.equal(p, q) for p, q in zip(first.parameters(), again.parameters(), strict=True))
    assert not torch.equal(first.attention.query.weight, other.attention.query.weight)


def test_the_output_of_a_post_norm_layer_is_normalised() -> None:
    output, _ = EncoderLayer(16, 4, 8, generator=chance())(normal(chance(1), 2, 3, 16))
    assert_same(output.mean(-1), torch.zeros(2, 3))
    assert torch.allclose(output.var(-1, correction=0), torch.ones(2, 3), atol=1e-3)


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.GELU(), nn.functional.relu, nn.functional.gelu])
def test_activations_given_as_modules_or_functions_are_known(activation) -> None:
    theirs = redrawn(nn.TransformerEncoderLayer(8, 2, 16, activation=activation, batch_first=True), chance())
    tokens = normal(chance(1), 2, 5, 8)
    assert_same(EncoderLayer.from_torch(theirs)(tokens)[0], theirs(tokens))


@pytest.mark.parametrize("activation", [torch.tanh, nn.GELU(approximate="tanh")])
def test_other_activations_are_refused(activation) -> None:
    with pytest.raises(InputError, match="Only relu and gelu are known"):
        EncoderLayer.from_torch(nn.TransformerEncoderLayer(8, 2, 16, activation=activation))
    with pytest.raises(InputError, match=r"activation is swish\. Choose relu or gelu"):
        FeedForward(8, 16, "swish")  # type: ignore[arg-type]


def test_what_does_not_fit_gets_a_sentence() -> None:
    with pytest.raises(InputError, match="does not divide into 3 heads"):
        EncoderLayer(8, 3, 16)
    with pytest.raises(InputError, match="d_hidden is 0"):
        EncoderLayer(8, 2, 0)
    with pytest.raises(InputError, match=r"\(2, 3, 7\)"):
        EncoderLayer(8, 2, 16, bias=False)(torch.ones(2, 3, 7))
