"""Each layer's vectors through the model's own head, as transformers computes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from attention_viz import Model
from attention_viz.errors import InputError, ModelError
from attention_viz.experiments import logit_lens
from experiments.by_hand import SECOND, TEXT, eager, inputs


def test_each_layer_of_bert_goes_through_its_head(masked: Model) -> None:
    found, given = logit_lens(masked, TEXT, mask=[3], shown=17), inputs(masked, TEXT, masked=[3])
    network = eager(masked)
    with torch.no_grad():
        states = network(**given, output_hidden_states=True).hidden_states
        expected = torch.stack([network.cls(each)[0, 3].softmax(-1) for each in states])
        own = network(**given).logits[0, 3]
    (place,) = found.places
    answer = int(masked.reader.encode(TEXT).inputs["input_ids"][0, 3])
    assert place.answers == pytest.approx(expected[:, answer].numpy(), abs=1e-5)
    for layer, guesses in enumerate(place.guesses):
        assert [each.probability for each in guesses] == pytest.approx(
            expected[layer].sort(descending=True).values.tolist(), abs=1e-5
        )
    rival = own.scatter(0, torch.tensor(answer), -torch.inf).argmax()
    assert found.numbers[-1] == pytest.approx(float(own[answer] - own[rival]), abs=1e-5)


def test_of_a_model_that_normalises_before_its_layers_the_last_norm_is_applied(
    make_model: Callable[..., Model],
) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 3, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2LMHeadModel", sizes, initializer_range=0.5, bos_token_id=2, eos_token_id=3)
    found, network = logit_lens(model, TEXT), eager(model)
    with torch.no_grad():
        outputs = network(**inputs(model, TEXT), output_hidden_states=True)
        states = [network.transformer.ln_f(each[0, -1]) for each in outputs.hidden_states[:-1]]
        logits = torch.stack([*(network.lm_head(each) for each in states), outputs.logits[0, -1]])
    answer, rival = logits[-1].topk(2).indices.tolist()
    assert found.numbers == pytest.approx((logits[:, answer] - logits[:, rival]).numpy(), abs=1e-4)
    assert found.places[0].answers == pytest.approx(logits.softmax(-1)[:, answer].numpy(), abs=1e-5)


def test_a_pair_is_compared_after_each_layer(embedded: Model) -> None:
    first, second = "A cat sat on the mat.", "The kitten rested on a rug."
    found, network = logit_lens(embedded, first, second=second), eager(embedded)
    with torch.no_grad():
        one, other = (
            torch.stack(network(**inputs(embedded, text), output_hidden_states=True).hidden_states)[:, 0].mean(1)
            for text in (first, second)
        )
    assert found.numbers == pytest.approx(torch.cosine_similarity(one, other).numpy(), abs=1e-5)
    assert found.numbers[-1] == pytest.approx(embedded.similarity(first, second), abs=1e-5)
    assert found.places == ()


def test_a_classifier_says_its_classes(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=4)
    found, network = logit_lens(model, TEXT, second=SECOND), eager(model)
    with torch.no_grad():
        states = network(**inputs(model, TEXT, SECOND), output_hidden_states=True).hidden_states
        expected = torch.stack([network.classifier(network.bert.pooler(each))[0].softmax(-1) for each in states])
    assert found.places[0].answers == pytest.approx(expected[:, int(expected[-1].argmax())].numpy(), abs=1e-5)


def test_models_without_a_row_of_layers_are_refused(make_model: Callable[..., Model], hybrid_model: Model) -> None:
    with pytest.raises(ModelError, match="one layer several times"):
        logit_lens(make_model("AlbertForMaskedLM", embedding_size=10), TEXT)
    with pytest.raises(InputError, match="no attention weights"):
        logit_lens(hybrid_model, TEXT)
