"""Every head's effect, with the layers below reused, is the effect of taking that head away by itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import SelectionError
from attention_viz.experiments import ablate, effects, head_effects
from experiments.by_hand import GEMMA_3N, SECOND, TEXT, eager, inputs

GPT2 = {"vocab_size": 17, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 60}


@pytest.mark.parametrize("how", ["zero", "uniform"])
@pytest.mark.parametrize(
    ("architecture", "config"),
    [
        ("BertForMaskedLM", {}),
        ("BertForSequenceClassification", {"num_labels": 4}),
        ("DistilBertForMaskedLM", {"dim": 24, "n_layers": 2, "n_heads": 3, "hidden_dim": 40}),
        ("AlbertForMaskedLM", {"embedding_size": 10}),
        ("GPT2LMHeadModel", {"sizes": GPT2, "bos_token_id": 2, "eos_token_id": 3, "initializer_range": 0.5}),
        ("Gemma3nForCausalLM", GEMMA_3N),
    ],
)
def test_each_head_changes_what_it_changes_alone(
    make_model: Callable[..., Model], architecture: str, config: dict[str, object], how: str
) -> None:
    model = make_model(architecture, **config)
    found = head_effects(model, TEXT, how)
    assert found.changes.shape == found.shifts.shape == (model.n_layers, model.n_heads)
    for layer, head in np.ndindex(found.changes.shape):
        alone = ablate(model, TEXT, [(layer, head)], how)
        assert found.untouched == pytest.approx(alone.before, abs=1e-5)
        assert found.changes[layer, head] == pytest.approx(alone.after - alone.before, abs=1e-5)


def test_a_pair_of_an_embedding_model_loses_or_gains_similarity(embedded: Model) -> None:
    found = head_effects(embedded, "A cat sat.", second="The kitten rested on a rug.")
    for layer, head in [(0, 0), (3, 7), (5, 11)]:
        alone = ablate(embedded, "A cat sat.", [(layer, head)], second="The kitten rested on a rug.")
        assert found.changes[layer, head] == pytest.approx(alone.after - alone.before, abs=1e-5)


def test_the_shift_of_a_single_text_is_that_of_its_vector(make_model: Callable[..., Model]) -> None:
    model = make_model()
    found = head_effects(model, TEXT)
    for layer, head in np.ndindex(2, 3):
        alone = ablate(model, TEXT, [(layer, head)]).vector_shift
        assert found.shifts[layer, head] == pytest.approx(alone, abs=1e-5)


def test_shifts_of_probabilities_are_total_variation(make_model: Callable[..., Model]) -> None:
    model = make_model("BertForSequenceClassification", num_labels=4)
    found = head_effects(model, TEXT, second=SECOND)
    choices = ablate(model, TEXT, [(1, 2)], second=SECOND).choices[0].choices
    assert len(choices) == 4
    assert found.shifts[1, 2] == pytest.approx(sum(abs(each.before - each.after) for each in choices) / 2, abs=1e-5)


def test_more_heads_than_go_into_one_pass_are_all_there(masked: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = head_effects(masked, TEXT)
    monkeypatch.setattr(effects, "AT_ONCE", 2)
    assert head_effects(masked, TEXT).changes == pytest.approx(whole.changes, abs=1e-6)


def test_layers_below_are_not_computed_again(make_model: Callable[..., Model], monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_model(num_hidden_layers=4)
    runs: list[int] = []
    kind = type(model.network.encoder.layer[0].intermediate)
    forward = kind.forward
    monkeypatch.setattr(kind, "forward", lambda self, states: (runs.append(len(states)), forward(self, states))[1])
    head_effects(model, TEXT)
    texts = [each for each in runs if each == 3]  # copies of the text, one for each head
    assert len(texts) == 4 + 3 + 2 + 1


def test_progress_counts_heads_and_can_stop_the_work(masked: Model) -> None:
    calls: list[tuple[int, int]] = []
    head_effects(masked, TEXT, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(3, 6), (6, 6)]

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        head_effects(masked, TEXT, progress=stop)


def test_an_unknown_way_is_refused(masked: Model) -> None:
    with pytest.raises(SelectionError, match="not by half"):
        head_effects(masked, TEXT, "half")


def test_of_a_hybrid_the_head_of_the_models_own_layer_is_taken_away(hybrid_model: Model) -> None:
    """Against a hook that hides the head's output from the projection of that layer."""
    found = head_effects(hybrid_model, TEXT)
    assert np.isnan(found.changes[[0, 2]]).all()
    network, given = eager(hybrid_model), inputs(hybrid_model, TEXT)
    targets = given["input_ids"][0, 1:]

    def loss() -> float:
        return float(torch.nn.functional.cross_entropy(network(**given).logits[0, :-1], targets))

    with torch.no_grad():
        before = loss()
        for layer, head in [(1, 0), (3, 2)]:
            widths = torch.ones(32)
            widths[head * 8 : head * 8 + 8] = 0
            projection = network.model.layers[layer].self_attn.out_proj
            hook = projection.register_forward_pre_hook(lambda _, args, widths=widths: (args[0] * widths,))
            assert found.changes[layer, head] == pytest.approx(loss() - before, abs=1e-4)
            hook.remove()
