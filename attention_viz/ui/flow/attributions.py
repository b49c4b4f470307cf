"""Attributions: how much each token counted, by attention weights and norms, each computed once from the reading in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from attention_viz import flow
from attention_viz.attending import check_unbroken
from attention_viz.attention import Attention
from attention_viz.errors import InputError
from attention_viz.measures import Progress
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.wording import say
from attention_viz.ui.work.caches import known_result, reading_key
from attention_viz.ui.work.readings import reading
from attention_viz.ui.work.results import result
from attention_viz.ui.work.throttle import throttle_forward

if TYPE_CHECKING:
    from attention_viz.experiments import Mixing

ROLLOUT_LIMIT = 1_024
"""Tokens that rollout is computed for on a page: layers * n^2 numbers are held twice, and n^3 are multiplied."""
ROLLOUT_AT_ONCE = 384
"""Tokens up to which the visitor waits for rollout, about 0.1 s; its time grows with their cube."""
FLOW_AT_ONCE = 48
"""Tokens up to which the visitor waits for max-flow, about 0.1 s; its time grows with their cube."""
NORMS_CELLS_AT_ONCE = 30_000_000
"""Weights of one layer that are turned into norms while the visitor waits, about 0.5 s."""
MIXING_CELLS_AT_ONCE = 5_000_000
"""Weights of all heads for which the context-mixing ratio is made while the visitor waits, about 0.4 s."""


def rollout(subject: Subject, residual: float) -> np.ndarray | None:
    """How much does each token of each layer draw from each input token? (layer, query, key)"""
    n = subject.attention.n_tokens
    check_rollout_length(n)
    return result(
        "rollout",
        (reading_key(subject.model, subject.selection), residual),
        lambda _: flow.rollout(means(subject.attention), residual).astype(np.float32),
        doing=say("Following the attention through the layers"),
        quick=n <= ROLLOUT_AT_ONCE,
    )


def check_rollout_length(n: int) -> None:
    """Raises InputError for a text beyond ROLLOUT_LIMIT."""
    if n > ROLLOUT_LIMIT:
        raise InputError(
            "This text has {n} tokens; rollout is drawn up to {limit}, because it multiplies matrices of all tokens layer by layer. Shorten the text by {over}.",
            n=n,
            limit=ROLLOUT_LIMIT,
            over=n - ROLLOUT_LIMIT,
        )


def head_rollout(subject: Subject, layer: int, head: int, residual: float) -> np.ndarray | None:
    """Rollout up to one layer, its last step through this head alone: (query, key). Call `rollout` first: it checks the limit."""
    attention = subject.attention

    def make(_: Progress | None) -> np.ndarray:
        check_unbroken(attention.source.heads[:layer])
        below = [layer_mean(attention, each)[None] for each in range(layer)]
        return flow.rollout_head([*below, attention.weights(layer)], layer, head, residual).astype(np.float32)

    return result(
        "rollout through a head",
        (reading_key(subject.model, subject.selection), layer, head, residual),
        make,
        doing=say("Following the attention through the layers"),
        quick=attention.n_tokens <= ROLLOUT_AT_ONCE,
    )


def max_flow(subject: Subject, query: int, layer: int, residual: float) -> np.ndarray | None:
    """How much of each input token can reach this token of this layer? (key,); None while it is under way."""
    attention = subject.attention
    flow.check_length(attention.n_tokens)
    return result(
        "flow",
        (reading_key(subject.model, subject.selection), query, layer, residual),
        lambda progress: flow.max_flow(means(attention), query, layer, residual, progress),
        doing=say("Letting the attention flow, token by token"),
        quick=attention.n_tokens <= FLOW_AT_ONCE,
    )


@dataclass(frozen=True, eq=False)
class Contributions:
    """What each key adds to each query in one layer.

    weights : (query, key) of one head, or their mean over all heads
    lengths : (query, key) norms of the vectors that the head adds, or all heads together (Kobayashi et al. 2020)
    vectors : (key,) norms before the weights; None where all heads are taken together
    """

    weights: np.ndarray
    lengths: np.ndarray
    vectors: np.ndarray | None


def contributions(subject: Subject, layer: int, head: int | None) -> Contributions | None:
    """How much does each key really add to each query? head None = all together. None while it is under way."""
    from attention_viz import experiments

    attention = subject.attention

    def work(_: object) -> Contributions:
        if head is None:
            return Contributions(
                attention.weights(layer).mean(axis=0), experiments.summed_norms(attention, layer), None
            )
        found = experiments.norms(attention, layer)
        return Contributions(found.weights[head], found.weighted(head), found.vectors[head])

    return result(
        "norms",
        (reading_key(subject.model, subject.selection), layer, head),
        work,
        doing=say("Working out the norms of this layer"),
        quick=attention.heads_of(layer) * attention.n_tokens**2 <= NORMS_CELLS_AT_ONCE,
    )


def mixing(subject: Subject) -> Mixing | None:
    """How much of each token comes from others, layer by layer? None while it is under way."""
    from attention_viz import experiments

    check_encoder(subject)
    model, selection = subject.model, subject.selection

    def make(progress: Progress | None) -> Mixing:
        with throttle_forward(waited_for=progress is None):
            return experiments.mixing(model, subject.text_read, selection.second)

    doing = say("Working out how much each layer mixes")
    return result(
        "mixing",
        reading_key(subject.model, subject.selection),
        make,
        doing=doing,
        quick=n_weights(subject.attention) <= MIXING_CELLS_AT_ONCE,
    )


def norm_shares(subject: Subject, asks: Callable[[bool], bool]) -> np.ndarray | None:
    """Which share of each token's new vector comes from each token? (layer, query, key); None while it is under way.

    asks : whether it is computed now, given whether that is quick; else only what is known already is given
    """
    from attention_viz import experiments

    check_encoder(subject)
    model, selection = subject.model, subject.selection
    about, quick = reading_key(model, selection), n_weights(subject.attention) <= MIXING_CELLS_AT_ONCE
    if not asks(quick):
        known: np.ndarray | None = known_result(("norm shares", about))
        return known

    def make(progress: Progress | None) -> np.ndarray:
        with throttle_forward(waited_for=progress is None):
            return experiments.norm_shares(model, subject.text_read, selection.second)

    return result("norm shares", about, make, doing=say("Working out how much each layer mixes"), quick=quick)


def reread(subject: Subject) -> Attention | None:
    """The attention of the text as far as it was read, as experiments read it. None while it is under way."""
    selection = subject.selection
    read = selection.at(text=subject.text_read)
    if read == selection:
        return subject.attention
    found = reading("reading again", subject.model, read)
    return None if found is None else found.attention


def layer_mean(attention: Attention, layer: int) -> np.ndarray:
    """The mean of the heads of a layer: (query, key)."""
    mean: np.ndarray = attention.weights(layer).mean(axis=0)
    return mean


def means(attention: Attention) -> list[np.ndarray]:
    """The mean of the heads of each layer, one layer in memory at a time: (1, query, key) each.

    Raises InputError where a layer has no attention, which could not be followed through it.
    """
    check_unbroken(attention.source.heads)
    return [layer_mean(attention, layer)[None] for layer in range(attention.n_layers)]


def check_encoder(subject: Subject) -> None:
    """Is the part chosen that experiments read, the encoder of two? Raises InputError where it is not."""
    parts = subject.model.parts
    if subject.attention.part != parts[0]:
        raise InputError(
            "Of a model with two halves, this is worked out for the encoder alone. Choose the encoder above."
        )


def n_weights(attention: Attention) -> int:
    """How many weights all heads have."""
    return sum(attention.source.heads) * attention.shape[0] * attention.shape[1]
