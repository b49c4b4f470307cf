"""A model before training is what its class draws from a seed, with the same sizes and tokenizer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.models import untrained

TEXT = "The cat sat on the mat."


def test_its_weights_are_those_of_transformers_own_network_drawn_from_the_same_seed(embedded: Model) -> None:
    found = untrained(embedded, seed=3).attend(TEXT)
    torch.manual_seed(3)
    network = type(embedded.network)(embedded.network.config).eval()
    network.set_attn_implementation("eager")
    with torch.no_grad():
        inputs = embedded.reader.tokenizer(TEXT, return_tensors="pt")
        weights = network(**inputs, output_attentions=True).attentions
    assert found.tokens == embedded.attend(TEXT).tokens
    for layer, expected in enumerate(weights):
        assert found.weights(layer) == pytest.approx(expected[0].numpy(), abs=1e-5)


def test_it_is_told_from_the_trained_one_and_from_that_of_another_seed(embedded: Model) -> None:
    one, other = untrained(embedded), untrained(embedded, seed=1)
    assert len({each.revision for each in (embedded, one, other)}) == 3
    assert "untrained" in one.name
    assert np.abs(one.attend(TEXT).weights(0) - other.attend(TEXT).weights(0)).max() > 1e-3
