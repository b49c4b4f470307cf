from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from attention_viz.errors import AttentionVizError, InputError
from attention_viz.mechanism import MultiHeadAttention, additive_scores, causal_mask, parameter_count
from mechanism.draws import assert_same, both_types, chance, examples, normal, redrawn, seeds

sizes = st.integers(1, 5)


def _torchs(seed, n_heads, d_head, d_key, d_value, bias, dtype):
    module = nn.MultiheadAttention(
        n_heads * d_head, n_heads, bias=bias, kdim=d_key, vdim=d_value, batch_first=True, dtype=dtype
    )
    return redrawn(module, chance(seed))


@both_types
@examples
@given(seed=seeds, batch=sizes, n=sizes, n_heads=sizes, d_head=sizes, bias=st.booleans())
def test_self_attention_is_torchs_module_with_the_same_weights(dtype, seed, batch, n, n_heads, d_head, bias) -> None:
    theirs = _torchs(seed, n_heads, d_head, None, None, bias, dtype)
    tokens = normal(chance(seed + 1), batch, n, n_heads * d_head, dtype=dtype)
    expected, expected_weights = theirs(tokens, tokens, tokens, average_attn_weights=False)
    output, weights = MultiHeadAttention.from_torch(theirs)(tokens)
    assert_same(output, expected)
    assert_same(weights, expected_weights)


@both_types
@examples
@given(seed=seeds, batch=sizes, n=sizes, m=sizes, n_heads=sizes, d_head=sizes, widths=st.tuples(sizes, sizes))
def test_cross_attention_with_other_widths_and_padding_is_torchs(
    dtype, seed, batch, n, m, n_heads, d_head, widths
) -> None:
    theirs = _torchs(seed, n_heads, d_head, *widths, True, dtype)
    generator = chance(seed + 1)
    queries = normal(generator, batch, n, n_heads * d_head, dtype=dtype)
    keys, values = (normal(generator, batch, m, width, dtype=dtype) for width in widths)
    valid = torch.randint(1, m + 1, (batch,), generator=generator)
    padding = torch.arange(m) >= valid[:, None]
    expected, expected_weights = theirs(queries, keys, values, padding, average_attn_weights=False)
    output, weights = MultiHeadAttention.from_torch(theirs)(queries, keys, values, valid=valid)
    assert_same(output, expected)
    assert_same(weights, expected_weights)
    assert torch.all(weights[padding[:, None, None].expand_as(weights)] == 0)


@both_types
@examples
@given(seed=seeds, batch=sizes, n=sizes, n_heads=sizes, d_head=sizes)
def test_masks_and_lengths_per_query_are_torchs(dtype, seed, batch, n, n_heads, d_head) -> None:
    theirs = _torchs(seed, n_heads, d_head, None, None, True, dtype)
    ours = MultiHeadAttention.from_torch(theirs)
    generator = chance(seed + 1)
    tokens = normal(generator, batch, n, n_heads * d_head, dtype=dtype)
    valid = torch.randint(1, n + 1, (batch, n), generator=generator)
    real = torch.arange(n) < valid[..., None]  # (batch, query, key)
    for mask, allowed in ((None, real), (causal_mask(n), real & causal_mask(n)), (real, real)):
        hidden = ~allowed.repeat_interleave(n_heads, 0)  # torch's sense, (batch * head, query, key)
        expected, _ = theirs(tokens, tokens, tokens, attn_mask=hidden)
        assert_same(ours(tokens, mask=mask, valid=valid)[0], expected)


@both_types
@examples
@given(seed=seeds, batch=sizes, n=sizes, m=sizes, n_heads=sizes, d_head=sizes)
def test_one_head_after_another_gives_the_numbers_of_the_fold(dtype, seed, batch, n, m, n_heads, d_head) -> None:
    ours = MultiHeadAttention.from_torch(_torchs(seed, n_heads, d_head, None, None, True, dtype))
    generator = chance(seed + 1)
    queries, keys = (normal(generator, batch, each, n_heads * d_head, dtype=dtype) for each in (n, m))
    valid = torch.randint(1, m + 1, (batch,), generator=generator)
    output, weights = ours(queries, keys, valid=valid)
    heads = ours.head_by_head(queries, keys, valid=valid)
    assert_same(ours.output(torch.cat([context for context, _ in heads], -1)), output)
    assert_same(torch.stack([each for _, each in heads], 1), weights)


@both_types
def test_one_head_is_scaled_dot_product_attention_between_four_maps(dtype: torch.dtype) -> None:
    ours = redrawn(MultiHeadAttention(6, 1, d_query=5, d_key=4, d_value=3).to(dtype), chance())
    generator = chance(1)
    queries = normal(generator, 2, 7, 5, dtype=dtype)
    keys, values = normal(generator, 2, 8, 4, dtype=dtype), normal(generator, 2, 8, 3, dtype=dtype)
    read = F.scaled_dot_product_attention(ours.query(queries), ours.key(keys), ours.value(values))
    assert_same(ours(queries, keys, values)[0], ours.output(read))


def test_padding_of_one_sequence_stays_with_that_sequence() -> None:
    ours = redrawn(MultiHeadAttention(12, 3), chance())
    tokens = normal(chance(1), 2, 5, 12)
    together, _ = ours(tokens, valid=[2, 4])
    for sequence, length in enumerate((2, 4)):
        alone, _ = ours(tokens[sequence : sequence + 1], tokens[sequence : sequence + 1, :length])
        assert_same(together[sequence], alone[0])


