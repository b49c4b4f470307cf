from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from attention_viz.mechanism import DecoderLayer, causal_mask
from mechanism.draws import assert_same, both_types, chance, examples, normal, redrawn, seeds

sizes = st.integers(1, 5)


@both_types
@examples
@given(
    seed=seeds,
    batch=sizes,
    n=sizes,
    m=sizes,
    n_heads=sizes,
    d_head=st.integers(3, 6),
    activation=st.sampled_from(["relu", "gelu"]),
    norm_first=st.booleans(),
    bias=st.booleans(),
)
def test_the_decoder_layer_is_torchs_with_the_same_weights(
    dtype, seed, batch, n, m, n_heads, d_head, activation, norm_first, bias
) -> None:
    theirs = redrawn(
        nn.TransformerDecoderLayer(
            n_heads * d_head,
            n_heads,
            7,
            activation=activation,
            norm_first=norm_first,
            bias=bias,
            batch_first=True,
            dtype=dtype,
        ),
        chance(seed),
    )
    generator = chance(seed + 1)
    written, given_tokens = (normal(generator, batch, each, n_heads * d_head, dtype=dtype) for each in (n, m))
    valid = torch.randint(1, m + 1, (batch,), generator=generator)
    padding = torch.arange(m) >= valid[:, None]
    expected = theirs(written, given_tokens, tgt_mask=~causal_mask(n), memory_key_padding_mask=padding)
    output, own, cross = DecoderLayer.from_torch(theirs)(written, given_tokens, valid)
    assert_same(output, expected)
    assert own.shape == (batch, n_heads, n, n)
    assert cross.shape == (batch, n_heads, n, m)
    assert_same(cross.sum(-1), torch.ones(batch, n_heads, n, dtype=dtype))
    assert torch.all(own.triu(1) == 0)
    assert torch.all(cross.transpose(1, 3)[padding] == 0)
