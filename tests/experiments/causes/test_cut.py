"""Cut links against plain forward hooks on BERT's own modules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import SelectionError
from attention_viz.experiments import cut, pose
from attention_viz.experiments.causes.cut import of_question
from experiments.by_hand import SECOND, TEXT, eager, inputs
from experiments.by_hand import cut as cut_by_hand

LINKS = [(0, 2, 3, 5), (1, 0, 3, 0), (1, 2, 7, 7)]


@pytest.mark.parametrize("how", ["renormalise", "zero"])
def test_probabilities_of_a_masked_word_are_those_of_a_plain_forward_hook(masked: Model, how: str) -> None:
    found = cut(masked, TEXT, LINKS, how, mask=[3], shown=17)
    given = inputs(masked, TEXT, masked=[3])
    with torch.no_grad():
        networks = eager(masked), cut_by_hand(eager(masked), LINKS, how)
        plain = [each(**given).logits[0, 3].softmax(-1) for each in networks]
    known = {masked.reader.word(number): number for number in range(17)}
    for choice in found.choices[0].choices:
        assert choice.before == pytest.approx(float(plain[0][known[choice.text]]), abs=1e-5)
        assert choice.after == pytest.approx(float(plain[1][known[choice.text]]), abs=1e-5)
    assert found.after != pytest.approx(found.before, abs=1e-4)


@pytest.mark.parametrize("how", ["renormalise", "zero"])
@pytest.mark.parametrize("link", [(None, 1, 4, 2), (1, None, 4, 2), (None, None, 4, 2)])
def test_none_stands_for_every_layer_or_head(make_model: Callable[..., Model], link: tuple, how: str) -> None:
    model = make_model()
    layers = range(2) if link[0] is None else [link[0]]
    heads = range(3) if link[1] is None else [link[1]]
    hooked = cut_by_hand(eager(model), [(layer, head, *link[2:]) for layer in layers for head in heads], how)
    given = inputs(model, TEXT)
    with torch.no_grad():
        before, after = (
            torch.cat(each(**given, output_hidden_states=True).hidden_states[1:]) for each in (eager(model), hooked)
        )
    moved = (after - before).norm(dim=-1) / before.norm(dim=-1)
    assert cut(model, TEXT, [link], how).state_shifts == pytest.approx(moved.numpy(), abs=1e-5)


def test_of_a_pair_the_first_text_alone_is_cut(embedded: Model) -> None:
    first, second, link = "A cat sat on the mat.", "The kitten rested on a rug.", (5, 3, 0, 6)
    found = cut(embedded, first, [link], second=second)
    hooked = cut_by_hand(eager(embedded), [link], "renormalise")
    with torch.no_grad():
        one = hooked(**inputs(embedded, first)).last_hidden_state.mean(1)[0]
        other = eager(embedded)(**inputs(embedded, second)).last_hidden_state.mean(1)[0]
    assert found.similarity is not None
    assert found.similarity[0] == pytest.approx(embedded.similarity(first, second), abs=1e-5)
    assert found.similarity[1] == pytest.approx(float(torch.cosine_similarity(one, other, dim=0)), abs=1e-5)
    assert (found.state_shifts[:5] == 0).all()


def test_classes_are_those_of_a_plain_forward_hook(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=4)
    found = cut(model, TEXT, LINKS, second=SECOND)
    with torch.no_grad():
        after = cut_by_hand(eager(model), LINKS, "renormalise")(**inputs(model, TEXT, SECOND)).logits[0].softmax(-1)
    assert {choice.text: choice.after for choice in found.choices[0].choices} == pytest.approx(
        {f"LABEL_{each}": float(share) for each, share in enumerate(after)}, abs=1e-5
    )


def test_an_empty_list_changes_nothing(masked: Model) -> None:
    found = cut(masked, TEXT, [])
    assert found.before == found.after
    assert (found.state_shifts == 0).all()


def test_layers_below_are_not_computed_again(make_model: Callable[..., Model], monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model(num_hidden_layers=4)
    question = pose(model, TEXT)
    assert question.blocks
    runs: list[int] = []
    kind = type(model.network.encoder.layer[0].intermediate)
    forward = kind.forward
    monkeypatch.setattr(kind, "forward", lambda self, states: (runs.append(len(states)), forward(self, states))[1])
    of_question(question, [(2, 1, 3, 4)])
    assert runs == [1, 1]


def test_rows_that_are_wholly_cut_have_nothing_left_to_grow(make_model: Callable[..., Model]) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2LMHeadModel", sizes, initializer_range=0.5, bos_token_id=2, eos_token_id=3)
    with pytest.raises(SelectionError, match="query index 1 reads in head index 2 is cut"):
        cut(model, TEXT, [(0, 2, 1, 0), (0, 2, 1, 1)])
    assert np.isfinite(cut(model, TEXT, [(0, 2, 1, 0), (0, 2, 1, 1)], "zero").after)
    with pytest.raises(SelectionError, match="query index 1 has no link to key index 2"):
        cut(model, TEXT, [(0, 2, 1, 2)])


def test_a_link_of_the_last_token_changes_what_a_decoder_says_after_the_text(make_model: Callable[..., Model]) -> None:
    sizes = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}
    model = make_model("GPT2LMHeadModel", sizes, initializer_range=0.5, bos_token_id=2, eos_token_id=3)
    ids = inputs(model, TEXT)["input_ids"]
    last = ids.shape[1] - 1
    found = cut(model, TEXT, [(None, None, last, key) for key in range(1, last)], shown=17)
    mask = torch.full((1, 1, last + 1, last + 1), -torch.inf).triu(1)  # no query reads a later key
    mask[..., last, 1:last] = -torch.inf
    with torch.no_grad():
        plain = eager(model)(input_ids=ids, attention_mask=mask).logits[0, -1].softmax(-1)
    *within, after_it = found.choices
    assert after_it.token is None
    assert {choice.text: choice.after for choice in after_it.choices} == pytest.approx(
        {model.reader.word(number): float(share) for number, share in enumerate(plain)}, abs=1e-6
    )
    assert all(choice.before == pytest.approx(choice.after, abs=1e-6) for place in within for choice in place.choices)
    assert any(abs(choice.before - choice.after) > 1e-5 for choice in after_it.choices)


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ((2, 0, 1, 1), "no layer index 2"),
        ((0, 3, 1, 1), "no head index 3"),
        ((None, 3, 1, 1), "no head index 3"),
        ((0, 0, 99, 1), "no token index 99"),
        ((0, 0, 1, -1), "no token index -1"),
    ],
)
def test_a_link_that_does_not_exist_is_named(masked: Model, link: tuple, why: str) -> None:
    with pytest.raises(SelectionError, match=why):
        cut(masked, TEXT, [link])


def test_an_unknown_way_is_named(masked: Model) -> None:
    with pytest.raises(SelectionError, match="not by 'half'"):
        cut(masked, TEXT, [(0, 0, 1, 1)], "half")
