"""Scores against plain passes of the untouched network, text by text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from attention_viz import Model
from attention_viz.errors import InputError
from attention_viz.experiments import Sample, head_effects
from attention_viz.experiments.evaluation import evaluation
from attention_viz.experiments.interventions.switches import switched
from experiments.by_hand import eager, inputs, without

TEXTS = ["the cat sat down.", "it was tired", "the sun was down, the cat sat because it was tired.", "sunrise."]
GPT2 = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
PAIRS = [
    Sample("A cat sat on the mat.", "The kitten rested on a rug.", "5"),
    Sample("It rains.", "The weather is wet.", "4"),
    Sample("He reads a book.", "The car is red.", "0"),
    Sample("She sings.", "They were singing songs.", "3"),
]


def test_cosines_are_ranked_against_numbers(embedded: Model) -> None:
    judged = evaluation(embedded, PAIRS)
    cosines = [embedded.similarity(each.first, each.second or "") for each in PAIRS]
    assert judged.score() == pytest.approx(spearmanr(cosines, [5, 4, 0, 3]).statistic)
    assert "rank correlation" in str(judged.name)


def test_without_numbers_each_first_text_looks_for_its_second(embedded: Model) -> None:
    pairs = [Sample(each.first, each.second) for each in PAIRS]
    cosines = np.array([[embedded.similarity(one.first, other.second or "") for other in pairs] for one in pairs])
    assert evaluation(embedded, pairs).score() == (cosines.argmax(1) == np.arange(4)).mean()


def test_texts_alone_are_compared_with_what_they_were(embedded: Model) -> None:
    texts = [Sample(each.first) for each in PAIRS]
    judged = evaluation(embedded, texts)
    assert judged.score() == pytest.approx(1)
    heads = [(5, head) for head in range(12)]
    hooked, plain, turned = without(eager(embedded), heads, "zero"), eager(embedded), []
    with torch.no_grad():
        for each in texts:
            vectors = [network(**inputs(embedded, each.first)).last_hidden_state.mean(1) for network in (hooked, plain)]
            turned.append(float(torch.cosine_similarity(*vectors)[0]))
    assert judged.score(switched(heads, [12] * 6)) == pytest.approx(np.mean(turned), abs=1e-5)


def test_masked_words_are_counted_over_all_texts(masked: Model) -> None:
    hits = []
    with torch.no_grad():
        for text in TEXTS:
            typed = inputs(masked, text)["input_ids"][0]
            not_special = list(range(1, len(typed) - 1))
            hidden = not_special[min(7, len(not_special)) // 2 :: 7]
            guessed = eager(masked)(**inputs(masked, text, masked=hidden)).logits[0].argmax(-1)
            hits += (guessed == typed)[hidden].tolist()
    judged = evaluation(masked, [Sample(text) for text in TEXTS])
    assert len(hits) == 5
    assert judged.score() == pytest.approx(np.mean(hits))


def test_next_tokens_are_counted_over_all_texts(make_model: Callable[..., Model]) -> None:
    model = make_model("GPT2LMHeadModel", GPT2, bos_token_id=2, eos_token_id=3, initializer_range=0.5)
    hits: list[bool] = []
    with torch.no_grad():
        for text in TEXTS:
            given = inputs(model, text)
            best = eager(model)(**given).logits[0, :-1].argmax(-1)
            hits += (best == given["input_ids"][0, 1:]).tolist()
    assert evaluation(model, [Sample(text) for text in TEXTS]).score() == pytest.approx(np.mean(hits))


@pytest.mark.parametrize("architecture", ["GPT2ForSequenceClassification", "LlamaForSequenceClassification"])
def test_a_classifier_that_knows_no_padding_token_reads_several_texts_as_each_alone(
    architecture: str, make_model: Callable[..., Model]
) -> None:
    sizes = {"sizes": GPT2} if architecture.startswith("GPT2") else {}
    model = make_model(architecture, **sizes, num_labels=3, pad_token_id=None)
    texts = ["the cat sat", "the sun sat", "because it was"]  # of one length, so that they are read in one pass
    with torch.no_grad():
        own = [int(eager(model)(**inputs(model, text)).logits.argmax()) for text in texts]
    judged = evaluation(model, [Sample(text, label=str(each)) for text, each in zip(texts, own, strict=True)])
    assert judged.score() == 1
    assert np.isfinite(head_effects(model, texts[0]).changes).all()


def test_classes_are_judged_by_labels_by_name_or_number(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=3)
    with torch.no_grad():
        own = [int(eager(model)(**inputs(model, text)).logits.argmax()) for text in TEXTS]
    right = [Sample(text, label=f"label_{each}") for text, each in zip(TEXTS, own, strict=True)]
    wrong = [Sample(text, label=str((each + 1) % 3)) for text, each in zip(TEXTS[:1], own, strict=False)]
    assert evaluation(model, right).score() == 1
    assert evaluation(model, [*wrong, *right[1:]]).score() == 3 / 4
    with pytest.raises(InputError, match="does not know the label maybe"):
        evaluation(model, [Sample("the cat", label="maybe")])


@pytest.mark.parametrize(
    ("architecture", "config", "read"),
    [
        ("BertForSequenceClassification", {"num_labels": 3}, lambda out: out.logits.argmax(-1)),
        (
            "BertForSequenceClassification",
            {"num_labels": 3, "problem_type": "multi_label_classification"},
            lambda out: out.logits[0] > 0,
        ),
        ("BertForTokenClassification", {"num_labels": 5}, lambda out: out.logits[0].argmax(-1)),
        (
            "BertForQuestionAnswering",
            {},
            lambda out: torch.cat([out.start_logits.argmax(-1), out.end_logits.argmax(-1)]),
        ),
    ],
)
def test_without_labels_the_untouched_model_is_right(
    make_model: Callable[..., Model], architecture: str, config: dict[str, object], read: Callable[..., torch.Tensor]
) -> None:
    model, heads = make_model(architecture, **config), [(0, 1), (1, 2), (1, 0)]
    judged = evaluation(model, [Sample(text, "it was tired") for text in TEXTS])
    plain, hooked = eager(model), without(eager(model), heads, "zero")
    with torch.no_grad():
        pairs = [inputs(model, text, "it was tired") for text in TEXTS]
        agreed = torch.cat([read(plain(**pair)) == read(hooked(**pair)) for pair in pairs])
    assert judged.score() == 1
    assert judged.score(switched(heads, [3, 3])) == pytest.approx(float(agreed.float().mean()))
    assert "untouched model" in str(judged.name)


def test_numbers_of_a_regression_are_ranked(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=1)
    with torch.no_grad():
        values = [float(eager(model)(**inputs(model, text)).logits) for text in TEXTS]
    assert evaluation(model, [Sample(text) for text in TEXTS]).score() == pytest.approx(1)
    labelled = [Sample(text, label=label) for text, label in zip(TEXTS, "1324", strict=True)]
    assert evaluation(model, labelled).score() == pytest.approx(spearmanr(values, [1, 3, 2, 4]).statistic)


@pytest.mark.parametrize("architecture", ["BertForSequenceClassification", "BertForTokenClassification"])
def test_several_numbers_are_ranked_each_by_itself(make_model: Callable[..., Model], architecture: str) -> None:
    model, heads = make_model(architecture, num_labels=3, problem_type="regression"), [(0, 1), (1, 2)]
    judged = evaluation(model, [Sample(text, label="3") for text in TEXTS])
    assert judged.score() == pytest.approx(1)
    assert "those of the untouched model" in str(judged.name)
    plain, hooked = eager(model), without(eager(model), heads, "zero")
    with torch.no_grad():
        given = [inputs(model, text) for text in TEXTS]
        before, after = (
            np.concatenate([each(**one).logits[0].reshape(-1, 3).numpy() for one in given]) for each in (plain, hooked)
        )
    expected = np.mean([spearmanr(before[:, each], after[:, each]).statistic for each in range(3)])
    assert judged.score(switched(heads, [3, 3])) == pytest.approx(expected, abs=1e-6)


def test_no_sample_is_refused(embedded: Model) -> None:
    with pytest.raises(InputError, match="no sample"):
        evaluation(embedded, [])
