from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import DecoderLayer, EncoderDecoder, EncoderLayer, sinusoids
from mechanism.draws import assert_same, both_types, chance, redrawn


@both_types
@pytest.mark.parametrize("norm_first", [True, False])
def test_encoder_and_decoder_are_torchs_transformer_with_the_same_weights(dtype, norm_first) -> None:
    shape = {"norm_first": norm_first, "batch_first": True, "dtype": dtype}
    norms = [nn.LayerNorm(12, dtype=dtype) if norm_first else None for _ in range(2)]
    theirs = nn.Transformer(
        12,
        3,
        custom_encoder=nn.TransformerEncoder(
            nn.TransformerEncoderLayer(12, 3, 20, **shape), 1, norms[0], enable_nested_tensor=False
        ),
        custom_decoder=nn.TransformerDecoder(nn.TransformerDecoderLayer(12, 3, 20, **shape), 1, norms[1]),
        batch_first=True,
    )
    redrawn(theirs, chance())
    ours = EncoderDecoder(5, 9, d_model=12, n_heads=3, d_hidden=20, norm_first=norm_first, generator=chance()).to(dtype)
    redrawn(ours, chance(1))
    ours.encoder.layers[0] = EncoderLayer.from_torch(theirs.encoder.layers[0])
    ours.layers[0] = DecoderLayer.from_torch(theirs.decoder.layers[0])
    if norm_first:
        ours.encoder.norm, ours.norm = theirs.encoder.norm, theirs.decoder.norm
    given = torch.randint(5, (4, 7), generator=chance(2))
    known = torch.randint(5, (4, 3), generator=chance(3))
    embedded = [
        table.weight[symbols] * math.sqrt(12) + sinusoids(symbols.shape[1], 12).to(dtype)
        for table, symbols in ((ours.encoder.embed.table, given), (ours.embed.table, known))
    ]
    hidden = nn.Transformer.generate_square_subsequent_mask(3, dtype=dtype)
    expected = nn.functional.linear(theirs(*embedded, tgt_mask=hidden), ours.decode.weight, ours.decode.bias)
    logits, weights = ours(given, known)
    assert_same(logits, expected)
    assert weights[0].shape == (4, 3, 3, 7)  # a rectangle: queries x keys


def test_one_step_at_a_time_gives_the_numbers_of_all_steps_at_once() -> None:
    ours = redrawn(EncoderDecoder(5, 9, n_layers=2, generator=chance()), chance(1))
    given = torch.randint(5, (3, 7), generator=chance(2))
    answered, weights = ours.predict(given, 4)
    logits, at_once = ours.training_logits(given, answered)
    assert torch.equal(logits.argmax(-1), answered)
    assert len(weights) == 2
    for step_by_step, together in zip(weights, at_once, strict=True):
        assert step_by_step.shape == (3, 4, 4, 7)
        assert_same(step_by_step, together)
        assert_same(step_by_step.sum(-1), torch.ones(3, 4, 4))


def test_writing_can_be_watched_step_by_step() -> None:
    ours = redrawn(EncoderDecoder(5, 9, generator=chance()), chance(1))
    given = torch.randint(5, (3, 7), generator=chance(2))
    steps = ours.generate(given, 6, valid=[7, 2, 3])
    first = next(steps)
    assert (first.step, tuple(first.symbols.shape)) == (0, (3,))
    assert first.weights[0].shape == (3, 4, 7)
    assert first.weights[0][1, :, 2:].abs().max() == 0
    assert [step.step for step in steps] == [1, 2, 3, 4, 5]


def test_what_does_not_fit_gets_a_sentence() -> None:
    ours = EncoderDecoder(5, 9, generator=chance())
    with pytest.raises(AttentionVizError, match="length is 0"):
        ours.predict(torch.zeros(1, 3, dtype=torch.long), 0)
    with pytest.raises(AttentionVizError, match="at most 9 tokens"):
        ours.predict(torch.zeros(1, 3, dtype=torch.long), 11)
