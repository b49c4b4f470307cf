"""Attention to special tokens: its share, what is read, and what cutting it changes, each against a plain model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple

import numpy as np
import pytest
import torch
from tokenizers.processors import TemplateProcessing
from transformers import BertTokenizer

from attention_viz import Model, load_model
from attention_viz.errors import SelectionError, TextError
from attention_viz.experiments import ablate, cut, no_op, norms
from experiments.by_hand import TEXT, columns, eager, inputs, layers
from experiments.conftest import VOCABULARY


@pytest.mark.parametrize("how", ["zero", "renormalise"])
def test_the_numbers_of_a_head_are_those_of_a_plain_model(make_model: Callable[..., Model], how: str) -> None:
    model = make_model()
    found = no_op(model, TEXT, [(1, 2)], how)
    last = len(found.tokens) - 1
    assert found.there == (0, last)
    with torch.no_grad():
        outputs = eager(model)(**inputs(model, TEXT), output_attentions=True, output_hidden_states=True)
        block, spot = layers(eager(model))[1].attention, columns(eager(model), 2)
        values = block.self.value(outputs.hidden_states[1])[0, :, spot] @ block.output.dense.weight[:, spot].T
    weights, lengths = outputs.attentions[1][0, 2, 1:last].numpy(), values.norm(dim=-1).numpy()
    (head,) = found.heads
    assert head.share == pytest.approx(weights[:, [0, last]].sum(-1).mean(), abs=1e-5)
    assert head.length == pytest.approx(lengths[[0, last]].mean(), abs=1e-4)
    assert head.elsewhere == pytest.approx(lengths[1:last].mean(), abs=1e-4)
    read = weights * lengths
    assert head.read == pytest.approx(read[:, [0, last]].sum() / read.sum(), abs=1e-5)
    whole = norms(model.attend(TEXT), 1).weighted(2)[1:last]
    assert head.read == pytest.approx(whole[:, [0, last]].sum() / whole.sum(), abs=1e-5)
    links = [(1, 2, query, key) for query in range(1, last) for key in (0, last)]
    without = cut(model, TEXT, links, how)
    assert head.change == pytest.approx(without.after - without.before, abs=1e-5)
    assert head.shift == pytest.approx(without.vector_shift, abs=1e-5)
    away = ablate(model, TEXT, [(1, 2)])
    assert head.head_change == pytest.approx(away.after - away.before, abs=1e-5)


def test_every_head_stands_in_its_place(masked: Model) -> None:
    calls: list[tuple[int, int]] = []
    found = no_op(masked, TEXT, mask=[3], progress=lambda done, total: calls.append((done, total)))
    assert [(each.layer, each.head) for each in found.heads] == list(np.ndindex(2, 3))
    assert calls == [(3, 6), (6, 6)]
    alone = no_op(masked, TEXT, [(1, 1), (0, 2)], mask=[3]).heads[0]
    assert astuple(alone) == pytest.approx(astuple(found.heads[4]), abs=1e-5)


def test_of_a_decoder_it_is_the_first_token(make_model: Callable[..., Model]) -> None:
    heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8}
    model = make_model("LlamaForCausalLM", **heads)
    found = no_op(model, TEXT, [(0, 3)], "renormalise")
    assert found.there == (0,)
    without = cut(model, TEXT, [(0, 3, query, 0) for query in range(1, len(found.tokens))])
    assert found.heads[0].change == pytest.approx(without.after - without.before, abs=1e-5)


def test_what_does_not_exist_is_refused(masked: Model, make_model: Callable[..., Model]) -> None:
    with pytest.raises(SelectionError, match="no head index 7"):
        no_op(masked, TEXT, [(0, 7)])
    with pytest.raises(SelectionError, match="not by 'half'"):
        no_op(masked, TEXT, [(0, 0)], "half")
    tokenizer = BertTokenizer(vocab={piece: number for number, piece in enumerate(VOCABULARY)})
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single="$A", pair="$A $B")
    with pytest.raises(TextError, match="0 of them special"):
        no_op(load_model((make_model().network, tokenizer)), TEXT)
