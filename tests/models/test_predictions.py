from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from attention_viz import Model, load_model
from attention_viz.models.predictions import (
    Answer,
    Classes,
    FilledMasks,
    Labels,
    NextTokens,
    NoPrediction,
    Predictions,
    Score,
    Scores,
    Similarity,
    TokenScores,
)

Make = Callable[..., Path]


def both(folder: Path, *texts: str) -> tuple[Predictions, Any]:
    """What our model predicts, and the output of transformers' own for the same text."""
    network = load_model(folder).network
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        outputs = network(**tokenizer(*texts, return_tensors="pt"))
    return load_model(folder).read(*texts).predictions, outputs


@pytest.mark.parametrize("architecture", ["BertForMaskedLM", "BertForPreTraining"])
def test_each_mask_gets_its_five_likeliest_words(architecture: str, checkpoint: Make) -> None:
    folder = checkpoint(architecture)
    predictions, _ = both(folder, "The [MASK] sat [MASK].")
    assert isinstance(predictions, FilledMasks)
    assert [mask.position for mask in predictions.masks] == [2, 4]
    if architecture == "BertForMaskedLM":
        theirs = transformers.pipeline("fill-mask", model=str(folder), top_k=5, device="cpu")("The [MASK] sat [MASK].")
        for mask, guesses in zip(predictions.masks, theirs, strict=True):
            assert [guess.text for guess in mask.guesses] == [each["token_str"] for each in guesses]
            ours = [guess.probability for guess in mask.guesses]
            assert ours == pytest.approx([each["score"] for each in guesses], abs=1e-5)
    for mask in predictions.masks:
        shares = [guess.probability for guess in mask.guesses]
        assert len(shares) == 5
        assert shares == sorted(shares, reverse=True)
        assert 0 < sum(shares) <= 1 + 1e-6


def test_the_mask_of_another_tokenizer_is_found_too(checkpoint: Make, tokenizers: dict[str, Any]) -> None:
    folder = checkpoint("RobertaForMaskedLM", tokenizer=tokenizers["byte pieces"], pad_token_id=1)
    predictions = load_model(folder).read("The cat<mask> down").predictions
    assert isinstance(predictions, FilledMasks)
    assert len(predictions.masks) == 1
    for guess in predictions.masks[0].guesses:
        assert guess.text.isprintable()
        assert guess.text.strip()


def test_without_a_mask_the_advice_names_the_mask_of_this_model(checkpoint: Make, tokenizers: dict[str, Any]) -> None:
    predictions = load_model(checkpoint("BertForMaskedLM")).read("The cat sat.").predictions
    assert isinstance(predictions, NoPrediction)
    assert str(predictions.advice) == "Write [MASK] where the model shall guess a word."
    folder = checkpoint("RobertaForMaskedLM", name="other", tokenizer=tokenizers["byte pieces"], pad_token_id=1)
    predictions = load_model(folder).read("The cat sat.").predictions
    assert isinstance(predictions, NoPrediction)
    assert "Write <mask> where" in str(predictions.advice)


def test_classes_have_the_names_of_the_configuration_and_sum_to_1(checkpoint: Make) -> None:
    names = {0: "calm", 1: "glad", 2: "sad", 3: "cross"}
    folder = checkpoint("BertForSequenceClassification", id2label=names)
    predictions, outputs = both(folder, "The cat sat.", "the sun")
    assert isinstance(predictions, Classes)
    assert predictions.exclusive
    expected = dict(zip(names.values(), outputs.logits.softmax(-1)[0].tolist(), strict=True))
    assert {guess.text: guess.probability for guess in predictions.guesses} == pytest.approx(expected, abs=1e-5)
    assert predictions.guesses[0].text == max(expected, key=expected.__getitem__)
    assert sum(guess.probability for guess in predictions.guesses) == pytest.approx(1, abs=1e-5)


