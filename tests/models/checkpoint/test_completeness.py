from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from damage import change, drop

from attention_viz import load_model
from attention_viz.errors import ModelError
from attention_viz.models.predictions import NoPrediction

Make = Callable[..., Path]
TEXT = "The cat sat down [MASK]."


@pytest.mark.parametrize("architecture", ["BertModel", "BertForMaskedLM", "BertForSequenceClassification"])
@pytest.mark.parametrize(
    "part",
    [
        "layer.1.attention.self.query.weight",
        "layer.0.attention.self.key.bias",
        "layer.0.output.dense.weight",
        "embeddings.position_embeddings.weight",
        "embeddings.LayerNorm.bias",
        "layer.1.attention.output.LayerNorm.weight",
    ],
)
def test_a_weight_that_the_attention_needs_is_missed_by_name(architecture: str, part: str, checkpoint: Make) -> None:
    with pytest.raises(ModelError, match=rf"lacks 1 weights that the attention needs: \S*{part}"):
        load_model(drop(checkpoint(architecture), part))


def test_a_missing_layer_is_told_by_its_weights(checkpoint: Make) -> None:
    with pytest.raises(ModelError, match=r"lacks 16 weights.*layer\.1\."):
        load_model(drop(checkpoint(), "layer.1."))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"intermediate_size": 41}, r"layer\.0\.intermediate\.dense"),
        ({"vocab_size": 28}, r"word_embeddings\.weight .* is 27 x 24, but the configuration asks for 28 x 24"),
        ({"max_position_embeddings": 61}, r"position_embeddings\.weight"),
        ({"hidden_size": 27}, r"embeddings"),
    ],
)
def test_a_weight_of_another_shape_is_named_with_both_shapes(
    values: dict[str, int], name: str, checkpoint: Make
) -> None:
    folder = checkpoint()
    change(folder / "config.json", **values)
    with pytest.raises(ModelError, match=name):
        load_model(folder)


def test_a_missing_pooler_is_a_note_and_the_attention_does_not_depend_on_it(checkpoint: Make) -> None:
    whole = load_model(checkpoint(name="whole"))
    without = load_model(drop(checkpoint(name="without"), "pooler"))
    assert whole.notes == ()
    assert "pooler.dense.bias" in str(without.notes[0])
    for layer in range(2):
        np.testing.assert_array_equal(whole.attend(TEXT).weights(layer), without.attend(TEXT).weights(layer))


@pytest.mark.parametrize(
    ("architecture", "part"),
    [
        ("BertForMaskedLM", "cls.predictions"),
        ("BertForSequenceClassification", "classifier"),
        ("BertForQuestionAnswering", "qa_outputs"),
        ("BertForSequenceClassification", "pooler"),  # the classifier reads the pooler
    ],
)
def test_a_missing_task_head_is_a_note_and_nothing_is_predicted_with_random_numbers(
    architecture: str, part: str, checkpoint: Make
) -> None:
    whole = load_model(checkpoint(architecture, name="whole"))
    without = load_model(drop(checkpoint(architecture, name="without"), part))
    assert part in str(without.notes[0])
    reading = without.read(TEXT, "the sun")
    assert reading.predictions == NoPrediction()
    np.testing.assert_array_equal(whole.attend(TEXT, "the sun").weights(1), reading.attention.weights(1))


def test_a_head_of_another_shape_is_like_a_missing_one(checkpoint: Make) -> None:
    folder = checkpoint("BertForSequenceClassification")
    names = {str(each): f"class {each}" for each in range(5)}
    change(folder / "config.json", id2label=names)
    model = load_model(folder)
    assert "classifier.bias, classifier.weight" in str(model.notes[0])
    assert model.read("the cat").predictions == NoPrediction()


def test_weights_that_the_class_does_not_use_are_no_obstacle(checkpoint: Make) -> None:
    """bert-base-uncased itself holds a second head, and buffers of older versions."""
    folder = checkpoint("BertForPreTraining")
    change(folder / "config.json", architectures=["BertForMaskedLM"])
    assert load_model(folder).notes == ()


@pytest.mark.parametrize("architecture", ["BertModel", "BertForMaskedLM"])
def test_layers_that_the_configuration_does_not_count_are_a_note(architecture: str, checkpoint: Make) -> None:
    folder = checkpoint("BertForMaskedLM", num_hidden_layers=3)
    change(folder / "config.json", num_hidden_layers=2, architectures=[architecture])
    model = load_model(folder)
    assert model.n_layers == 2
    assert "more layers than its configuration counts (bert.encoder.layer.2." in " ".join(map(str, model.notes))
