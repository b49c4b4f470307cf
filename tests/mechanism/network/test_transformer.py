from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import Transformer, causal_mask, sinusoids
from mechanism.draws import assert_same, both_types, chance, redrawn


def _torchs(ours: Transformer, n_heads: int, d_hidden: int, norm_first: bool, symbols: torch.Tensor) -> torch.Tensor:
    """The same network put together from torch's parts alone."""
    d_model, dtype = ours.decode.in_features, ours.decode.weight.dtype
    layer = nn.TransformerEncoderLayer(d_model, n_heads, d_hidden, norm_first=norm_first, batch_first=True, dtype=dtype)
    norm = nn.LayerNorm(d_model, dtype=dtype) if norm_first else None
    encoder = nn.TransformerEncoder(layer, len(ours.layers), norm, enable_nested_tensor=False).eval()
    for theirs, mine in zip(encoder.layers, ours.layers, strict=True):
        attention = mine.attention
        three = (attention.query, attention.key, attention.value)
        theirs.load_state_dict(
            {
                "self_attn.in_proj_weight": torch.cat([each.weight for each in three]),
                "self_attn.in_proj_bias": torch.cat([each.bias for each in three]),
                **{f"self_attn.out_proj.{name}": value for name, value in attention.output.state_dict().items()},
                **{f"linear1.{name}": value for name, value in mine.feed_forward.wide.state_dict().items()},
                **{f"linear2.{name}": value for name, value in mine.feed_forward.narrow.state_dict().items()},
                **{f"norm1.{name}": value for name, value in mine.attention_norm.state_dict().items()},
                **{f"norm2.{name}": value for name, value in mine.feed_forward_norm.state_dict().items()},
            }
        )
    if norm is not None:
        encoder.norm.load_state_dict(ours.norm.state_dict())
    n = symbols.shape[1]
    tokens = nn.functional.embedding(symbols, ours.embed.table.weight) * math.sqrt(d_model)
    tokens = tokens + sinusoids(n, d_model).to(dtype)
    mask = ~causal_mask(n) if ours.causal else None
    return nn.functional.linear(encoder(tokens, mask=mask), ours.decode.weight, ours.decode.bias)


@both_types
@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("causal", [True, False])
def test_the_transformer_is_torchs_encoder_between_embedding_and_decoder(dtype, norm_first, causal) -> None:
    ours = Transformer(
        11, 9, d_model=12, n_heads=3, n_layers=2, d_hidden=20, norm_first=norm_first, causal=causal, generator=chance()
    ).to(dtype)
    redrawn(ours, chance(1))
    symbols = torch.randint(11, (4, 7), generator=chance(2))
    logits, weights = ours(symbols)
    assert_same(logits, _torchs(ours, 3, 20, norm_first, symbols))
    assert [tuple(each.shape) for each in weights] == [(4, 3, 7, 7)] * 2


def test_a_causal_network_knows_nothing_of_what_comes_after() -> None:
    ours = redrawn(Transformer(5, 6, causal=True, generator=chance()), chance(1))
    symbols = torch.tensor([[0, 1, 2, 3]])
    changed = torch.tensor([[0, 1, 4, 0]])
    assert torch.equal(ours(symbols)[0][:, :2], ours(changed)[0][:, :2])
    assert not torch.equal(ours(symbols)[0][:, 2:], ours(changed)[0][:, 2:])


def test_without_positions_the_network_cannot_tell_first_from_last() -> None:
    ours = redrawn(Transformer(5, 6, positional=False, generator=chance()).double(), chance(1))
    there, back = ours(torch.tensor([[0, 1, 2, 3]]))[0], ours(torch.tensor([[3, 2, 1, 0]]))[0]
    assert_same(there, back.flip(1))


def test_padding_changes_nothing_for_the_real_tokens() -> None:
    ours = redrawn(Transformer(5, 6, generator=chance()), chance(1))
    alone, _ = ours(torch.tensor([[0, 1, 2]]))
    padded, _ = ours(torch.tensor([[0, 1, 2, 4, 4]]), valid=[3])
    assert_same(padded[:, :3], alone)


def test_building_one_leaves_torchs_own_chance_untouched() -> None:
    before = torch.get_rng_state()
    Transformer(5, 6, generator=chance())
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("use", "sentence"),
    [
        (lambda: Transformer(5, 6, d_model=30, n_heads=4), "30 does not divide into 4 heads"),
        (lambda: Transformer(0, 6), "n_symbols is 0"),
        (lambda: Transformer(5, 6, n_layers=0), "n_layers is 0"),
        (lambda: Transformer(5, 6)(torch.zeros(1, 7, dtype=torch.long)), "at most 6 tokens"),
        (lambda: Transformer(5, 6)(torch.full((1, 3), 5)), "go from 5 to 5; this network knows 5 of them, from 0 to 4"),
        (lambda: Transformer(5, 6)(torch.full((1, 3), -1)), "go from -1 to -1"),
        (lambda: Transformer(5, 6)(torch.zeros(1, 0, dtype=torch.long)), r"shape \(1, 0\)"),
        (lambda: Transformer(5, 6)(torch.zeros(1, 3)), "are torch.float32"),
        (
            lambda: Transformer(5, 6).predict(torch.zeros(1, 3, dtype=torch.long), 4),
            "answers 3 symbols with 3, not with 4",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(use, sentence: str) -> None:
    with pytest.raises(AttentionVizError, match=sentence):
        use()
