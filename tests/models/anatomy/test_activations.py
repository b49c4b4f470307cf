from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from checkpoints import make_checkpoint
from transformers import AutoModel

from attention_viz import Model, load_model
from attention_viz.errors import InputError, SelectionError, TextError
from attention_viz.models.anatomy import MOST_TOKENS, record

TEXT = "The cat sat down because it was tired."


def eager(folder: Path) -> torch.nn.Module:
    """The same checkpoint as transformers itself loads and runs it."""
    return AutoModel.from_pretrained(folder, attn_implementation="eager").eval()


@pytest.mark.parametrize("layer", [0, 1])
def test_weights_and_hidden_states_are_those_that_transformers_gives_out(
    tiny_model: Model, tiny_bert_folder: Path, layer: int
) -> None:
    inputs = tiny_model.inputs(TEXT)
    activations = record(tiny_model, inputs, layer)
    with torch.no_grad():
        own = eager(tiny_bert_folder)(**inputs, output_attentions=True, output_hidden_states=True)
    assert torch.allclose(activations.weights, own.attentions[layer][0], atol=1e-6)
    assert activations.scores is not None
    assert torch.allclose(torch.softmax(activations.scores, -1), own.attentions[layer][0], atol=1e-6)
    assert torch.allclose(activations.first, own.hidden_states[0][0], atol=1e-6)
    assert torch.allclose(activations.linears[0].input, own.hidden_states[layer][0], atol=1e-6)


def test_the_modules_round_the_heads_are_found(tiny_model: Model) -> None:
    activations = record(tiny_model, tiny_model.inputs(TEXT), 1)
    assert [each.name.split(".")[-1] for each in activations.linears] == ["query", "key", "value"]
    assert activations.projection is not None
    assert activations.projection.name == "encoder.layer.1.attention.output.dense"
    assert activations.after[0].name == "encoder.layer.1.attention.output.LayerNorm"
    assert [each.name.split(".")[-1] for each in activations.tables] == [
        "word_embeddings",
        "token_type_embeddings",
        "position_embeddings",
    ]
    assert activations.embedded is not None
    assert activations.embedded.name == "embeddings.LayerNorm"


def test_what_is_held_is_counted(tiny_model: Model) -> None:
    activations = record(tiny_model, tiny_model.inputs(TEXT), 1)
    n_tokens, d_model = activations.linears[0].input.shape
    assert activations.nbytes > 10 * n_tokens * d_model * 4


def test_the_model_is_left_as_it_was(tiny_model: Model) -> None:
    before = tiny_model.attend(TEXT).weights(1)
    record(tiny_model, tiny_model.inputs(TEXT), 1)
    assert (tiny_model.attend(TEXT).weights(1) == before).all()
    assert not any(module._forward_hooks for module in tiny_model.network.modules())


def test_each_run_of_a_layer_that_is_repeated_is_its_own(checkpoint: Callable[..., Path]) -> None:
    folder = checkpoint("AlbertModel", embedding_size=16)
    model = load_model(folder)
    inputs = model.inputs(TEXT)
    with torch.no_grad():
        own = eager(folder)(**inputs, output_attentions=True).attentions
    assert not torch.allclose(own[0], own[1], atol=1e-3)
    for layer in range(2):
        assert torch.allclose(record(model, inputs, layer).weights, own[layer][0], atol=1e-6)


def test_a_model_that_gives_out_its_weights_alone_is_told(checkpoint: Callable[..., Path]) -> None:
    model = load_model(checkpoint("XLMModel", emb_dim=24, n_layers=2, n_heads=3))
    with pytest.raises(InputError, match="gives out its weights alone"):
        record(model, model.inputs(TEXT), 0)


def test_a_text_whose_weights_would_take_too_much_is_told(tiny_model: Model) -> None:
    inputs = {"input_ids": torch.zeros(1, MOST_TOKENS + 3, dtype=torch.long)}
    with pytest.raises(TextError, match=r"1,027 tokens.*up to 1,024\. Shorten it by 3"):
        record(tiny_model, inputs, 0)


TWO_HALVES = {
    "d_model": 24,
    "encoder_attention_heads": 3,
    "decoder_attention_heads": 3,
    "encoder_layers": 2,
    "decoder_layers": 2,
}


def test_of_a_model_with_two_halves_the_encoder_is_meant_unless_another_part_is_named(
    checkpoint: Callable[..., Path],
) -> None:
    folder = checkpoint("BartModel", **TWO_HALVES)
    model = load_model(folder)
    inputs = model.inputs(TEXT)
    with torch.no_grad():
        own = eager(folder).get_encoder()(**inputs, output_attentions=True).attentions
    assert torch.allclose(record(model, inputs, 1).weights, own[1][0], atol=1e-6)
    with pytest.raises(InputError, match=r"leave the map decoder unread.*part='decoder'"):
        record(model, inputs, 1, "decoder")


def test_a_part_or_layer_that_does_not_exist_is_told(tiny_model: Model) -> None:
    inputs = tiny_model.inputs(TEXT)
    with pytest.raises(SelectionError, match="no attention called 'encoder'"):
        record(tiny_model, inputs, 0, "encoder")
    for layer in (2, -1):
        with pytest.raises(SelectionError, match=f"no layer index {layer}"):
            record(tiny_model, inputs, layer)


def test_what_runs_after_an_attention_whose_projection_is_unknown_is_no_part_of_it(
    checkpoint: Callable[..., Path],
) -> None:
    """I-BERT's linear modules are its own; the pooler behind the last layer is a usual one."""
    model = load_model(checkpoint("IBertModel"))
    activations = record(model, model.inputs(TEXT), 0)
    assert activations.projection is None
    assert activations.linears == ()


def test_of_a_hybrid_the_models_own_layer_is_recorded(tmp_path: Path) -> None:
    kinds = ["conv", "full_attention", "conv", "full_attention"]
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}
    folder = make_checkpoint(tmp_path / "hybrid", "Lfm2Model", num_hidden_layers=4, layer_types=kinds, **heads)
    model = load_model(folder)
    inputs = model.inputs(TEXT)
    with torch.no_grad():
        own = eager(folder)(**inputs, output_attentions=True)
    assert torch.allclose(record(model, inputs, 3).weights, own.attentions[1][0], atol=1e-6)
    with pytest.raises(SelectionError, match=r"index 2 \(number 3\) has no attention weights"):
        record(model, inputs, 2)
