"""Patched heads, layers and tokens against plain forward hooks on BERT's own modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from attention_viz import Model
from attention_viz.errors import ModelError, SelectionError, TextError
from attention_viz.experiments import patch
from experiments.by_hand import eager, inputs, layers, patched

ONE = "the cat sat down because it was [MASK] ."
OTHER = "the sun was down because it sat [MASK] ."


def logits(network: Any, given: dict[str, torch.Tensor]) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = network(**given).logits[0, 8]
    return found


@pytest.fixture(scope="module")
def both(masked: Model) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor], Callable[[torch.Tensor], float]]:
    """The inputs, and the difference of logits that is asked for."""
    given = inputs(masked, ONE), inputs(masked, OTHER)
    one, other = (logits(eager(masked), each) for each in given)
    answer = int(one.argmax())
    rival = int(other.scatter(0, torch.tensor(answer), -torch.inf).argmax())
    return *given, lambda found: float(found[answer] - found[rival])


def test_each_head_moves_the_number_as_with_a_plain_forward_hook(masked: Model, both: Any) -> None:
    first, second, number = both
    found = patch(masked, ONE, OTHER)
    assert (found.text, found.other) == pytest.approx(
        (number(logits(eager(masked), first)), number(logits(eager(masked), second))), abs=1e-5
    )
    assert found.changed == (2, 3, 7)
    for layer, head in np.ndindex(2, 3):
        into_text = number(logits(patched(eager(masked), second, [(layer, head)]), first))
        into_other = number(logits(patched(eager(masked), first, [(layer, head)]), second))
        assert found.carried_scores[layer, head] == pytest.approx(into_text, abs=1e-5)
        assert found.removed_scores[layer, head] == pytest.approx(into_other, abs=1e-5)
        gap = found.other - found.text
        assert found.carried[layer, head] == pytest.approx((into_text - found.text) / gap, abs=1e-4)
        assert found.removed[layer, head] == pytest.approx((found.other - into_other) / gap, abs=1e-4)


def test_a_layer_is_all_its_heads_together(masked: Model, both: Any) -> None:
    first, second, number = both
    found = patch(masked, ONE, OTHER, "layers")
    assert found.carried.shape == (2, 1)
    for layer in range(2):
        hooked = patched(eager(masked), second, [(layer, head) for head in range(3)])
        assert found.carried_scores[layer, 0] == pytest.approx(number(logits(hooked, first)), abs=1e-5)


def test_a_token_is_its_vector_after_a_layer(masked: Model, both: Any) -> None:
    first, second, number = both
    found = patch(masked, ONE, OTHER, "tokens")
    assert found.carried.shape == (2, first["input_ids"].shape[1])
    with torch.no_grad():
        theirs = eager(masked)(**second, output_hidden_states=True).hidden_states
    for layer, token in [(0, 2), (0, 8), (1, 3), (1, 8)]:
        network = eager(masked)

        def change(_module: Any, _args: Any, output: Any, layer: int = layer, token: int = token) -> Any:
            states = (output if torch.is_tensor(output) else output[0]).clone()
            states[0, token] = theirs[layer + 1][0, token]
            return states if torch.is_tensor(output) else (states, *output[1:])

        layers(network)[layer].register_forward_hook(change)
        assert found.carried_scores[layer, token] == pytest.approx(number(logits(network, first)), abs=1e-5)
    assert found.carried[1, 8] == pytest.approx(1, abs=1e-4)  # the answer is read from this vector alone


def test_an_embedding_model_compares_both_texts_with_a_third(embedded: Model) -> None:
    first, other, third = "A cat sat on the mat.", "A dog sat on the mat.", "The kitten rested on a rug."
    found = patch(embedded, first, other, "layers", second=third)
    assert found.text == pytest.approx(embedded.similarity(first, third), abs=1e-5)
    assert found.other == pytest.approx(embedded.similarity(other, third), abs=1e-5)
    hooked = patched(eager(embedded), inputs(embedded, other), [(5, head) for head in range(12)])
    with torch.no_grad():
        mixed = hooked(**inputs(embedded, first)).last_hidden_state.mean(1)[0]
        kitten = eager(embedded)(**inputs(embedded, third)).last_hidden_state.mean(1)[0]
    assert found.carried_scores[5, 0] == pytest.approx(float(torch.cosine_similarity(mixed, kitten, dim=0)), abs=1e-5)


def test_without_a_third_text_the_goal_is_the_other_texts_vector(embedded: Model) -> None:
    first, other = "A cat sat on the mat.", "A dog sat on the mat."
    found = patch(embedded, first, other, "layers")
    assert found.text == pytest.approx(embedded.similarity(first, other), abs=1e-5)
    assert found.other == pytest.approx(1, abs=1e-5)


def test_a_model_that_repeats_one_layer_is_patched_by_heads_and_refused_by_tokens(
    make_model: Callable[..., Model],
) -> None:
    model = make_model("AlbertForMaskedLM", embedding_size=10)
    assert patch(model, ONE, OTHER).carried.shape == (2, 3)
    with pytest.raises(ModelError, match="one layer several times"):
        patch(model, ONE, OTHER, "tokens")


def test_progress_counts_runs_of_both_directions(masked: Model) -> None:
    calls: list[tuple[int, int]] = []
    patch(masked, ONE, OTHER, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(3, 12), (6, 12), (9, 12), (12, 12)]


def test_texts_that_do_not_fit_are_refused(masked: Model) -> None:
    with pytest.raises(TextError, match="11 and 7 tokens"):
        patch(masked, ONE, "the cat sat [MASK] .")
    with pytest.raises(TextError, match="masks stand at tokens 9 of the text and 8 of the other"):
        patch(masked, ONE, "the cat sat down because it [MASK] was .")
    with pytest.raises(TextError, match="the same to the model"):
        patch(masked, ONE, ONE)
    with pytest.raises(SelectionError, match="not 'neurons'"):
        patch(masked, ONE, OTHER, "neurons")
