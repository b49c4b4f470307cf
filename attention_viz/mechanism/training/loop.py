"""Training loop: a tiny network learns a toy task, with snapshots of its weights.

No global state changes: random numbers come from generators made here, and gradients and the limit to one thread are on
within a step only, never while the caller runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn

from attention_viz.errors import InputError
from attention_viz.mechanism.network.seq2seq import EncoderDecoder
from attention_viz.mechanism.network.transformer import Transformer
from attention_viz.mechanism.shapes import require_at_least, require_positive
from attention_viz.mechanism.training.tasks import Task
from attention_viz.mechanism.training.threads import OneThread

Network = Transformer | EncoderDecoder

HELD_OUT = 256
"""Sequences that accuracy is measured on; none of them trained on."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the outcome; the same recipe gives the same numbers.

    network : "encoder" answers at every place at once, "encoder_decoder" writes one symbol after another
    rate    : of Adam, reached after `warm_up` steps of growing evenly from 0
    n_steps : the most steps; with stop_when_right, training ends at the first snapshot with every held-out symbol right
    every   : steps from one snapshot to the next
    """

    task: Task = field(default_factory=Task)
    network: Literal["encoder", "encoder_decoder"] = "encoder"
    d_model: int = 32
    n_heads: int = 4
    n_layers: int = 1
    d_hidden: int = 64
    norm_first: bool = True
    positional: bool = True
    causal: bool = False
    rate: float = 3e-3
    warm_up: int = 50
    batch: int = 64
    n_steps: int = 1500
    every: int = 25
    stop_when_right: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("batch", "n_steps", "every"):
            require_at_least(name, getattr(self, name))
        require_at_least("warm_up", self.warm_up, 0)
        require_positive("rate", self.rate)
        if self.network not in ("encoder", "encoder_decoder"):
            raise InputError(
                "The network is {network}. Choose encoder or encoder_decoder.",
                network=self.network,
            )
        if self.causal and self.network == "encoder_decoder":
            raise InputError("An encoder_decoder has its causal mask already. Leave causal off, or choose encoder.")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What the network does after a number of steps.

    accuracy : share of the held-out symbols that are right, 0 to 1
    given, wanted, answered : (token,), one held-out sequence, the same in every snapshot
    weights  : of each layer (head, query, key), what the heads read in that sequence; copies, rows sum to 1
    """

    step: int
    accuracy: float
    given: Tensor
    wanted: Tensor
    answered: Tensor
    weights: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class Progress:
    """One step of training: `step` of at most `n_steps`, the step's loss in nats (None before the first step)."""

    step: int
    n_steps: int
    loss: float | None
    snapshot: Snapshot | None
    done: bool


def build(recipe: Recipe) -> Network:
    """The untrained network of a recipe."""
    with torch.inference_mode(False):
        generator = torch.Generator().manual_seed(recipe.seed)
        return _encoder(recipe, generator) if recipe.network == "encoder" else _encoder_decoder(recipe, generator)


def train(recipe: Recipe, network: Network | None = None) -> Iterator[Progress]:
    """Trains step by step: yields after every step, with a snapshot before the first, every few steps, and at the end.

    network : from `build(recipe)`, to be used afterwards; None = one is built
    The caller stops by not asking for the next step; the network then stays as the last step left it.
    """
    network = build(recipe) if network is None else network
    generator = torch.Generator().manual_seed(recipe.seed + 1)
    held_out = recipe.task.draw(HELD_OUT, generator)
    optimiser = torch.optim.Adam(network.parameters(), lr=recipe.rate)
    one_thread = OneThread()
    with one_thread():
        snapshot = look(network, 0, *held_out)
    yield Progress(0, recipe.n_steps, None, snapshot, done=False)
    for step in range(1, recipe.n_steps + 1):
        optimiser.param_groups[0]["lr"] = recipe.rate * min(1.0, step / max(1, recipe.warm_up))
        last = step == recipe.n_steps
        with one_thread():
            loss = _learn(network, optimiser, recipe, generator)
            shot = look(network, step, *held_out) if last or step % recipe.every == 0 else None
        done = last or (recipe.stop_when_right and shot is not None and shot.accuracy == 1)
        yield Progress(step, recipe.n_steps, loss, shot, done)
        if done:
            return


def _learn(network: Network, optimiser: torch.optim.Optimizer, recipe: Recipe, generator: torch.Generator) -> float:
    """One step: the loss in nats per symbol before it, and every weight moved a little against its gradient."""
    with torch.inference_mode(False), torch.enable_grad():
        given, wanted = recipe.task.draw(recipe.batch, generator)  # (batch, token) both
        logits, _ = network.train().training_logits(given, wanted)  # (batch, token, n_symbols)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten())
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
    return loss.item()


@torch.no_grad()
def look(network: Network, step: int, given: Tensor, wanted: Tensor) -> Snapshot:
    """How well the network does on these sequences, (batch, token), and what its heads read in the first."""
    answered, weights = network.eval().predict(given, wanted.shape[1])
    right = (answered == wanted).sum().item() / wanted.numel()
    first = tuple(each[0].clone() for each in weights)  # (head, query, key)
    return Snapshot(step, right, given[0].clone(), wanted[0].clone(), answered[0].clone(), first)


def _encoder(recipe: Recipe, generator: torch.Generator) -> Transformer:
    return Transformer(
        recipe.task.n_symbols,
        recipe.task.length,
        d_model=recipe.d_model,
        n_heads=recipe.n_heads,
        n_layers=recipe.n_layers,
        d_hidden=recipe.d_hidden,
        norm_first=recipe.norm_first,
        positional=recipe.positional,
        causal=recipe.causal,
        generator=generator,
    )


def _encoder_decoder(recipe: Recipe, generator: torch.Generator) -> EncoderDecoder:
    return EncoderDecoder(
        recipe.task.n_symbols,
        recipe.task.length,
        d_model=recipe.d_model,
        n_heads=recipe.n_heads,
        n_layers=recipe.n_layers,
        d_hidden=recipe.d_hidden,
        norm_first=recipe.norm_first,
        positional=recipe.positional,
        generator=generator,
    )
