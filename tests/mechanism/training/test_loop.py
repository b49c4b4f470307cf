from __future__ import annotations

import itertools
import math
from dataclasses import FrozenInstanceError, replace

import pytest
import torch
from threadpoolctl import ThreadpoolController
from torch import nn

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import Progress, Recipe, Task, Transformer, build, train
from attention_viz.mechanism.training.loop import look

SHORT = Recipe(n_steps=6, every=3, batch=8, d_model=8, n_heads=2, d_hidden=8)


def _losses(steps: list[Progress]) -> list[float]:
    return [step.loss for step in steps[1:]]


@pytest.mark.parametrize("n_heads", [1, 2, 4, 8])
def test_any_number_of_heads_learns_to_reverse_at_equal_width(n_heads: int) -> None:
    recipe = Recipe(n_heads=n_heads)
    network = build(recipe)
    *_, last = train(recipe, network)
    assert last.done
    assert last.snapshot.accuracy == 1
    fresh, wanted = recipe.task.draw(1000, torch.Generator().manual_seed(99))
    assert (network.predict(fresh, 6)[0] == wanted).float().mean() > 0.99
    assert last.snapshot.weights[0].shape == (n_heads, 6, 6)


def test_the_number_of_heads_leaves_the_number_of_parameters() -> None:
    counts = {sum(p.numel() for p in build(Recipe(n_heads=n_heads)).parameters()) for n_heads in (1, 2, 4, 8)}
    assert len(counts) == 1


def test_a_head_that_reverses_has_formed_where_there_was_none() -> None:
    steps = list(train(Recipe(n_heads=1, n_steps=400, stop_when_right=False, every=100)))
    shots = [step.snapshot for step in steps if step.snapshot is not None]
    mirrored = [shot.weights[0][0].flip(-1).diagonal().mean().item() for shot in shots]  # on the symbol wanted
    assert [shot.step for shot in shots] == [0, 100, 200, 300, 400]
    assert mirrored[0] == pytest.approx(1 / 6, abs=0.15)  # like chance
    assert mirrored[-1] > 0.6


@pytest.mark.slow
def test_sorting_is_learned_too() -> None:
    *_, last = train(Recipe(task=Task("sort")))
    assert last.snapshot.accuracy == 1


def test_an_encoder_decoder_learns_to_write_the_reverse_one_symbol_after_another() -> None:
    recipe = Recipe(network="encoder_decoder", n_heads=1)
    *_, last = train(recipe)
    assert last.snapshot.accuracy == 1
    assert torch.equal(last.snapshot.answered, last.snapshot.given.flip(0))


def test_without_positions_reversing_cannot_be_learned() -> None:
    *_, last = train(Recipe(n_steps=300, every=300, positional=False))
    assert last.snapshot.accuracy < 0.5


def test_under_a_causal_mask_only_the_half_that_was_heard_can_be_reversed() -> None:
    *_, last = train(Recipe(n_steps=300, every=300, causal=True))
    # of 6 places, 3 need a symbol that is known by then; the others are one guess in 8
    assert last.snapshot.accuracy == pytest.approx((3 + 3 / 8) / 6, abs=0.03)


def test_the_same_recipe_gives_the_same_numbers_and_another_seed_others() -> None:
    first, again, other = (list(train(replace(SHORT, seed=seed))) for seed in (1, 1, 2))
    assert _losses(first) == _losses(again) != _losses(other)
    assert not torch.equal(first[0].snapshot.given, other[0].snapshot.given)
    assert all(torch.equal(a, b) for a, b in zip(first[-1].snapshot.weights, again[-1].snapshot.weights, strict=True))


def test_two_trainings_at_the_same_time_do_not_disturb_each_other() -> None:
    recipes = [SHORT, replace(SHORT, network="encoder_decoder", seed=5)]
    alone = [_losses(list(train(recipe))) for recipe in recipes]
    together = list(zip(*(train(recipe) for recipe in recipes), strict=True))
    assert [_losses([pair[each] for pair in together]) for each in (0, 1)] == alone


def test_training_leaves_what_the_process_shares_as_it_was() -> None:
    chance, threads = torch.get_rng_state(), torch.get_num_threads()
    for _ in train(SHORT):
        assert torch.is_grad_enabled()
        torch.rand(1)  # what others draw meanwhile changes nothing
        torch.set_rng_state(chance)
    assert torch.equal(torch.get_rng_state(), chance)
    assert torch.get_num_threads() == threads
    assert torch.is_grad_enabled()