def test_labels_that_may_hold_together_each_stand_for_themselves(checkpoint: Make) -> None:
    folder = checkpoint("BertForSequenceClassification", num_labels=4, problem_type="multi_label_classification")
    predictions, outputs = both(folder, "The cat sat.")
    assert isinstance(predictions, Classes)
    assert not predictions.exclusive
    expected = sorted(outputs.logits.sigmoid()[0].tolist(), reverse=True)
    assert [guess.probability for guess in predictions.guesses] == pytest.approx(expected, abs=1e-5)


def test_a_single_output_is_a_score(checkpoint: Make) -> None:
    predictions, outputs = both(checkpoint("BertForSequenceClassification", num_labels=1), "The cat sat.")
    assert isinstance(predictions, Score)
    assert predictions.value == pytest.approx(outputs.logits.item(), abs=1e-5)


def test_several_numbers_of_a_regression_are_values_with_names(checkpoint: Make) -> None:
    names = {0: "valence", 1: "arousal", 2: "length"}
    folder = checkpoint("BertForSequenceClassification", id2label=names, problem_type="regression")
    predictions, outputs = both(folder, "The cat sat.")
    assert isinstance(predictions, Scores)
    assert predictions.names == ("valence", "arousal", "length")
    assert predictions.values == pytest.approx(outputs.logits[0].tolist(), abs=1e-5)


def test_a_single_class_that_stands_for_itself_has_its_probability(checkpoint: Make) -> None:
    config = {"num_labels": 1, "problem_type": "multi_label_classification"}
    predictions, outputs = both(checkpoint("BertForSequenceClassification", **config), "The cat sat.")
    assert isinstance(predictions, Classes)
    assert [guess.probability for guess in predictions.guesses] == pytest.approx(outputs.logits.sigmoid()[0].tolist())


@pytest.mark.parametrize("config", [{"num_labels": 1}, {"num_labels": 3, "problem_type": "regression"}])
def test_numbers_of_tokens_are_values(config: dict[str, Any], checkpoint: Make) -> None:
    predictions, outputs = both(checkpoint("BertForTokenClassification", **config), "The cat sat.")
    assert isinstance(predictions, TokenScores)
    assert predictions.names == tuple(f"LABEL_{each}" for each in range(config["num_labels"]))
    assert predictions.values[0] is predictions.values[-1] is None
    for position, values in list(enumerate(predictions.values))[1:-1]:
        assert values == pytest.approx(tuple(outputs.logits[0, position].tolist()), abs=1e-5)


def test_labels_of_tokens_that_may_hold_together_have_probabilities_of_their_own(checkpoint: Make) -> None:
    config = {"num_labels": 3, "problem_type": "multi_label_classification"}
    predictions, outputs = both(checkpoint("BertForTokenClassification", **config), "The cat sat.")
    assert isinstance(predictions, Labels)
    assert not predictions.exclusive
    best = outputs.logits[0].sigmoid().max(-1)
    for position, guess in list(enumerate(predictions.guesses))[1:-1]:
        assert guess is not None
        assert guess.text == f"LABEL_{int(best.indices[position])}"
        assert guess.probability == pytest.approx(float(best.values[position]), abs=1e-5)


