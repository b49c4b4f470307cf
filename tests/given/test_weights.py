"""What models give out, and what people make of it, is taken for what it is, or refused with the remedy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from transformers import BartConfig, BartForConditionalGeneration, BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

from attention_viz import Attention
from attention_viz.errors import InputError

IDS = torch.tensor([[5, 9, 2, 7, 4]])
NAMES = list("abcde")


@pytest.fixture(scope="module")
def bert() -> BertModel:
    torch.manual_seed(4)
    config = BertConfig(
        vocab_size=30,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=40,
        initializer_range=0.3,
        attn_implementation="eager",
    )
    return BertModel(config).eval()


@pytest.fixture(scope="module")
def writer() -> GPT2LMHeadModel:
    torch.manual_seed(5)
    config = GPT2Config(
        vocab_size=30,
        n_embd=24,
        n_layer=2,
        n_head=3,
        n_positions=40,
        attn_implementation="eager",
        initializer_range=0.3,
    )
    config.eos_token_id = config.bos_token_id = config.pad_token_id = None
    return GPT2LMHeadModel(config).eval()


def written(model: Any, **settings: Any) -> Any:
    return model.generate(
        IDS, max_new_tokens=4, do_sample=False, output_attentions=True, return_dict_in_generate=True, **settings
    )


def assert_same(attention: Attention, expected: tuple[torch.Tensor, ...], atol: float = 0.0) -> None:
    for layer, weights in enumerate(expected):
        np.testing.assert_allclose(
            attention.weights(layer), weights[0].detach().float().numpy(), rtol=0, atol=atol or 1e-9
        )
    assert attention.n_layers == len(expected)


def test_the_tuple_that_a_model_gives_out_with_its_gradients(bert: BertModel) -> None:
    outputs = bert(IDS, output_attentions=True)
    assert outputs.attentions[0].requires_grad
    assert_same(Attention.from_weights(outputs.attentions, NAMES), outputs.attentions)


def test_layers_in_bfloat16(bert: BertModel) -> None:
    halves = tuple(layer.to(torch.bfloat16) for layer in bert(IDS, output_attentions=True).attentions)
    assert_same(Attention.from_weights(halves, NAMES), halves)


@pytest.mark.parametrize("kind", ["list of numpy", "stacked", "stacked without texts", "of numpy", "lists of numbers"])
def test_the_same_weights_in_other_forms(bert: BertModel, kind: str) -> None:
    attentions = bert(IDS, output_attentions=True).attentions
    stacked = torch.stack(attentions).detach()  # (layer, text, head, query, key)
    given: dict[str, object] = {
        "list of numpy": [layer.detach().numpy() for layer in attentions],
        "stacked": stacked,
        "stacked without texts": stacked[:, 0],
        "of numpy": stacked.numpy(),
        "lists of numbers": stacked[:, 0].tolist(),
    }
    assert_same(Attention.from_weights(given[kind], NAMES), attentions)


def test_layers_with_unequal_heads_and_one_without(rng: np.random.Generator) -> None:
    layers = [torch.tensor(rng.dirichlet(np.ones(4), size=(1, heads, 4))) for heads in (2, 5)]
    attention = Attention.from_weights((layers[0], None, layers[1]), list("abcd"))
    assert attention.source.heads == (2, 0, 5)
    np.testing.assert_allclose(attention.weights(2, 4), layers[1][0, 4], rtol=1e-6)


@pytest.mark.parametrize("settings", [{}, {"use_cache": False}, {"cache_implementation": "static"}])
def test_what_generate_gives_out_becomes_one_causal_matrix(writer: GPT2LMHeadModel, settings: dict[str, Any]) -> None:
    outputs = written(writer, **settings)
    whole = writer(outputs.sequences[:, :-1], output_attentions=True).attentions
    names = [str(each) for each in outputs.sequences[0].tolist()]
    for tokens in (names, names[:-1]):  # what was written last was read by nobody
        attention = Attention.from_weights(outputs.attentions, tokens)
        assert_same(attention, whole, atol=1e-5)
        assert attention.tokens == tuple(names[:-1])
        assert attention.causal


def test_the_maps_of_a_model_with_two_halves_that_writes() -> None:
    torch.manual_seed(6)
    sizes = {f"{half}_{name}": n for half in ("encoder", "decoder") for name, n in (("layers", 2), ("ffn_dim", 40))}
    config = BartConfig(
        vocab_size=30,
        d_model=24,
        encoder_attention_heads=3,
        decoder_attention_heads=2,
        init_std=0.4,
        attn_implementation="eager",
        **sizes,
    )
    model = BartForConditionalGeneration(config).eval()
    outputs = written(model, eos_token_id=29, forced_eos_token_id=None)
    sequences = outputs.sequences[:, :-1]
    again = model(IDS, decoder_input_ids=sequences, output_attentions=True)
    names = [str(each) for each in sequences[0].tolist()]
    assert_same(Attention.from_weights(outputs.encoder_attentions, NAMES), again.encoder_attentions, atol=1e-5)
    assert_same(Attention.from_weights(outputs.decoder_attentions, names), again.decoder_attentions, atol=1e-5)
    crossed = Attention.from_weights(outputs.cross_attentions, names, NAMES)
    assert_same(crossed, again.cross_attentions, atol=1e-5)
    assert crossed.shape == (4, 5)
    assert not crossed.causal


def test_a_model_whose_attention_gives_nothing_out(bert: BertModel) -> None:
    outputs = bert(IDS)
    for given in (outputs.attentions, (None, None), ((None, None), (None, None))):
        with pytest.raises(InputError, match='attn_implementation="eager"'):
            Attention.from_weights(given, NAMES)
    with pytest.raises(InputError, match=r"Give its attentions: outputs\.attentions"):
        Attention.from_weights(bert(IDS, output_attentions=True), NAMES)


def test_a_batch_of_two_says_how_to_choose_one(bert: BertModel) -> None:
    attentions = bert(IDS.repeat(2, 1), output_attentions=True).attentions
    for given in (attentions, attentions[:1], torch.stack(attentions)):
        with pytest.raises(InputError, match=r"weights of 2 texts.*\[layer\[:1\] for layer in attentions\]"):
            Attention.from_weights(given, NAMES)
    assert_same(Attention.from_weights([layer[:1] for layer in attentions], NAMES), attentions)


def test_transposed_weights_are_told_by_their_columns(bert: BertModel) -> None:
    attentions = bert(IDS, output_attentions=True).attentions
    with pytest.raises(InputError, match=r"keys stand in the rows.*swapaxes"):
        Attention.from_weights([layer.transpose(-1, -2) for layer in attentions], NAMES)


def test_weights_of_a_model_that_trains_are_not_the_models_own(bert: BertModel) -> None:
    bert.train()
    torch.manual_seed(2)
    attentions = bert(IDS, output_attentions=True).attentions
    bert.eval()
    with pytest.raises(InputError, match=r"model\.eval\(\)"):
        Attention.from_weights(attentions, NAMES)
    with pytest.raises(InputError, match=r"reach up to 1\.11.*model\.eval\(\)"):
        Attention.from_weights(np.eye(5) / 0.9, NAMES)


def test_scores_before_the_softmax_are_no_weights(rng: np.random.Generator) -> None:
    for scores in (rng.normal(size=(5, 5)), rng.random((5, 5))):
        with pytest.raises(InputError, match="after the softmax"):
            Attention.from_weights(scores, NAMES)


def test_rows_may_add_up_to_less_than_1(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(6), size=5)[:, :5]  # a sink took the rest
    np.testing.assert_allclose(Attention.from_weights(weights, NAMES).weights(0, 0), weights, rtol=1e-6)


def test_layers_of_two_passes_do_not_fit_together(bert: BertModel) -> None:
    first, second = (bert(ids, output_attentions=True).attentions[0] for ids in (IDS, IDS[:, :3]))
    with pytest.raises(InputError, match="5 x 5, 3 x 3"):
        Attention.from_weights((first, second), NAMES)


def test_steps_with_several_rows_at_once_are_refused(rng: np.random.Generator) -> None:
    steps = [(np.full((1, 2, 5, 5), 0.2),), (np.full((1, 2, 3, 8), 0.125),)]
    with pytest.raises(InputError, match="read 3 rows at once"):
        Attention.from_weights(steps, list("abcdefgh"))


def test_a_cache_that_forgets_is_refused() -> None:
    steps = [(np.full((1, 2, 3, 3), 0.3),), (np.full((1, 2, 1, 3), 0.3),)]
    with pytest.raises(InputError, match="3 keys for 4 queries"):
        Attention.from_weights(steps, list("abcd"))
