"""Scores in parts against BERT's projections of its own tables, and DeBERTa's terms against its published formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import ModelError, SelectionError
from attention_viz.experiments import score_parts
from experiments.by_hand import SECOND, TEXT, columns, eager, inputs, layers

DEBERTA = {"relative_attention": True, "pos_att_type": ["c2p", "p2c"]}


def test_in_layer_1_the_tables_of_words_and_positions_make_the_terms(masked: Model) -> None:
    found, network = score_parts(masked, TEXT, 0, 1, 4, second=SECOND), eager(masked).double()
    given, embeddings = inputs(masked, TEXT, SECOND), network.bert.embeddings
    tables = {
        "content": embeddings.word_embeddings.weight[given["input_ids"][0]],
        "positions": embeddings.position_embeddings.weight[: len(found.tokens)],
        "segments": embeddings.token_type_embeddings.weight[given["token_type_ids"][0]],
    }
    norm, attention = embeddings.LayerNorm, layers(network)[0].attention.self
    scale = 1 / (sum(tables.values()).var(-1, unbiased=False, keepdim=True) + norm.eps).sqrt()
    spot = columns(network, 1)
    parts = {
        name: norm.weight * (table - table.mean(-1, keepdim=True)) * scale for name, table in tables.items()
    }  # (token, d_model)
    parts["biases"] = norm.bias.expand_as(parts["content"])
    queries, keys = (
        {
            name: part @ linear.weight[spot].T + (linear.bias[spot] if name == "biases" else 0)
            for name, part in parts.items()
        }
        for linear in (attention.query, attention.key)
    )
    assert found.parts == tuple(parts)
    assert not found.frozen
    for one, of_query in enumerate(parts):
        for other, of_key in enumerate(parts):
            expected = keys[of_key] @ queries[of_query][4] / 8**0.5
            assert found.terms[:, one, other] == pytest.approx(expected.detach().numpy(), abs=1e-5)


@pytest.mark.parametrize("layer", [0, 1])
def test_the_terms_add_up_to_transformers_own_scores(masked: Model, layer: int) -> None:
    found = score_parts(masked, TEXT, layer, 2, 3)
    with torch.no_grad():
        weights = eager(masked)(**inputs(masked, TEXT), output_attentions=True).attentions[layer][0, 2, 3]
    scores = torch.from_numpy(found.terms.sum((1, 2)) + found.added)
    assert scores.softmax(-1).numpy() == pytest.approx(weights.numpy(), abs=1e-5)
    assert np.abs(found.differences).max() < 1e-4
    assert found.weights == pytest.approx(weights.numpy(), abs=1e-5)
    assert ("layers below" in found.parts) == found.frozen == (layer > 0)
    apart = torch.from_numpy(found.against_the_mean.sum((1, 2)))
    assert apart.softmax(-1).numpy() == pytest.approx(weights.numpy(), abs=1e-5)


@pytest.mark.parametrize(
    ("architecture", "config", "parts"),
    [
        ("LlamaForCausalLM", {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}, ("content",)),
        ("T5EncoderModel", {"d_kv": 8, "d_ff": 40, "num_layers": 2, "num_heads": 3, "d_model": 24}, ("content",)),
        ("AlbertModel", {"embedding_size": 10}, ("content", "positions", "segments", "biases")),
    ],
)
def test_models_without_a_table_of_positions_have_none_among_the_parts(
    make_model: Callable[..., Model], architecture: str, config: dict[str, Any], parts: tuple[str, ...]
) -> None:
    model = make_model(architecture, **config)
    found = score_parts(model, TEXT, 0, 1, 3)
    assert tuple(each for each in found.parts if each != "biases" or "biases" in parts) == parts
    assert found.scores[:4] == pytest.approx(model.attend(TEXT).scores(0, 1)[3, :4], abs=1e-4)
    assert np.isneginf(found.scores[4:]).all() == model.causal
    if architecture == "T5EncoderModel":
        assert np.abs(found.added).max() > 1e-3


@pytest.mark.parametrize("architecture", ["DebertaModel", "DebertaV2Model"])
@pytest.mark.parametrize("layer", [0, 1])
def test_debertas_own_terms_are_those_of_its_formula(
    make_model: Callable[..., Model], architecture: str, layer: int
) -> None:
    """He et al. 2021, equation 4: each of the three terms over sqrt(3 d), both distances counted as transformers does."""
    model = make_model(architecture, **DEBERTA, max_relative_positions=20)
    found = score_parts(model, TEXT, layer, 1, 4)
    assert found.parts == ("content", "positions")
    assert np.abs(found.differences).max() < 1e-4
    assert (found.terms[:, 1, 1] == 0).all()
    network, spot, n = eager_copy(model), slice(8, 16), len(found.tokens)
    with torch.no_grad():
        states = network(**inputs(model, TEXT), output_hidden_states=True).hidden_states[layer][0]
        attention, table = network.encoder.layer[layer].attention.self, network.encoder.get_rel_embedding()
        query, key, position_key, position_query = projected(attention, states, table, spot)
    scale = (3 * 8) ** 0.5
    for token in range(n):
        place = 20 + 4 - token
        expected = [query[4] @ key[token], query[4] @ position_key[place], position_query[place] @ key[token]]
        terms = found.terms[token]
        assert [terms[0, 0], terms[0, 1], terms[1, 0]] == pytest.approx(
            [float(each) / scale for each in expected], abs=1e-4
        )


def eager_copy(model: Model) -> Any:
    return eager(model).base_model


def projected(attention: Any, states: torch.Tensor, table: torch.Tensor, spot: slice) -> tuple[torch.Tensor, ...]:
    """Queries and keys of tokens, keys and queries of distances, of one head."""
    if not hasattr(attention, "in_proj"):
        linears = attention.query_proj, attention.key_proj, attention.pos_key_proj, attention.pos_query_proj
        return tuple(
            linear(given)[:, spot] for linear, given in zip(linears, (states, states, table, table), strict=True)
        )
    rows = attention.in_proj.weight.reshape(3, 3, 8, -1)[1]  # of head 1: query, key, value
    query = states @ rows[0].T + attention.q_bias[spot]
    return query, states @ rows[1].T, attention.pos_proj(table)[:, spot], attention.pos_q_proj(table)[:, spot]


def test_what_cannot_be_split_is_refused(make_model: Callable[..., Model], masked: Model) -> None:
    with pytest.raises(SelectionError, match="no token index 99"):
        score_parts(masked, TEXT, 0, 1, 99)
    with pytest.raises(SelectionError, match="no head index 3"):
        score_parts(masked, TEXT, 0, 3, 1)
    with pytest.raises(ModelError, match="its own code"):
        score_parts(make_model("MPNetModel"), TEXT, 0, 1, 1)
    capped = make_model(
        "Gemma2ForCausalLM",
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        query_pre_attn_scalar=8,
        attn_logit_softcapping=0.5,
    )
    with pytest.raises(ModelError, match="caps them"):
        score_parts(capped, TEXT, 0, 1, 3)
