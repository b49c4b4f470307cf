from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertLayer

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import (
    BlockParameters,
    EncoderLayer,
    Walkthrough,
    causal_mask,
)
from attention_viz.mechanism.walkthrough.attention_block import walk
from mechanism.draws import assert_same, both_types, chance, normal, redrawn

CONFIG = BertConfig(
    hidden_size=12,
    num_attention_heads=3,
    intermediate_size=20,
    vocab_size=11,
    max_position_embeddings=9,
    attn_implementation="eager",
)
HEAD, QUERY, N = 1, 2, 5


def _bert(dtype: torch.dtype) -> BertLayer:
    return redrawn(BertLayer(CONFIG).to(dtype), chance())


def _bert_parameters(layer: BertLayer) -> BlockParameters:
    inside, out = layer.attention.self, layer.attention.output
    return BlockParameters.from_linears(inside.query, inside.key, inside.value, out.dense, 3, out.LayerNorm)


@both_types
@pytest.mark.parametrize("hidden", [None, 4])
def test_every_step_is_the_bert_layers_own_tensor(dtype: torch.dtype, hidden: int | None) -> None:
    layer, tokens = _bert(dtype), normal(chance(1), N, 12, dtype=dtype)
    mask = None if hidden is None else torch.arange(N) < hidden
    added = (
        None
        if mask is None
        else torch.zeros(N, dtype=dtype).masked_fill(~mask, torch.finfo(dtype).min)[None, None, None]
    )
    seen: dict[str, torch.Tensor] = {}
    named = {
        "query": layer.attention.self.query,
        "keys": layer.attention.self.key,
        "values": layer.attention.self.value,
        "projected": layer.attention.output.dense,
        "output": layer.attention.output.LayerNorm,
    }
    hooks = [
        module.register_forward_hook(lambda _, inputs, output, name=name: seen.update({name: output[0].detach()}))
        for name, module in named.items()
    ]
    hooks.append(
        layer.attention.output.dense.register_forward_pre_hook(
            lambda _, inputs: seen.update(concatenated=inputs[0][0].detach())
        )
    )
    with torch.no_grad():
        _, weights = layer.attention(tokens[None], added)
    for hook in hooks:
        hook.remove()
    own_head = slice(4 * HEAD, 4 * HEAD + 4)
    own = {
        "input": tokens[QUERY],
        "query": seen["query"][QUERY, own_head],
        "keys": seen["keys"][:, own_head],
        "values": seen["values"][:, own_head],
        "weights": weights[0, HEAD, QUERY].detach(),
        "context": seen["concatenated"][QUERY, own_head],
        "concatenated": seen["concatenated"][QUERY],
        "projected": seen["projected"][QUERY],
        "output": seen["output"][QUERY],
    }
    steps = walk(tokens, _bert_parameters(layer), HEAD, QUERY, mask)
    for name, tensor in own.items():
        assert_same(steps[name].numbers, tensor)
    assert max(steps.differences(own).values()) < 1e-5


@both_types
@pytest.mark.parametrize("norm_first", [True, False])
def test_the_walk_ends_where_torchs_own_attention_block_does(dtype: torch.dtype, norm_first: bool) -> None:
    theirs = redrawn(
        nn.TransformerEncoderLayer(12, 3, 20, norm_first=norm_first, batch_first=True, dtype=dtype), chance()
    )
    ours = EncoderLayer.from_torch(theirs)
    tokens = normal(chance(1), N, 12, dtype=dtype)
    read = theirs.norm1(tokens) if norm_first else tokens
    mask = causal_mask(N)
    attended, weights = theirs.self_attn(*[read[None]] * 3, attn_mask=~mask, average_attn_weights=False)
    residual = (tokens + attended[0]).detach()
    parameters = BlockParameters.from_attention(ours.attention, ours.attention_norm, norm_first)
    for head in range(3):
        for query in range(N):
            steps = walk(tokens, parameters, head, query, mask[query])
            assert_same(steps["weights"].numbers, weights[0, head, query].detach())
            assert_same(steps["residual"].numbers, residual[query])
            if norm_first:
                assert_same(steps["normed_input"].numbers, read.detach())
                assert steps["keys"].formula == "k_j = W_k x'_j + b_k"
            else:
                assert_same(steps["output"].numbers, theirs.norm1(residual)[query].detach())


