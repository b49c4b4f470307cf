"""What a model has learnt round its attention is counted in its own modules."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import transformers

import attention_viz as av
from attention_viz.errors import ModelError, SelectionError
from attention_viz.models import Model
from attention_viz.models.parameter_counts import attention_matrices, position_embeddings


@pytest.fixture(scope="module")
def model() -> Model:
    return av.load_model()


def of(build: Callable[[], transformers.PreTrainedModel], model: Model) -> Model:
    """The same record with another network inside, of as many layers."""
    from dataclasses import replace

    network = build()
    return replace(model, network=network, n_layers=network.config.num_hidden_layers, name="another")


def test_the_four_matrices_of_bert_are_found_with_their_biases(model: Model) -> None:
    maps = attention_matrices(model, 2)
    layer = model.network.encoder.layer[2].attention
    assert [each.name.rpartition(".")[2] for each in maps] == ["query", "key", "value", "dense"]
    assert sum(each.count for each in maps) == sum(
        parameter.numel() for name, parameter in layer.named_parameters() if "Norm" not in name
    )


def test_queries_and_keys_in_one_matrix_are_counted_once(model: Model) -> None:
    gpt = of(
        lambda: transformers.GPT2Model(transformers.GPT2Config(n_embd=24, n_layer=2, n_head=3, vocab_size=50)), model
    )
    maps = attention_matrices(gpt, 1)
    assert [each.shape for each in maps] == [(24, 72), (24, 24)]
    assert sum(each.count for each in maps) == 4 * 24**2 + 4 * 24


def test_shared_keys_are_narrower(model: Model) -> None:
    config = transformers.LlamaConfig(
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=2,
        intermediate_size=32,
        vocab_size=50,
    )
    llama = of(lambda: transformers.LlamaModel(config), model)
    assert [each.shape for each in attention_matrices(llama, 0)] == [(24, 24), (8, 24), (8, 24), (24, 24)]
    assert position_embeddings(llama) is None


def test_position_vectors_are_the_models_own(model: Model) -> None:
    table = position_embeddings(model)
    assert table is not None
    assert torch.equal(table, model.network.embeddings.position_embeddings.weight.detach())


def test_rows_that_are_no_position_are_left_out(model: Model) -> None:
    config = transformers.RobertaConfig(
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=32,
        vocab_size=50,
        max_position_embeddings=20,
    )
    roberta = of(lambda: transformers.RobertaModel(config), model)
    table, padding = position_embeddings(roberta), config.pad_token_id
    assert table is not None
    assert padding is not None
    assert torch.equal(table, roberta.network.embeddings.position_embeddings.weight.detach()[padding + 1 :])


@pytest.mark.parametrize("layer", [-1, 6])
def test_a_layer_that_is_not_there_is_told(model: Model, layer: int) -> None:
    with pytest.raises(SelectionError, match="this model has 6"):
        attention_matrices(model, layer)


def test_a_network_without_a_part_called_attention_is_told(model: Model) -> None:
    bare = of(
        lambda: transformers.BertModel(
            transformers.BertConfig(
                hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=32, vocab_size=50
            )
        ),
        model,
    )
    for each in bare.network.encoder.layer:
        each.mixer = each.attention
        del each.attention
        each.mixer.mix = each.mixer.self
        del each.mixer.self
    with pytest.raises(ModelError, match="no part is called attention"):
        attention_matrices(bare, 0)