def test_the_numbers_do_not_depend_on_the_threads_that_the_caller_may_use() -> None:
    losses = []
    for threads in (1, 2):
        with ThreadpoolController().limit(limits=threads, user_api="openmp"):
            losses.append(_losses(list(train(SHORT))))
    assert losses[0] == losses[1]


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_a_caller_without_gradients_trains_all_the_same_and_stays_without(mode) -> None:
    expected = _losses(list(train(SHORT)))
    with mode():
        losses = []
        for step in train(SHORT):
            losses.append(step.loss)
            assert not torch.is_grad_enabled()
    assert losses[1:] == expected


def test_training_stops_between_two_steps_and_the_network_stays_as_it_is() -> None:
    network = build(SHORT)
    steps = train(SHORT, network)
    stopped = list(itertools.islice(steps, 4))
    steps.close()
    assert [step.step for step in stopped] == [0, 1, 2, 3]
    given, wanted = stopped[-1].snapshot.given[None], stopped[-1].snapshot.wanted[None]
    torch.testing.assert_close(look(network, 3, given, wanted).weights[0], stopped[-1].snapshot.weights[0])


def test_snapshots_come_first_every_few_steps_and_last_and_do_not_change_afterwards() -> None:
    steps = list(train(replace(SHORT, n_steps=8)))
    shots = {step.step: step.snapshot for step in steps if step.snapshot is not None}
    assert list(shots) == [0, 3, 6, 8]
    assert [step.done for step in steps] == [False] * 8 + [True]
    assert not torch.equal(shots[0].weights[0], shots[8].weights[0])
    assert all(torch.equal(shot.given, shots[0].given) for shot in shots.values())
    assert all(not each.requires_grad for shot in shots.values() for each in shot.weights)
    with pytest.raises(FrozenInstanceError):
        shots[0].accuracy = 1.0


def test_a_step_is_torchs_adam_at_the_rate_of_the_warm_up() -> None:
    recipe = replace(SHORT, warm_up=4, rate=0.02)
    ours, reference = build(recipe), build(recipe)
    chance = torch.Generator().manual_seed(recipe.seed + 1)
    recipe.task.draw(256, chance)  # held out
    adam = torch.optim.Adam(reference.parameters())
    steps = itertools.islice(train(recipe, ours), 1, None)
    for step, share in zip(steps, (0.25, 0.5, 0.75, 1.0, 1.0, 1.0), strict=True):
        given, wanted = recipe.task.draw(recipe.batch, chance)
        adam.param_groups[0]["lr"] = 0.02 * share
        log_shares = reference(given)[0].log_softmax(-1)
        loss = -log_shares[nn.functional.one_hot(wanted, 8).bool()].mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        assert step.loss == pytest.approx(loss.item(), rel=1e-4)
        theirs = dict(reference.named_parameters())
        for name, parameter in ours.named_parameters():
            if not name.endswith("key.bias"):  # softmax takes no notice of it: Adam follows the rounding of a zero
                assert torch.allclose(parameter, theirs[name], atol=1e-3)


def test_an_untrained_network_is_as_good_as_chance() -> None:
    before, first = itertools.islice(train(Recipe()), 2)
    assert before.loss is None
    assert before.snapshot.accuracy == pytest.approx(1 / 8, abs=0.1)
    assert first.loss == pytest.approx(math.log(8), abs=1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"n_heads": 5}, "32 does not divide into 5 heads"),
        ({"n_steps": 0}, "n_steps is 0"),
        ({"rate": 0.0}, "rate is 0"),
        ({"rate": math.nan}, "rate is nan"),
        ({"warm_up": -1}, "warm_up is -1"),
        ({"network": "decoder"}, "The network is decoder. Choose encoder or encoder_decoder"),
        ({"network": "encoder_decoder", "causal": True}, "has its causal mask already"),
    ],
)
def test_a_recipe_that_cannot_be_cooked_gets_a_sentence(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(AttentionVizError, match=sentence):
        build(Recipe(**wrong))


def test_the_encoder_recipe_builds_the_network_it_says() -> None:
    network = build(Recipe(n_layers=2, norm_first=False, positional=False, causal=True, d_hidden=48))
    assert isinstance(network, Transformer)
    assert len(network.layers) == 2
    assert network.norm is None
    assert network.embed.positions is None
    assert network.causal
    assert network.layers[0].feed_forward.wide.out_features == 48
