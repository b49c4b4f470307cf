"""What each kind of checkpoint is asked: the places, the targets and where the answer is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from attention_viz import Model
from attention_viz.errors import TextError
from attention_viz.experiments import objective_choice, pose
from attention_viz.experiments.interventions.hooked_model import HookedModel
from attention_viz.experiments.objective import Cosine, Likelihood
from attention_viz.models.similarity import Alone
from experiments.by_hand import SECOND, TEXT, eager, inputs

GPT2 = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}


def likelihood(model: Model, *texts: str, mask: tuple[int, ...] = ()) -> Likelihood:
    asked = pose(model, *texts, mask=mask).objective
    assert isinstance(asked, Likelihood)
    return asked


@torch.no_grad()
def test_a_mask_in_the_text_is_asked_for_the_model_s_own_first_choice(masked: Model) -> None:
    text = "the [MASK] sat down."
    asked = likelihood(masked, text)
    assert asked.places == (2,)
    assert asked.targets.tolist() == eager(masked)(**inputs(masked, text)).logits[0, 2:3].argmax(-1).tolist()
    assert "own first choice" in str(asked.name)


def test_a_chosen_token_is_masked_and_asked_for(masked: Model) -> None:
    asked = likelihood(masked, TEXT, mask=(5, 3))
    assert asked.places == (3, 5)
    ids = inputs(masked, TEXT)["input_ids"][0]
    assert asked.targets.tolist() == ids[[3, 5]].tolist()
    assert asked.texts[0]["input_ids"][0, [3, 5]].tolist() == [4, 4]
    assert asked.readout[[3, 5]].tolist() == [0.5, 0.5]
    assert float(asked.readout.sum()) == 1


def test_without_a_mask_every_seventh_token_is(masked: Model) -> None:
    assert likelihood(masked, " ".join(["cat"] * 20)).places == (4, 11, 18)
    assert likelihood(masked, "cat").places == (1,)


def test_a_decoder_is_asked_for_each_next_token(make_model: Callable[..., Model]) -> None:
    model = make_model("GPT2LMHeadModel", GPT2, bos_token_id=2, eos_token_id=3)
    asked = likelihood(model, "the cat")
    assert asked.targets.tolist() == inputs(model, "the cat")["input_ids"][0, 1:].tolist()


def test_labels_are_asked_of_ordinary_tokens_alone(make_model: Callable[..., Model]) -> None:
    asked = likelihood(make_model("BertForTokenClassification", num_labels=5), "the cat")
    assert asked.places == (1, 2)
    assert asked.readout.tolist() == [0, 0.5, 0.5, 0]


@torch.no_grad()
def test_an_answer_is_asked_for_its_first_and_last_token(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForQuestionAnswering")
    asked, outputs = likelihood(model, TEXT, SECOND), eager(model)(**inputs(model, TEXT, SECOND))
    assert asked.targets.tolist() == [int(outputs.start_logits.argmax()), int(outputs.end_logits.argmax())]


@torch.no_grad()
def test_a_single_text_is_compared_with_the_model_without_heads(embedded: Model) -> None:
    asked = pose(embedded, "A cat sat.").objective
    assert isinstance(asked, Cosine)
    network = eager(embedded)
    for layer in network.encoder.layer:
        layer.attention.output.dense.register_forward_pre_hook(lambda _m, args: (torch.zeros_like(args[0]),))
    bare = network(**inputs(embedded, "A cat sat.")).last_hidden_state.mean(1)[0]
    assert asked.other is not None
    assert torch.allclose(asked.other, bare, atol=1e-5)


def test_the_untouched_pass_is_made_once_and_only_when_it_is_asked_for(masked: Model) -> None:
    question = pose(masked, TEXT)
    assert question.untouched[0] is question.untouched[0]
    assert question.n_heads == (3, 3)
    assert question.loss == pytest.approx(float(question.objective.loss(question.untouched)[0]))


def test_a_decoder_needs_two_tokens(make_model: Callable[..., Model]) -> None:
    model = make_model("GPT2LMHeadModel", GPT2, bos_token_id=2, eos_token_id=3)
    encoded = model.reader.encode("cat")
    cut = replace(encoded, inputs={name: each[:, :1] for name, each in encoded.inputs.items()})
    with pytest.raises(TextError, match="needs 2"):
        objective_choice.choose_objective(HookedModel(model), [Alone(cut, 0)], ())
