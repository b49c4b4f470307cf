"""Ablation against plain forward hooks, for each kind of checkpoint."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import ModelError, SelectionError
from attention_viz.experiments import ablate
from experiments.by_hand import GEMMA_3N, SECOND, TEXT, eager, inputs, without

HEADS = [(0, 2), (1, 0), (1, 1)]


@pytest.mark.parametrize("how", ["zero", "uniform"])
def test_probabilities_of_a_masked_word_are_those_of_a_plain_forward_hook(masked: Model, how: str) -> None:
    found = ablate(masked, TEXT, HEADS, how, mask=[3], shown=17)
    given = inputs(masked, TEXT, masked=[3])
    with torch.no_grad():
        plain = [each(**given).logits[0, 3].softmax(-1) for each in (eager(masked), without(eager(masked), HEADS, how))]
    assert len(found.choices) == 1
    assert found.choices[0].token == 3
    known = {masked.reader.word(number): number for number in range(17)}
    for choice in found.choices[0].choices:
        assert choice.before == pytest.approx(float(plain[0][known[choice.text]]), abs=1e-5)
        assert choice.after == pytest.approx(float(plain[1][known[choice.text]]), abs=1e-5)
    assert found.after != pytest.approx(found.before, abs=1e-3)


@pytest.mark.parametrize("how", ["zero", "uniform"])
def test_hidden_states_of_any_model_move_as_with_a_plain_forward_hook(
    make_model: Callable[..., Model], how: str
) -> None:
    model = make_model()
    found = ablate(model, TEXT, [(1, 2)], how)
    given = inputs(model, TEXT)
    with torch.no_grad():
        before, after = (
            torch.cat(each(**given, output_hidden_states=True).hidden_states[1:])
            for each in (eager(model), without(eager(model), [(1, 2)], how))
        )
    moved = (after - before).norm(dim=-1) / before.norm(dim=-1)
    assert found.state_shifts == pytest.approx(moved.numpy(), abs=1e-5)
    assert (found.state_shifts[0] == 0).all()
    assert (found.state_shifts[1] > 0).all()


def test_class_probabilities_are_those_of_a_plain_forward_hook(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=4)
    found = ablate(model, TEXT, HEADS, second=SECOND)
    given = inputs(model, TEXT, SECOND)
    with torch.no_grad():
        before, after = (
            each(**given).logits[0].softmax(-1) for each in (eager(model), without(eager(model), HEADS, "zero"))
        )
    assert {choice.text for choice in found.choices[0].choices} == {f"LABEL_{each}" for each in range(4)}
    for choice in found.choices[0].choices:
        label = int(choice.text.removeprefix("LABEL_"))
        assert (choice.before, choice.after) == pytest.approx((float(before[label]), float(after[label])), abs=1e-5)
    assert found.before == pytest.approx(-float(before.max().log()), abs=1e-5)
    assert found.after == pytest.approx(-float(after[before.argmax()].log()), abs=1e-5)


def test_the_similarity_of_a_pair_is_that_of_a_plain_forward_hook(embedded: Model) -> None:
    first, second = "A cat sat on the mat.", "The kitten rested on a rug."
    found = ablate(embedded, first, [(5, 3), (2, 0)], second=second)
    assert found.similarity is not None
    hooked = without(eager(embedded), [(5, 3), (2, 0)], "zero")
    with torch.no_grad():
        vectors = [hooked(**inputs(embedded, text)).last_hidden_state.mean(1)[0] for text in (first, second)]
        before = eager(embedded)(**inputs(embedded, first)).last_hidden_state.mean(1)[0]
    assert found.similarity[0] == pytest.approx(embedded.similarity(first, second), abs=1e-5)
    assert found.similarity[1] == pytest.approx(float(torch.cosine_similarity(*vectors, dim=0)), abs=1e-5)
    assert found.vector_shift == pytest.approx(1 - float(torch.cosine_similarity(before, vectors[0], dim=0)), abs=1e-5)


def test_a_single_text_of_an_embedding_model_is_compared_with_itself_without_any_head(embedded: Model) -> None:
    every = [(layer, head) for layer in range(6) for head in range(12)]
    found = ablate(embedded, "A cat sat on the mat.", every)
    assert "every head off" in str(found.loss)
    assert found.after == pytest.approx(1, abs=1e-6)
    assert found.before < 0.9
    assert found.similarity is None


def test_no_head_taken_away_changes_nothing(masked: Model) -> None:
    found = ablate(masked, TEXT, [])
    assert found.before == found.after
    assert found.vector_shift == pytest.approx(0, abs=1e-6)
    assert (found.state_shifts == 0).all()


@pytest.mark.parametrize("how", ["zero", "uniform"])
def test_a_causal_head_reads_evenly_only_what_it_may_read(make_model: Callable[..., Model], how: str) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2LMHeadModel", sizes, initializer_range=0.5, bos_token_id=2, eos_token_id=3)
    found = ablate(model, TEXT, [(0, 1)], how)
    network, held = eager(model), {}
    block = network.transformer.h[0].attn
    block.c_attn.register_forward_hook(lambda _m, _a, out: held.update(value=out[..., 48 + 8 : 48 + 16]))

    def change(_module: torch.nn.Module, args: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
        given, n = args[0].clone(), args[0].shape[1]
        mean_so_far = held["value"].cumsum(1) / torch.arange(1, n + 1)[:, None]
        given[..., 8:16] = 0 if how == "zero" else mean_so_far
        return (given,)

    block.c_proj.register_forward_pre_hook(change)
    given = inputs(model, TEXT)
    ids = given["input_ids"][0]
    with torch.no_grad():
        logits = network(**given).logits[0, :-1].log_softmax(-1)
    assert found.after == pytest.approx(-float(logits[torch.arange(len(ids) - 1), ids[1:]].mean()), abs=1e-5)
    assert found.after != pytest.approx(found.before, abs=1e-3)


@pytest.mark.parametrize(
    ("architecture", "config", "about"),
    [
        ("BertForTokenClassification", {"num_labels": 5}, "label"),
        ("BertForQuestionAnswering", {}, "answer"),
        ("BertForSequenceClassification", {"num_labels": 1, "problem_type": "regression"}, "number"),
        (
            "BertForSequenceClassification",
            {"num_labels": 3, "problem_type": "multi_label_classification"},
            "each class",
        ),
        ("RobertaForMaskedLM", {"pad_token_id": 0}, "masks"),
        ("DistilBertForMaskedLM", {"dim": 24, "n_layers": 2, "n_heads": 3, "hidden_dim": 40}, "masks"),
        ("AlbertForMaskedLM", {"embedding_size": 10}, "masks"),
        ("ElectraForMaskedLM", {"embedding_size": 10}, "masks"),
    ],
)
def test_every_kind_of_head_is_asked_what_it_can_say(
    make_model: Callable[..., Model], architecture: str, config: dict[str, object], about: str
) -> None:
    model = make_model(architecture, **config)
    second = SECOND if about == "answer" else None
    found = ablate(model, TEXT, [(0, 1)], second=second)
    assert about in str(found.loss)
    assert found.after != found.before
    assert found.state_shifts.shape == (2, len(found.tokens))


def test_a_pass_without_heads_leaves_the_model_as_it_was(masked: Model) -> None:
    given = inputs(masked, TEXT)
    with torch.no_grad():
        before = masked.network(**given).logits
        ablate(masked, TEXT, HEADS)
        after = masked.network(**given).logits
    assert torch.equal(before, after)
    hooks = [module._forward_hooks or module._forward_pre_hooks for module in masked.network.modules()]
    assert not any(hooks)


def test_threads_share_one_model_while_each_takes_other_heads_away(masked: Model) -> None:
    heads = [(layer, head) for layer in range(2) for head in range(3)]
    alone = [ablate(masked, TEXT, [head]).after for head in heads]
    together: dict[tuple[int, int], float] = {}
    weights: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda head=head: together.update({head: ablate(masked, TEXT, [head]).after}))
        for head in heads
    ]
    threads.append(threading.Thread(target=lambda: weights.append(masked.attend(TEXT).weights(1))))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[head] for head in heads] == pytest.approx(alone, abs=1e-6)
    assert weights[0] == pytest.approx(masked.attend(TEXT).weights(1), abs=1e-6)


def test_a_head_or_a_way_that_does_not_exist_is_refused(masked: Model) -> None:
    for head, why in {(2, 0): "no layer index 2", (0, 3): "no head index 3", (-1, 0): "no layer index -1"}.items():
        with pytest.raises(SelectionError, match=why):
            ablate(masked, TEXT, [head])
    with pytest.raises(SelectionError, match="not by half"):
        ablate(masked, TEXT, [(0, 0)], "half")


def test_masks_are_for_models_that_guess_them_and_lie_in_the_text(
    make_model: Callable[..., Model], masked: Model
) -> None:
    with pytest.raises(SelectionError, match="does not guess"):
        ablate(make_model(), TEXT, [(0, 0)], mask=[2])
    with pytest.raises(SelectionError, match="no token index 99"):
        ablate(masked, TEXT, [(0, 0)], mask=[99])


def test_a_model_with_attention_in_its_own_code_is_refused_with_the_reason(make_model: Callable[..., Model]) -> None:
    model = make_model("MPNetModel")
    with pytest.raises(ModelError, match="its own code"):
        ablate(model, TEXT, [(0, 0)])


@pytest.mark.parametrize("text", ["cat", "cat sat"])
def test_the_shortest_texts_can_be_asked(masked: Model, text: str) -> None:
    assert ablate(masked, text, [(0, 0)]).choices


def test_one_layer_with_one_head_can_be_asked(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForMaskedLM", num_hidden_layers=1, num_attention_heads=1)
    assert ablate(model, TEXT, [(0, 0)]).after != ablate(model, TEXT, []).after


def test_a_model_with_several_vectors_of_each_token_moves_as_with_a_plain_forward_hook(
    make_model: Callable[..., Model],
) -> None:
    model = make_model("Gemma3nForCausalLM", **GEMMA_3N)
    found = ablate(model, TEXT, [(1, 2)])
    given, networks = inputs(model, TEXT), (eager(model), eager(model))
    projection = networks[1].model.layers[1].self_attn.o_proj
    keep = torch.ones(32)
    keep[16:24] = 0  # 8 columns a head
    projection.register_forward_pre_hook(lambda _module, args: (args[0] * keep,))
    with torch.no_grad():
        before, after = (torch.stack(each(**given, output_hidden_states=True).hidden_states[1:]) for each in networks)
    assert before.shape[:3] == (4, 4, 1)  # (layer, vector, text, token, d_model)
    lengths = before.pow(2).sum((1, 2, 4)).sqrt()
    assert found.state_shifts == pytest.approx(
        ((after - before).pow(2).sum((1, 2, 4)).sqrt() / lengths).numpy(), abs=1e-4
    )
    assert (found.state_shifts[0] == 0).all()
    assert (found.state_shifts[1] > 0).all()
    means = [each[-1, :, 0].mean(1).flatten() for each in (before, after)]
    assert found.vector_shift == pytest.approx(1 - float(torch.cosine_similarity(*means, dim=0)), abs=1e-5)


@pytest.mark.parametrize("n", [1, 3])
def test_the_numbers_of_a_regression_are_those_of_a_plain_forward_hook(
    make_model: Callable[..., Model], n: int
) -> None:
    model = make_model("BertForSequenceClassification", num_labels=n, problem_type="regression")
    found = ablate(model, TEXT, HEADS)
    given = inputs(model, TEXT)
    with torch.no_grad():
        before, after = (each(**given).logits[0] for each in (eager(model), without(eager(model), HEADS, "zero")))
    assert (found.before, found.after) == pytest.approx((float(before.mean()), float(after.mean())), abs=1e-5)
    assert found.choices == ()
    assert len(found.numbers) == (n if n > 1 else 0)
    for place, number in enumerate(found.numbers):
        assert number.name == f"LABEL_{place}"
        assert (number.before, number.after) == pytest.approx((float(before[place]), float(after[place])), abs=1e-5)


def test_longer_texts_are_compared_as_far_as_similarity_compares_them(embedded: Model) -> None:
    first, second = "The cat sat on the mat. " * 50, "It rained all day. " * 5
    found = ablate(embedded, first, [], second=second)
    assert found.similarity == pytest.approx((embedded.similarity(first, second),) * 2, abs=1e-5)
    assert len(found.tokens) == 256
    assert str(found.loss) == "cosine similarity of the two texts, of each the first 256 tokens at most"
    alone = ablate(embedded, first, [(5, 3)])
    assert "of the text's first 256 tokens" in str(alone.loss)
    assert alone.state_shifts.shape == (6, 256)