def test_each_token_has_its_label_and_special_tokens_have_none(checkpoint: Make) -> None:
    names = {0: "O", 1: "B-PER", 2: "I-PER"}
    predictions, outputs = both(checkpoint("BertForTokenClassification", id2label=names), "The cat sat.")
    assert isinstance(predictions, Labels)
    best = outputs.logits.softmax(-1)[0].max(-1)
    assert predictions.guesses[0] is predictions.guesses[-1] is None
    for position, guess in list(enumerate(predictions.guesses))[1:-1]:
        assert guess is not None
        assert guess.text == names[int(best.indices[position])]
        assert guess.probability == pytest.approx(float(best.values[position]), abs=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_the_answer_is_the_likeliest_span_of_the_second_text(seed: int, checkpoint: Make) -> None:
    question, text = "It was?", "The cat sat, the sun sat down. It was tired!"
    folder = checkpoint("BertForQuestionAnswering", name=f"qa{seed}", seed=seed)
    predictions, outputs = both(folder, question, text)
    assert isinstance(predictions, Answer)
    inside = [n for n, owner in enumerate(_owners(folder, question, text)) if owner == 1]
    starts = outputs.start_logits[0, inside].softmax(-1).numpy()
    stops = outputs.end_logits[0, inside].softmax(-1).numpy()
    joint = {(i, j): starts[i] * stops[j] for i in range(len(inside)) for j in range(i, min(len(inside), i + 30))}
    best = max(joint, key=joint.__getitem__)
    assert (predictions.start, predictions.stop) == (inside[best[0]], inside[best[1]] + 1)
    assert predictions.probability == pytest.approx(float(joint[best]), abs=1e-5)
    assert predictions.text in text


def _owners(folder: Path, *texts: str) -> list[int | None]:
    return transformers.AutoTokenizer.from_pretrained(folder)(*texts).sequence_ids(0)


def test_an_answer_keeps_the_spelling_of_the_text(checkpoint: Make) -> None:
    predictions = load_model(checkpoint("BertForQuestionAnswering")).read("It?", "THE CAT").predictions
    assert isinstance(predictions, Answer)
    assert predictions.text in ("THE", "CAT", "THE CAT")


def test_a_question_without_a_text_gets_advice(checkpoint: Make) -> None:
    predictions = load_model(checkpoint("BertForQuestionAnswering")).read("The cat?").predictions
    assert isinstance(predictions, NoPrediction)
    assert "question first" in str(predictions.advice)


def test_the_next_token_of_a_decoder(checkpoint: Make, tokenizers: dict[str, Any]) -> None:
    folder = checkpoint("GPT2LMHeadModel", tokenizer=tokenizers["byte pieces"])
    predictions, outputs = both(folder, "The cat sat")
    assert isinstance(predictions, NextTokens)
    expected = outputs.logits[0, -1].softmax(-1).topk(5).values.tolist()
    assert [guess.probability for guess in predictions.guesses] == pytest.approx(expected, abs=1e-5)


def test_of_a_pair_of_which_one_text_has_no_token_the_other_is_read_and_nothing_is_compared(embedded: Model) -> None:
    for pair in (("\u202e" * 3, "the cat"), ("the cat", "\u202e" * 3)):
        reading = embedded.read(*pair)
        assert "the cat".split() == [token for token in reading.attention.tokens if not token.startswith("[")]
        assert isinstance(reading.predictions, NoPrediction)
        assert "finds no token" in str(reading.predictions.advice)


def test_a_model_that_compares_sentences_says_how_alike_a_pair_is(embedded: Model) -> None:
    pair = ("The cat sat down.", "A cat took a seat.")
    predictions = embedded.read(*pair).predictions
    assert predictions == Similarity(embedded.similarity(*pair))
    alone = embedded.read(pair[0]).predictions
    assert isinstance(alone, NoPrediction)
    assert "second" in str(alone.advice)


def test_a_body_without_a_head_says_nothing(tiny_model: Model) -> None:
    assert tiny_model.read("The cat [MASK].", "the sun").predictions == NoPrediction()


def test_what_is_said_and_what_is_read_are_of_one_pass(checkpoint: Make) -> None:
    model = load_model(checkpoint("BertForMaskedLM"))
    passes: list[object] = []
    module = model.way.network.base_model if hasattr(model.way, "network") else model.network.base_model
    handle = module.register_forward_hook(lambda *_: passes.append(1))
    reading = model.read("The [MASK] sat.")
    handle.remove()
    assert len(passes) == 1
    np.testing.assert_array_equal(reading.attention.weights(1), model.attend("The [MASK] sat.").weights(1))
