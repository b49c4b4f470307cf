"""Patch: how much of the difference between two texts a head, a layer or a token carries from one run into the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch

from attention_viz.attention import Tokens
from attention_viz.brief import brief
from attention_viz.errors import Message, SelectionError, TextError
from attention_viz.experiments.causes.text_pair import TextPair, read_pair
from attention_viz.experiments.contrast import pairs_of
from attention_viz.experiments.effects import AT_ONCE, batches
from attention_viz.experiments.interventions.blocks import states_of
from attention_viz.experiments.interventions.head_patch import HeadPatch
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.experiments.question import Question
from attention_viz.measures import Progress
from attention_viz.models import Model

What = Literal["heads", "layers", "tokens"]

LEAST = 1e-4
"""Two numbers nearer to each other than this differ by rounding: there is nothing to share out."""


@dataclass(frozen=True, eq=False)
class PatchMap:
    """How much of the difference each part carries.

    name           : of the number that is asked of both texts; pairs: (token, answer, rival) at each place, where it is a
                     difference of logits
    text, other    : that number of each text, with nothing changed
    carried        : (layer, head), (layer, 1) or (layer, token) float64, the share of the difference that the part brings
                     alone from the other text's run into the text's: 0 = none, 1 = all, NaN where there is no such part
    removed        : the same, what the other text's run loses when the part comes from the text's
    carried_scores, removed_scores : the numbers behind them
    tokens, other_tokens : of the two texts; changed: the places where they differ
    """

    what: What
    name: Message
    pairs: tuple[tuple[int | None, str, str], ...]
    text: float
    other: float
    carried: np.ndarray
    removed: np.ndarray
    carried_scores: np.ndarray
    removed_scores: np.ndarray
    tokens: Tokens
    other_tokens: Tokens

    __repr__ = brief

    @property
    def changed(self) -> tuple[int, ...]:
        """The places at which the two texts have other tokens."""
        pairs = zip(self.tokens, self.other_tokens, strict=True)
        return tuple(place for place, (one, other) in enumerate(pairs) if one != other)


def patch(
    model: Model,
    text: str,
    other: str,
    what: What = "heads",
    *,
    second: str | None = None,
    mask: Sequence[int] = (),
    progress: Progress | None = None,
) -> PatchMap:
    """Which heads, layers or tokens carry the difference between two texts of as many tokens?

    what     : "heads" = the output of one head at every token; "layers" = of all heads of a layer; "tokens" = the vector of
               one token after a layer
    second   : of a model that compares texts, what both are compared with; without it, the number is the cosine of the text's
               vector to the other's. Any other model reads it in one go with each
    mask     : as for `pose`
    progress : called with (runs done, runs); what it raises stops the work
    The output of the part is taken from the run of one text and put into the run of the other (activation patching: Vig et
    al. 2020, arXiv 2004.12265; Zhang & Nanda 2023, arXiv 2309.16042, section 2). carried = (m' - m) / (m_other - m), with m
    of the text, m' of its run with the part from the other; removed is the same the other way round.
    The shares need not add up to 1: a part may work through another, and other heads may take over what one lacks
    (self-repair); a run with a part of another is one that the model was not trained on.
    Layers below the part are not computed again: 12 layers of 12 heads cost about 80 passes in each direction, tokens half a
    pass for each layer and token.
    Raises TextError for texts of unequal length or with nothing between them, ModelError and SelectionError as `pose` does.
    """
    if what not in RUNS:
        raise SelectionError(
            "Heads, layers or tokens can be put into another run, not {what}. Choose heads, layers or tokens.",
            what=repr(what)[:80],
        )
    pair = read_pair(model, text, other, second, tuple(mask))
    scores = pair.scores
    _check_difference(scores)
    directions = ((pair.text, pair.other), (pair.other, pair.text))
    total, done = 2 * _n_runs(pair, what), 0
    found = []
    for into, source in directions:
        moved = np.full(_shape(pair, what), np.nan)
        for places, values in RUNS[what](into, source):
            moved[places] = values
            done += len(values)
            if progress is not None:
                progress(done, total)
        found.append(moved)
    return PatchMap(
        what=what,
        name=pair.text.objective.name,
        pairs=pairs_of(pair.text.objective),
        text=scores[0],
        other=scores[1],
        carried=(found[0] - scores[0]) / (scores[1] - scores[0]),
        removed=(found[1] - scores[1]) / (scores[0] - scores[1]),
        carried_scores=found[0],
        removed_scores=found[1],
        tokens=pair.text.tokens[0],
        other_tokens=pair.other.tokens[0],
    )


Places = tuple[int, Sequence[int]]
"""A layer, and the numbers of its parts."""


def _heads(into: Question, source: Question) -> Iterator[tuple[Places, np.ndarray]]:
    for layer, heads in batches(into.n_heads):
        chosen = torch.eye(into.n_heads[layer], dtype=torch.bool)[list(heads)]
        yield (layer, list(heads)), _score(into, _resumed(into, source, layer, chosen))


def _layers(into: Question, source: Question) -> Iterator[tuple[Places, np.ndarray]]:
    for layer, n in enumerate(into.n_heads):
        if n:
            chosen = torch.ones(1, n, dtype=torch.bool)
            yield (layer, [0]), _score(into, _resumed(into, source, layer, chosen))


def _resumed(into: Question, source: Question, layer: int, chosen: torch.Tensor) -> Any:
    patches = {layer: HeadPatch(source.attended[0][layer].output, chosen)}
    with torch.no_grad():
        return into.resume(Switches(patches=patches), len(chosen))


def _tokens(into: Question, source: Question) -> Iterator[tuple[Places, np.ndarray]]:
    own, theirs = (_states(each) for each in (into, source))
    for layer, states in own.items():
        n_tokens = states.shape[-2]
        for start in range(0, n_tokens, AT_ONCE):
            tokens = list(range(start, min(start + AT_ONCE, n_tokens)))
            mixed = states.expand(*states.shape[:-3], len(tokens), *states.shape[-2:]).clone()
            mixed[..., torch.arange(len(tokens)), tokens, :] = theirs[layer][..., 0, tokens, :]
            with torch.no_grad():
                yield (layer, tokens), _score(into, into.resume(Switches(), len(tokens), given={layer: mixed}))


def _states(question: Question) -> dict[int, torch.Tensor]:
    """Layer -> (..., 1, token, d_model) what it gives out. Raises ModelError where a run cannot start above it."""
    blocks = question.startable_blocks()
    return {layer: states_of(block.output) for layer, block in blocks.items()}


RUNS: dict[str, Callable[[Question, Question], Iterator[tuple[Places, np.ndarray]]]] = {
    "heads": _heads,
    "layers": _layers,
    "tokens": _tokens,
}
"""For each kind of part, the runs of the first question with each part of the second, and the number that each gives."""


def _score(question: Question, outputs: Any) -> np.ndarray:
    numbers: np.ndarray = question.objective.score((outputs, *question.untouched[1:])).double().cpu().numpy()
    return numbers


def _shape(pair: TextPair, what: What) -> tuple[int, int]:
    n_heads = pair.text.n_heads
    widths = {"heads": max(n_heads), "layers": 1, "tokens": len(pair.text.tokens[0])}
    return len(n_heads), widths[what]


def _n_runs(pair: TextPair, what: What) -> int:
    n_heads = pair.text.n_heads
    attending = sum(map(bool, n_heads))
    return {"heads": sum(n_heads), "layers": attending, "tokens": attending * len(pair.text.tokens[0])}[what]


def _check_difference(scores: tuple[float, float]) -> None:
    if abs(scores[0] - scores[1]) < LEAST:
        raise TextError(
            "The number asked for is {score:.4f} for both texts, so there is no difference to share out. Change the texts.",
            score=scores[0],
        )
