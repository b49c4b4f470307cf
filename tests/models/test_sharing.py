"""A part of a network that is replaced after loading is noticed; numbers that are written into it are seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from torch import nn

from attention_viz import Model, load_model
from attention_viz.errors import ModelError

TEXT = "The cat sat down."


@pytest.fixture
def model(tiny_bert_folder: Path, tokenizers: dict[str, Any]) -> Model:
    network = transformers.BertModel.from_pretrained(tiny_bert_folder)
    return load_model((network, tokenizers["word pieces"]))


def query(model: Model) -> Any:
    return model.network.encoder.layer[0].attention.self.query


def replace_parameter(model: Model) -> None:
    query(model).weight = nn.Parameter(query(model).weight * 2)


def assign(model: Model) -> None:
    model.network.load_state_dict({name: each * 2 for name, each in model.network.state_dict().items()}, assign=True)


def replace_module(model: Model) -> None:
    model.network.encoder.layer[0] = model.network.encoder.layer[1]


def drop_bias(model: Model) -> None:
    query(model).bias = None


def elsewhere(model: Model) -> None:
    model.network.to("meta")


@pytest.mark.parametrize("change", [replace_parameter, assign, replace_module, drop_bias, elsewhere])
def test_what_is_replaced_after_loading_is_not_shown_as_it_was(change: Callable[[Model], None], model: Model) -> None:
    change(model)
    for look in (lambda: model.attend(TEXT), lambda: model.attend_all([TEXT]), lambda: model.read(TEXT)):
        with pytest.raises(ModelError, match=r"was replaced after it was loaded \(.+\).*load_model again"):
            look()


def test_the_part_that_was_replaced_is_named_and_loading_again_shows_it(model: Model) -> None:
    before = model.attend(TEXT).weights(0)
    replace_parameter(model)
    with pytest.raises(ModelError, match=r"\(encoder\.layer\.0\.attention\.self\.query\.weight\)"):
        model.attend(TEXT)
    again = load_model((model.network, model.reader.tokenizer)).attend(TEXT)
    assert np.abs(again.weights(0) - before).max() > 1e-3
    ids = model.reader.encode(TEXT).inputs
    model.network.set_attn_implementation("eager")
    with torch.no_grad():
        wanted = model.network(**ids, output_attentions=True).attentions[0][0]
    np.testing.assert_allclose(again.weights(0), wanted, atol=1e-6)


@pytest.mark.parametrize("write", [
    lambda model: query(model).weight.data.mul_(2),
    lambda model: setattr(query(model).weight, "data", query(model).weight.data * 2),
    lambda model: model.network.load_state_dict({name: each * 2 for name, each in model.network.state_dict().items()}),
])  # fmt: skip
def test_numbers_that_are_written_into_it_are_seen(write: Callable[[Model], object], model: Model) -> None:
    before = model.attend(TEXT).weights(0)
    write(model)
    after = model.attend(TEXT).weights(0)
    assert np.abs(after - before).max() > 1e-3
    np.testing.assert_array_equal(after, load_model((model.network, model.reader.tokenizer)).attend(TEXT).weights(0))


def test_a_pass_of_the_network_itself_is_no_change(model: Model) -> None:
    model.network(torch.tensor([[1, 2]]))
    model.network.config.use_cache = False
    assert model.attend(TEXT).n_layers == 2