@both_types
def test_cross_attention_walks_into_the_other_sequence(dtype: torch.dtype) -> None:
    theirs = redrawn(nn.MultiheadAttention(12, 3, kdim=7, vdim=7, batch_first=True, dtype=dtype), chance())
    tokens, memory = normal(chance(1), N, 12, dtype=dtype), normal(chance(2), 8, 7, dtype=dtype)
    expected, weights = theirs(tokens[None], memory[None], memory[None], average_attn_weights=False)
    linears = []
    for number, weight in enumerate((theirs.q_proj_weight, theirs.k_proj_weight, theirs.v_proj_weight)):
        linear = nn.Linear(weight.shape[1], 12, dtype=dtype)
        linear.weight, linear.bias = weight, nn.Parameter(theirs.in_proj_bias.chunk(3)[number])
        linears.append(linear)
    steps = walk(tokens, BlockParameters.from_linears(*linears, theirs.out_proj, 3), HEAD, QUERY, memory=memory)
    assert_same(steps["weights"].numbers, weights[0, HEAD, QUERY].detach())
    assert_same(steps["projected"].numbers, expected[0, QUERY].detach())
    assert steps.names[-1] == "residual"


def _steps(**options) -> Walkthrough:
    return walk(normal(chance(1), N, 12), _bert_parameters(_bert(torch.float32)), HEAD, QUERY, **options)


def test_the_steps_come_in_the_order_of_the_calculation_with_their_axes() -> None:
    steps = _steps()
    assert steps.names == (
        *("input", "query", "keys", "values", "products", "order", "scores", "scaled", "masked"),
        *("largest", "shifted", "exponentials", "sum", "weights", "weighted_values", "context"),
        *("concatenated", "projected", "residual", "mean", "deviation", "normed", "output"),
    )
    sizes = {"key": N, "token": N, "d_head": 4, "d_model": 12}
    for step in steps.steps:
        assert step.shape == tuple(sizes[axis] for axis in step.axes)
        assert step.formula.count("{") == step.formula.count("}")


def test_each_step_follows_from_the_one_before_by_hand() -> None:
    mask = torch.tensor([True, True, False, True, True])
    s = {step.name: step.numbers.double() for step in _steps(mask=mask).steps}
    close = {"abs": 1e-5}
    for key in range(N):
        score = sum(float(s["query"][i]) * float(s["keys"][key, i]) for i in range(4))
        assert float(s["scores"][key]) == pytest.approx(score, **close)
        assert float(s["scaled"][key]) == pytest.approx(score / 2, **close)
        ranked = [float(s["products"][key, int(i)]) for i in s["order"][key]]
        assert ranked == sorted(ranked, reverse=True)
    assert s["masked"][2] == -torch.inf
    assert s["exponentials"].max() == 1
    assert s["weights"][2] == 0
    total = sum(math.exp(z) for z in s["masked"])
    for key in range(N):
        assert float(s["weights"][key]) == pytest.approx(math.exp(s["masked"][key]) / total, **close)
    context = sum(float(s["weights"][key]) * s["values"][key] for key in range(N))
    assert torch.allclose(s["context"], context, atol=1e-5)
    centred = s["residual"] - s["mean"]
    assert float(s["mean"]) == pytest.approx(float(s["residual"].mean()), **close)
    assert float(s["deviation"]) == pytest.approx(
        math.sqrt(float((centred**2).mean()) + CONFIG.layer_norm_eps), **close
    )


def test_contributions_sum_to_the_score() -> None:
    steps = _steps()
    for key in range(N):
        total = sum(each.product for each in steps.contributions(key))
        assert total == pytest.approx(steps["scores"].numbers[key].item(), abs=1e-5)


def test_without_the_root_and_with_a_temperature_this_head_alone_changes() -> None:
    usual, unscaled, hot = _steps(), _steps(scaled=False), _steps(scaled=False, temperature=2.0)
    scores = usual["scores"].numbers
    assert_same(unscaled["weights"].numbers, torch.softmax(scores, -1))
    assert_same(hot["weights"].numbers, usual["weights"].numbers)  # d_head is 4: dividing by 2 is the root
    changed = (unscaled["concatenated"].numbers != usual["concatenated"].numbers).reshape(3, 4).any(-1)
    assert changed.tolist() == [False, True, False]
    assert unscaled["scaled"].formula == "z_j = s_j"
    assert r"\sqrt{d}" in usual["scaled"].formula


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"head": 3}, "There is no head 4; this layer has 3"),
        ({"query": 5}, "There is no query token 6; there are 5"),
        ({"tokens": torch.ones(5, 8)}, r"tokens have the shape \(5, 8\). Give \(token, 12\)"),
        ({"tokens": torch.full((5, 12), torch.nan)}, "Among the tokens, 60 of 60"),
        ({"memory": torch.ones(4, 8)}, "memory have the shape"),
        ({"mask": torch.ones(4) > 0}, r"mask has the shape \(4,\).*Give 5 booleans"),
        ({"mask": torch.zeros(5) > 0}, "query token 3 may not read any key"),
        ({"temperature": 0.0}, "temperature is 0"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(change: dict[str, object], sentence: str) -> None:
    usual = {
        "tokens": torch.ones(5, 12),
        "parameters": _bert_parameters(_bert(torch.float32)),
        "head": HEAD,
        "query": QUERY,
    }
    with pytest.raises(AttentionVizError, match=sentence):
        walk(**{**usual, **change})
