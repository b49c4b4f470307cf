"""Link ranking: which links the answer hangs on, estimated for all and measured for the strongest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attention_viz.brief import brief
from attention_viz.errors import Message, SelectionError
from attention_viz.experiments.causes.cut import cut_switches
from attention_viz.experiments.effects import AT_ONCE
from attention_viz.experiments.interventions.link_cuts import check_cut_way
from attention_viz.experiments.question import Question, pose
from attention_viz.experiments.relevance import check_gradients
from attention_viz.experiments.token_positions import check_token
from attention_viz.measures import Progress, chance_bound, rank_correlation
from attention_viz.models import Model
from attention_viz.vocabulary import CutWay

EXACT = 24
"""Links that are really cut."""

ALONE = 1 - 1e-6
"""A weight above this is the whole row: without it no other is left to grow."""


@dataclass(frozen=True)
class RankedLink:
    """One link that was cut by itself.

    weight   : 0 to 1
    estimate : by how much the number would change, by the gradient
    change   : by how much it changed; shift: how far the answer moved, as `Effects.shifts` says it
    """

    layer: int
    head: int
    query: int
    key: int
    weight: float
    estimate: float
    change: float
    shift: float


@dataclass(frozen=True, eq=False)
class LinkRanking:
    """What each link counts for.

    loss        : the name of the number that changes; untouched: its value with every link there
    links       : those that were really cut, from the largest change, whatever its sign, to the smallest
    estimates   : (layer, head, query, key) float64, of every link, NaN where there is no head, or where a link is a whole
                  row; `queries` says which queries these are
    correlation : Spearman's, of estimates and measured changes of `links`, -1 to 1: how far the estimate can be trusted here
    chance      : correlations up to about this arise by chance one time in twenty
    """

    loss: Message
    untouched: float
    how: str
    queries: tuple[int, ...]
    links: tuple[RankedLink, ...]
    estimates: np.ndarray
    correlation: float
    chance: float

    __repr__ = brief


def rank_links(
    model: Model,
    text: str,
    query: int | None = None,
    how: CutWay = "renormalise",
    *,
    second: str | None = None,
    mask: Sequence[int] = (),
    exact: int = EXACT,
    progress: Progress | None = None,
) -> LinkRanking:
    """Which links of this query change the answer most when they are cut?

    query    : token from 0; None = every query
    how, second, mask : as for `cut`
    exact    : so many links are really cut, each alone: those with the largest estimate
    progress : called with (steps done, steps); what it raises stops the work
    The estimate is a gradient's, so it holds for small changes alone: dL = sum over the row of dL/da_k * (change of a_k), one
    forward and one backward pass for all links (attribution patching: Nanda 2023; Syed et al. 2023, arXiv 2310.10348,
    equation 1). With "zero" the weight a_j falls to 0; with "renormalise" every other a_k grows by a_k a_j / (1 - a_j).
    The caveats of `cut` hold too. Raises as `cut` does, and InputError for a text whose gradients would take too much memory.
    """
    return of_question(pose(model, text, second, mask), query, how, exact, progress)


def of_question(
    question: Question,
    query: int | None = None,
    how: CutWay = "renormalise",
    exact: int = EXACT,
    progress: Progress | None = None,
) -> LinkRanking:
    """The same for a question that is already posed."""
    check_cut_way(how)
    if exact < 1:
        raise SelectionError("{n} links shall be cut. Choose 1 or more.", n=exact)
    queries = tuple(range(len(question.tokens[0]))) if query is None else (query,)
    check_token(queries[0], len(question.tokens[0]))
    weights, estimates = _estimated(question, queries, how)
    chosen = _strongest(estimates, exact)
    found = []
    for done, (places, changes, shifts) in enumerate(_cut_each(question, queries, chosen, how), 1):
        for place, change, shift in zip(places, changes, shifts, strict=True):
            layer, head, row, key = place
            numbers = float(weights[place]), float(estimates[place]), change, shift
            found.append(RankedLink(layer, head, queries[row], key, *numbers))
        if progress is not None:
            progress(min(done * AT_ONCE, len(chosen)), len(chosen))
    return LinkRanking(
        loss=question.objective.name,
        untouched=question.loss,
        how=how,
        queries=queries,
        links=tuple(sorted(found, key=lambda each: -abs(each.change))),
        estimates=estimates,
        correlation=rank_correlation(
            np.array([each.estimate for each in found]), np.array([each.change for each in found])
        ),
        chance=chance_bound(len(found)),
    )


def _estimated(question: Question, queries: Sequence[int], how: CutWay) -> tuple[np.ndarray, np.ndarray]:
    """The weights, and what the number would change without each: (layer, head, query, key) float64 twice."""
    check_gradients(question)
    objective = question.objective
    with torch.enable_grad():
        ran = question.hooked.run(objective.texts[0], body=objective.body, watch=True, kept=objective.kept)
        loss = objective.loss((ran.outputs, *question.untouched[1:]))[0]
        slopes = torch.autograd.grad(loss, tuple(ran.weights.values()), allow_unused=True)
    shape = (len(question.n_heads), max(question.n_heads), len(queries), len(question.tokens[0]))
    weights, estimates = np.full((2, *shape), np.nan)
    for (layer, read), slope in zip(ran.weights.items(), slopes, strict=True):
        rows = read.detach()[0, :, list(queries)].double()  # (head, query, key)
        falls = torch.zeros_like(rows) if slope is None else slope[0, :, list(queries)].double()
        weights[layer, : len(rows)] = rows.cpu()
        estimates[layer, : len(rows)] = _without(rows, falls, how).cpu()
    return weights, estimates


def _without(weights: torch.Tensor, slopes: torch.Tensor, how: CutWay) -> torch.Tensor:
    """What the number changes by without each weight, to first order: (head, query, key)."""
    own = -weights * slopes
    if how == "zero":
        return own
    others = (weights * slopes).sum(-1, keepdim=True) + own
    grown = own + others * weights / (1 - weights).clamp(min=1 - ALONE)
    return grown.masked_fill(weights > ALONE, torch.nan)


def _strongest(estimates: np.ndarray, n: int) -> list[tuple[int, int, int, int]]:
    """(layer, head, place of the query, key) of the largest, layer by layer; of none that is 0, as of a key that is not read."""
    sizes = np.nan_to_num(np.abs(estimates), nan=0.0).ravel()
    best = np.argsort(-sizes, kind="stable")[:n]
    places = np.unravel_index(best[sizes[best] > 0], estimates.shape)
    return sorted(tuple(int(each) for each in place) for place in zip(*places, strict=True))  # type: ignore[misc]


def _cut_each(
    question: Question, queries: Sequence[int], chosen: Sequence[tuple[int, int, int, int]], how: CutWay
) -> Iterator[tuple[Sequence[tuple[int, int, int, int]], list[float], list[float]]]:
    """(places, changes of the number, shifts of the answer), as many at once as go into one pass."""
    for start in range(0, len(chosen), AT_ONCE):
        places = chosen[start : start + AT_ONCE]
        links = [[(layer, head, queries[row], key)] for layer, head, row, key in places]
        with torch.no_grad():
            outputs = (question.resume(cut_switches(question, links, how), len(links)), *question.untouched[1:])
            changes = question.objective.loss(outputs) - question.loss
            shifts = question.objective.shift(outputs, question.untouched)
        yield places, changes.tolist(), shifts.tolist()
