"""Shares of an answer against BERT's formulas written out by hand, with the scales that a plain model had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import ModelError
from attention_viz.experiments import writes
from experiments.by_hand import SECOND, TEXT, columns, eager, inputs, layers

MASKED = 3


class FrozenBert:
    """A plain BertForMaskedLM in double precision, and the scale of each of its normalisations on one text."""

    def __init__(self, model: Model, given: dict[str, torch.Tensor]) -> None:
        self.network = eager(model).double()
        self.scales: dict[Any, torch.Tensor] = {}
        self.inputs: dict[Any, torch.Tensor] = {}
        for module in self.network.modules():
            module.register_forward_hook(self._note)
        with torch.no_grad():
            self.outputs = self.network(**given, output_attentions=True, output_hidden_states=True)

    def _note(self, module: Any, args: Any, _output: Any) -> None:
        if args and torch.is_tensor(args[0]):
            self.inputs[module] = args[0][0]
            if isinstance(module, torch.nn.LayerNorm):
                self.scales[module] = (args[0][0].var(-1, unbiased=False, keepdim=True) + module.eps).rsqrt()

    def normed(self, norm: Any, vector: torch.Tensor) -> torch.Tensor:
        """(token, d) through a normalisation whose scale is frozen, without its bias."""
        return norm.weight * (vector - vector.mean(-1, keepdim=True)) * self.scales[norm]

    def upward(self, vector: torch.Tensor, layer: int, after_attention: bool) -> torch.Tensor:
        """What is left at the end of a vector that is added in a layer."""
        for number in range(layer, len(layers(self.network))):
            block = layers(self.network)[number]
            if number > layer or after_attention:
                vector = self.normed(block.attention.output.LayerNorm, vector)
            vector = self.normed(block.output.LayerNorm, vector)
        return vector

    def said(self, vector: torch.Tensor) -> torch.Tensor:
        """(word,) what a vector at the end adds to the logits of the masked token."""
        head = self.network.cls.predictions
        dense = head.transform.dense
        before = self.inputs[head.transform.transform_act_fn][MASKED]
        ratio = torch.nn.functional.gelu(before) / before
        normed = head.transform.LayerNorm
        inner = (dense.weight @ vector[MASKED]) * ratio
        scaled = normed.weight * (inner - inner.mean()) * self.scales[normed][MASKED]
        return head.decoder.weight @ scaled


@pytest.fixture(scope="module")
def frozen(masked: Model) -> FrozenBert:
    return FrozenBert(masked, inputs(masked, TEXT, masked=[MASKED]))


@pytest.fixture(scope="module")
def contrast(frozen: FrozenBert, masked: Model) -> Callable[[torch.Tensor], float]:
    answer = int(masked.reader.encode(TEXT).inputs["input_ids"][0, MASKED])
    rival = int(frozen.outputs.logits[0, MASKED].scatter(0, torch.tensor(answer), -torch.inf).argmax())
    return lambda logits: float((logits[answer] - logits[rival]).detach())


def test_heads_and_their_sources_write_what_the_formulas_say(
    masked: Model, frozen: FrozenBert, contrast: Callable[[torch.Tensor], float]
) -> None:
    found = writes(masked, TEXT, mask=[MASKED])
    assert found.total == pytest.approx(contrast(frozen.outputs.logits[0, MASKED]), abs=1e-5)
    for layer, head in np.ndindex(2, 3):
        block, spot = layers(frozen.network)[layer].attention, columns(frozen.network, head)
        values = block.self.value(frozen.outputs.hidden_states[layer])[0, :, spot]
        for token in range(found.sources.shape[-1]):
            read = frozen.outputs.attentions[layer][0, head, :, token, None] * values[token]
            added = frozen.upward(read @ block.output.dense.weight[:, spot].T, layer, after_attention=True)
            assert found.sources[layer, head, token] == pytest.approx(contrast(frozen.said(added)), abs=1e-5)
    assert found.heads == pytest.approx(found.sources.sum(-1))


def test_feed_forward_networks_write_what_the_formulas_say(
    masked: Model, frozen: FrozenBert, contrast: Callable[[torch.Tensor], float]
) -> None:
    found = writes(masked, TEXT, mask=[MASKED])
    for layer, block in enumerate(layers(frozen.network)):
        dense = block.output.dense
        added = frozen.upward(frozen.inputs[dense] @ dense.weight.T, layer, after_attention=False)
        assert found.feed_forward[layer] == pytest.approx(contrast(frozen.said(added)), abs=1e-5)


def test_words_write_what_the_formulas_say(
    masked: Model, frozen: FrozenBert, contrast: Callable[[torch.Tensor], float]
) -> None:
    found = writes(masked, TEXT, mask=[MASKED])
    embeddings = frozen.network.bert.embeddings
    ids = inputs(masked, TEXT, masked=[MASKED])["input_ids"][0]
    first = frozen.normed(embeddings.LayerNorm, embeddings.word_embeddings.weight[ids])
    added = contrast(frozen.said(frozen.upward(first, 0, after_attention=True)))
    assert found.embeddings["words"].sum() == pytest.approx(added, abs=1e-5)
    assert set(found.embeddings) == {"words", "positions", "segments"}


@pytest.mark.parametrize(
    ("architecture", "config", "second"),
    [
        ("BertForMaskedLM", {}, None),
        ("BertForSequenceClassification", {"num_labels": 4}, SECOND),
        ("BertForSequenceClassification", {"num_labels": 1, "problem_type": "regression"}, None),
        ("BertForTokenClassification", {"num_labels": 5}, None),
        ("BertForQuestionAnswering", {}, SECOND),
        ("RobertaForMaskedLM", {"pad_token_id": 0}, None),
        ("DistilBertForMaskedLM", {"dim": 24, "n_layers": 2, "n_heads": 3, "hidden_dim": 40}, None),
        ("AlbertForMaskedLM", {"embedding_size": 10}, None),
        ("LlamaForCausalLM", {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}, None),
        ("BertModel", {}, None),
    ],
)
def test_the_parts_add_up_to_the_number(
    make_model: Callable[..., Model], architecture: str, config: dict[str, Any], second: str | None
) -> None:
    found = writes(make_model(architecture, **config), TEXT, second=second)
    assert abs(found.difference) < 1e-4
    parts = found.heads.sum() + found.feed_forward.sum() + found.biases
    assert parts + sum(each.sum() for each in found.embeddings.values()) == pytest.approx(found.sum)
    assert np.abs(found.heads).max() > 1e-4


def test_of_a_decoder_the_word_after_the_text_is_shared_out(make_model: Callable[..., Model]) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2LMHeadModel", sizes, initializer_range=0.5, bos_token_id=2, eos_token_id=3)
    found = writes(model, TEXT)
    with torch.no_grad():
        logits = eager(model)(**inputs(model, TEXT)).logits[0, -1]
    best = logits.topk(2)
    assert found.total == pytest.approx(float(best.values[0] - best.values[1]), abs=1e-4)
    words = tuple(model.reader.word(int(each)) for each in best.indices)
    assert found.pairs == ((len(found.tokens) - 1, *words),)
    assert abs(found.difference) < 1e-4


def test_the_cosine_of_a_pair_is_shared_out_among_the_first_texts_parts(embedded: Model) -> None:
    first, second = "A cat sat on the mat.", "The kitten was resting on a soft rug."
    found, turned = writes(embedded, first, second=second), writes(embedded, second, second=first)
    assert (found.total, turned.total) == pytest.approx((embedded.similarity(first, second),) * 2, abs=1e-5)
    assert abs(found.difference) < 1e-4
    assert len(found.tokens) != len(turned.tokens)
    assert found.pairs == ()


def test_a_model_into_which_something_else_writes_is_refused(hybrid_model: Model) -> None:
    with pytest.raises(ModelError, match="something else writes into its vectors"):
        writes(hybrid_model, TEXT)


def test_the_model_stays_as_it_was(masked: Model) -> None:
    writes(masked, TEXT, mask=[MASKED])
    assert not any(module._forward_hooks for module in masked.network.modules())
    assert all(parameter.grad is None for parameter in masked.network.parameters())