def test_another_score_can_be_learned_instead_of_the_dot_product() -> None:
    generator = chance()
    matrices = normal(generator, 7, 4), normal(generator, 7, 4), normal(generator, 7)
    ours = redrawn(MultiHeadAttention(8, 2, scores=lambda q, k: additive_scores(q, k, *matrices)), generator)
    tokens = normal(generator, 2, 5, 8)
    q, k, _ = ours.project(tokens)
    assert_same(ours(tokens)[1], torch.softmax(additive_scores(q, k, *matrices), -1))


def test_the_same_numbers_can_be_cut_into_another_number_of_heads() -> None:
    tokens = normal(chance(1), 2, 5, 16)
    one = redrawn(nn.MultiheadAttention(16, 1, batch_first=True), chance())
    eight = nn.MultiheadAttention(16, 8, batch_first=True).eval()
    eight.load_state_dict(one.state_dict())
    ours = MultiHeadAttention.from_torch(one)
    cut = ours.with_heads(8)
    assert_same(cut(tokens)[0], eight(*[tokens] * 3)[0])
    assert_same(ours(tokens)[0], one(*[tokens] * 3)[0])
    assert cut.query.weight is ours.query.weight
    with pytest.raises(InputError, match="does not divide into 3 heads"):
        ours.with_heads(3)


def test_sequence_first_modules_of_torch_are_read_batch_first() -> None:
    theirs = redrawn(nn.MultiheadAttention(8, 2), chance())
    tokens = normal(chance(1), 3, 5, 8)
    expected, _ = theirs(*[tokens.transpose(0, 1)] * 3)
    assert_same(MultiHeadAttention.from_torch(theirs)(tokens)[0], expected.transpose(0, 1))


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("n_heads", [1, 2, 4, 8])
def test_the_count_of_parameters_is_torchs_and_the_same_for_any_number_of_heads(bias: bool, n_heads: int) -> None:
    counted = sum(each.numel() for each in nn.MultiheadAttention(32, n_heads, bias=bias).parameters())
    assert parameter_count(32, bias) == counted == 4 * 32**2 + (4 * 32 if bias else 0)
    assert sum(each.numel() for each in MultiHeadAttention(32, n_heads, bias=bias).parameters()) == counted


def test_the_original_transformer_learns_about_a_million_numbers_per_attention() -> None:
    assert parameter_count(512, bias=False) == 1_048_576
    assert parameter_count(512) == 1_048_576 + 2_048
    theirs = nn.MultiheadAttention(12, 3, kdim=5, vdim=7)
    assert parameter_count(12, d_key=5, d_value=7) == sum(each.numel() for each in theirs.parameters())


def test_dropout_acts_while_learning_alone_and_repeats_with_its_generator() -> None:
    tokens = normal(chance(1), 2, 5, 8)
    module = MultiHeadAttention(8, 2, dropout=0.5, generator=chance())
    first, weights = module(tokens)
    assert not torch.equal(first, module(tokens)[0])
    assert_same(weights.sum(-1), torch.ones(2, 2, 5))
    again = MultiHeadAttention(8, 2, dropout=0.5, generator=chance())
    assert torch.equal(again(tokens)[0], first)
    assert torch.equal(module.eval()(tokens)[0], module(tokens)[0])


def test_what_was_taken_over_from_torch_no_longer_follows_it() -> None:
    before = torch.get_rng_state()
    theirs = nn.MultiheadAttention(8, 2, dropout=0.25, batch_first=True)
    torch.set_rng_state(before)
    ours = MultiHeadAttention.from_torch(theirs)
    assert torch.equal(torch.get_rng_state(), before)
    assert ours.training
    assert ours.dropout.share == 0.25
    kept = ours.query.weight.detach().clone()
    nn.init.zeros_(theirs.in_proj_weight)
    assert torch.equal(ours.query.weight, kept)


@pytest.mark.parametrize("extra", ["add_bias_kv", "add_zero_attn"])
def test_modules_that_add_keys_of_their_own_are_refused(extra: str) -> None:
    with pytest.raises(InputError, match="adds keys of its own"):
        MultiHeadAttention.from_torch(nn.MultiheadAttention(8, 2, **{extra: True}))


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: MultiHeadAttention(10, 4), "10 does not divide into 4 heads. Choose one of 1, 2, 5, 10 heads"),
        (lambda: MultiHeadAttention(8, 2, d_key=0), "d_key is 0"),
        (lambda: MultiHeadAttention(8, 2, dropout=1), "dropout is 1"),
        (
            lambda: MultiHeadAttention(8, 2)(torch.ones(3, 8)),
            r"queries have the shape \(3, 8\). Give \(batch, token, 8\)",
        ),
        (lambda: MultiHeadAttention(8, 2)(torch.ones(2, 3, 7)), r"Give \(batch, token, 8\)"),
        (lambda: MultiHeadAttention(8, 2)(torch.ones(2, 0, 8)), "queries are empty"),
        (lambda: MultiHeadAttention(8, 2)(torch.full((2, 3, 8), torch.nan)), "Among the queries, 48 of 48"),
        (lambda: MultiHeadAttention(8, 2)(torch.ones(2, 3, 8), torch.ones(1, 3, 8)), "All axes but the last two"),
        (lambda: MultiHeadAttention(8, 2)(torch.ones(2, 3, 8), valid=[3, 0]), "6 of 12 queries may not read any key"),
        (lambda: MultiHeadAttention(8, 2)(torch.ones(2, 3, 8), valid=[3, 4]), "there are 3 keys"),
        (
            lambda: MultiHeadAttention(8, 2)(torch.ones(2, 3, 8), mask=torch.ones(4, 3, dtype=torch.bool)),
            r"mask has the shape \(4, 3\), the scores .* have \(2, 3, 3\)",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(build, sentence: str) -> None:
    with pytest.raises(AttentionVizError, match=sentence):
        build()
