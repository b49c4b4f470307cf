"""Dense gives transformers' own weights bit for bit, of every map and every text, within a bound of memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from architectures import T5

from attention_viz import DenseSource
from attention_viz.errors import StoppedError, TextError
from attention_viz.models.engine import dense
from attention_viz.models.engine.dense import DenseWay
from attention_viz.models.engine.recording import Layer, Watch

IDS = torch.tensor([[2, 5, 6, 8, 3], [2, 9, 3, 0, 0]])
KEPT = (IDS != 0).long()


def eager(folder: Path, architecture: str = "BertModel") -> Any:
    return getattr(transformers, architecture).from_pretrained(folder, attn_implementation="eager").eval()


def layers(n: int) -> tuple[Layer, ...]:
    """So many layers of 3 heads."""
    return (Layer(None, 0, 3),) * n


def test_the_weights_are_those_of_transformers_bit_for_bit(tiny_bert_folder: Path) -> None:
    network = eager(tiny_bert_folder)
    outputs, sources = DenseWay(network, {"self": layers(2)}).read({"input_ids": IDS, "attention_mask": KEPT})
    with torch.no_grad():
        expected = network(IDS, attention_mask=KEPT, output_attentions=True)
    assert torch.equal(outputs.last_hidden_state, expected.last_hidden_state)
    for text, source in enumerate(sources["self"]):
        assert isinstance(source, DenseSource)
        assert (source.name, source.heads) == ("dense", (3, 3))
        for layer, weights in enumerate(expected.attentions):
            np.testing.assert_array_equal(source.layers[layer], weights[text].numpy())
            assert not source.layers[layer].flags.writeable


def test_all_maps_of_two_halves_or_the_encoders_alone(checkpoint: Callable[..., Path]) -> None:
    folder = checkpoint("T5ForConditionalGeneration", **T5, decoder_start_token_id=0)
    network = eager(folder, "T5ForConditionalGeneration")
    way = DenseWay(network, {"encoder": layers(2), "decoder": layers(1), "cross": layers(1)})
    both = {"input_ids": IDS, "decoder_input_ids": IDS[:, :2]}
    _, sources = way.read(both)
    with torch.no_grad():
        expected = network(**both, output_attentions=True)
    assert list(sources) == ["encoder", "decoder", "cross"]
    assert isinstance(sources["cross"][1], DenseSource)
    np.testing.assert_array_equal(sources["cross"][1].layers[0], expected.cross_attentions[0][1].numpy())
    _, alone = way.read({"input_ids": IDS})
    assert list(alone) == ["encoder"]
    assert isinstance(alone["encoder"][0], DenseSource)
    np.testing.assert_array_equal(alone["encoder"][0].layers[1], expected.encoder_attentions[1][0].numpy())


def test_more_weights_than_the_memory_allows_are_refused_before_they_are_computed(
    tiny_bert_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "MOST_BYTES", 6 * 4 * 50**2)
    way = DenseWay(eager(tiny_bert_folder), {"self": layers(2)})
    way.read({"input_ids": torch.full((1, 50), 5)})
    with pytest.raises(TextError, match=r"51 tokens.*Shorten it to 50 tokens"):
        way.read({"input_ids": torch.full((1, 51), 5)})


def test_a_pass_can_be_ended_before_it_begins(tiny_bert_folder: Path) -> None:
    import threading

    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        DenseWay(eager(tiny_bert_folder), {"self": layers(2)}).read({"input_ids": IDS}, Watch(stop=stop))
