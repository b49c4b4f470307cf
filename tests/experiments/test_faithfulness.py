from __future__ import annotations

import importlib
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from attention_viz import Model, flow
from attention_viz.errors import TextError
from attention_viz.experiments import METHODS, Faithfulness, faithfulness, norm_shares, relevance, summed_norms
from experiments.by_hand import SECOND, TEXT, eager, inputs


def scores(found: Faithfulness, method: str) -> np.ndarray:
    account = next(each for each in found.attributions if each.method == method)
    assert account.scores is not None
    return account.scores


def test_effects_are_plain_passes_with_a_blank_in_each_place(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=4)
    found = faithfulness(model, TEXT, second=SECOND)
    network, given = eager(model), inputs(model, TEXT, SECOND)
    with torch.no_grad():
        before = network(**given).logits[0].softmax(-1)
        for position, special in enumerate(found.tokens.special):
            if special:
                assert math.isnan(found.effects[position])
                continue
            ids = given["input_ids"].clone()
            ids[0, position] = 4
            after = network(**(given | {"input_ids": ids})).logits[0].softmax(-1)
            assert found.effects[position] == pytest.approx(float((after - before).abs().sum() / 2), abs=1e-5)
    assert found.blank == "[MASK]"
    assert found.n == sum(not special for special in found.tokens.special)


def test_correlations_are_scipys_over_the_tokens_that_were_blanked(embedded: Model) -> None:
    found = faithfulness(embedded, "The cat sat down because it was tired.")
    blanked = ~np.isnan(found.effects)
    assert blanked.sum() == found.n == 9
    for account in found.attributions:
        assert account.scores is not None
        expected = spearmanr(account.scores[blanked], found.effects[blanked]).statistic
        assert account.correlation == pytest.approx(expected, abs=1e-9)
    assert [account.method for account in found.attributions] == list(METHODS)


def test_accounts_are_read_where_the_answer_is_read(masked: Model) -> None:
    found = faithfulness(masked, TEXT, mask=[3])
    outputs = eager(masked)(**inputs(masked, TEXT, masked=[3]), output_attentions=True)
    weights = [each[0].detach().numpy() for each in outputs.attentions]
    assert scores(found, "attention, last layer") == pytest.approx(weights[-1].mean(0)[3], abs=1e-5)
    assert scores(found, "attention, mean of layers") == pytest.approx(np.mean(weights, axis=(0, 1))[3], abs=1e-5)
    assert scores(found, "rollout") == pytest.approx(flow.rollout(weights)[-1, 3], abs=1e-5)
    assert scores(found, "flow") == pytest.approx(flow.max_flow(weights, 3, 1), abs=1e-5)
    explained = relevance(masked, TEXT, mask=[3])
    assert scores(found, "relevance") == pytest.approx(explained.rolled()[3], abs=1e-5)
    products = np.abs([explained.products(layer) for layer in range(2)])
    assert scores(found, "gradient x attention") == pytest.approx(products.sum((0, 1, 2)), abs=1e-5)
    assert math.isnan(found.effects[3])


def test_norms_of_a_mean_over_tokens_are_the_mean_of_their_rows(embedded: Model) -> None:
    text = "The cat sat down because it was tired."
    found, summed = faithfulness(embedded, text), summed_norms(embedded.attend(text), 5)
    assert scores(found, "norms, last layer") == pytest.approx(summed.mean(0), abs=1e-5)


def test_norms_are_followed_through_the_layers_as_rollout_follows_weights(masked: Model) -> None:
    found, shares = faithfulness(masked, TEXT, mask=[3]), norm_shares(masked, TEXT.replace("sat", "[MASK]"))
    assert scores(found, "norms, through the layers") == pytest.approx((shares[1] @ shares[0])[3], abs=1e-5)


def test_a_model_that_normalises_elsewhere_says_so_of_that_method_alone(make_model: Callable[..., Model]) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2LMHeadModel", sizes, bos_token_id=2, eos_token_id=3, initializer_range=0.5)
    found = faithfulness(model, TEXT)
    refused = [each.method for each in found.attributions if "normalise right after" in str(each.reason)]
    assert refused == ["norms, through the layers"]


def test_of_a_pair_that_is_read_apart_tokens_of_the_first_text_are_blanked(embedded: Model) -> None:
    found = faithfulness(embedded, "The cat sat down.", second="A kitten rested.")
    assert len(found.effects) == len(found.tokens) == 7
    assert found.n == 5


def test_a_method_that_cannot_run_says_why_and_the_others_stay(
    embedded: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "FLOW_LIMIT", 8)
    found = {
        each.method: each for each in faithfulness(embedded, "The cat sat down because it was tired.").attributions
    }
    assert found["flow"].scores is None
    assert math.isnan(found["flow"].correlation)
    assert "up to 8" in str(found["flow"].reason)
    assert not math.isnan(found["rollout"].correlation)


def test_progress_counts_tokens_then_methods(embedded: Model) -> None:
    module = importlib.import_module("attention_viz.experiments.faithfulness")
    calls: list[tuple[int, int]] = []
    text = " ".join(["cat"] * (module.AT_ONCE + 2))
    faithfulness(embedded, text, progress=lambda done, total: calls.append((done, total)))
    steps = module.AT_ONCE + 2 + len(METHODS)
    assert [done for done, _ in calls] == [12, 14, *range(15, steps + 1)]
    assert {total for _, total in calls} == {steps}


def test_too_few_tokens_are_told(embedded: Model) -> None:
    with pytest.raises(TextError, match="has 2 tokens that can be left out"):
        faithfulness(embedded, "cat sat")


def test_of_a_hybrid_what_follows_the_weights_through_all_layers_says_why_it_cannot(hybrid_model: Model) -> None:
    found = {each.method: each for each in faithfulness(hybrid_model, TEXT).attributions}
    refused = [name for name, each in found.items() if "layers 1, 3 have no attention" in str(each.reason)]
    assert refused == ["rollout", "flow", "norms, through the layers", "relevance"]
    assert found["attention, last layer"].scores is not None
