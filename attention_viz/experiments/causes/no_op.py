"""No-op: whether the attention that a head spends on [CLS], [SEP] or the first token does anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attention_viz.attending import attending, check_head
from attention_viz.attention import Tokens
from attention_viz.brief import brief
from attention_viz.errors import Message, TextError
from attention_viz.experiments.causes.cut import cut_switches
from attention_viz.experiments.decomposition.parts import projection_of
from attention_viz.experiments.effects import AT_ONCE
from attention_viz.experiments.interventions.link_cuts import Link, check_cut_way
from attention_viz.experiments.interventions.switches import each_alone
from attention_viz.experiments.question import Question, pose
from attention_viz.measures import Progress
from attention_viz.models import Model
from attention_viz.vocabulary import CutWay


@dataclass(frozen=True)
class HeadNoOp:
    """What one head does with the tokens where it may do nothing; means over the other tokens as queries.

    share        : of the attention that goes there, 0 to 1
    length       : of what is read there, |f(x)|, the mean over those tokens; elsewhere: the same of all other tokens
    read         : share of what is read, weight and length together: sum of a |f(x)| there / sum over all keys, 0 to 1
    change       : by how much the number changes when these links are cut; shift: how far the answer moves
    head_change, head_shift : the same when the whole head is taken away (its output becomes zero)
    """

    layer: int
    head: int
    share: float
    length: float
    elsewhere: float
    read: float
    change: float
    shift: float
    head_change: float
    head_shift: float


@dataclass(frozen=True, eq=False)
class NoOps:
    """What heads do at [CLS], [SEP] and their like, or at the first token of a decoder.

    loss  : the name of the number that changes; untouched: its value with every link there
    there : the tokens in question, from 0
    heads : as they were asked for
    """

    loss: Message
    untouched: float
    how: str
    there: tuple[int, ...]
    heads: tuple[HeadNoOp, ...]
    tokens: Tokens

    __repr__ = brief


def no_op(
    model: Model,
    text: str,
    heads: Sequence[tuple[int, int]] | None = None,
    how: CutWay = "zero",
    *,
    second: str | None = None,
    mask: Sequence[int] = (),
    progress: Progress | None = None,
) -> NoOps:
    """Does a head that looks at [CLS], [SEP] or the first token do anything there?

    heads    : (layer, head) from 0; None = every head
    how      : the way in which the links from all other tokens to these are cut, as for `cut`
    second, mask : as for `pose`
    progress : called with (heads done, heads); what it raises stops the work
    Much attention (share), on short vectors (length), whose loss changes little (change), is the no-op of Clark et al. 2019
    (arXiv 1906.04341, section 3.2), with the lengths of Kobayashi et al. 2020 (arXiv 2004.10102, section 4); of a decoder, the
    attention sink of Xiao et al. 2023 (arXiv 2309.17453, section 3.1). f(x) = x W_V W_O, of one head. A head may do nothing
    on one text and much on another; the caveats of `cut` hold too.
    Two runs for each head, from its layer on. Raises as `cut` does; TextError for a text without any other token;
    ModelError where the output projections are not known.
    """
    return of_question(pose(model, text, second, mask), heads, how, progress)


def of_question(
    question: Question,
    heads: Sequence[tuple[int, int]] | None = None,
    how: CutWay = "zero",
    progress: Progress | None = None,
) -> NoOps:
    """The same for a question that is already posed."""
    check_cut_way(how)
    chosen = _every_head(question) if heads is None else list(heads)
    for layer, head in chosen:
        check_head(question.n_heads, layer, head)
    there = places_of_no_op(question)
    found: dict[tuple[int, int], HeadNoOp] = {}
    for layer, some in _batches(chosen):
        read = _Read.of(question, layer, there)
        cut, without = _moved_by_cuts(question, layer, some, there, how), _moved_without(question, layer, some)
        for head, *moved in zip(some, *cut, *without, strict=True):
            found[layer, head] = HeadNoOp(layer, head, *read.of_head(head), *moved)
        if progress is not None:
            progress(len(found), len(chosen))
    rows = tuple(found[layer, head] for layer, head in chosen)
    return NoOps(question.objective.name, question.loss, how, there, rows, question.tokens[0])


def places_of_no_op(question: Question) -> tuple[int, ...]:
    """The first token of a decoder; of any other model the special tokens, but not those where something is asked.

    Raises TextError where the text has no others, or none of them.
    """
    tokens = question.tokens[0]
    asked = question.objective.kept or () if question.hooked.model.task.kind == "mask" else ()
    special = tuple(place for place, is_special in enumerate(tokens.special) if is_special and place not in asked)
    there = (0,) if question.hooked.model.causal else special
    if not there or len(there) == len(tokens):
        raise TextError(
            "This text has {n} tokens, {special} of them special; what is read at special tokens needs some of both. Write words.",
            n=len(tokens),
            special=len(special),
        )
    return there


def _every_head(question: Question) -> list[tuple[int, int]]:
    return [(layer, head) for layer in attending(question.n_heads) for head in range(question.n_heads[layer])]


def _batches(chosen: Sequence[tuple[int, int]]) -> Iterator[tuple[int, list[int]]]:
    """(layer, heads) that are changed in one pass, each in a copy of its own."""
    for layer in sorted({layer for layer, _ in chosen}):
        heads = sorted({head for of, head in chosen if of == layer})
        for start in range(0, len(heads), AT_ONCE):
            yield layer, heads[start : start + AT_ONCE]


@dataclass(frozen=True, eq=False)
class _Read:
    """What the heads of a layer read: weights (head, query, key) of the other tokens, lengths (head, key) of f(x)."""

    weights: torch.Tensor
    lengths: torch.Tensor
    there: torch.Tensor

    @classmethod
    def of(cls, question: Question, layer: int, there: Sequence[int]) -> _Read:
        call, n = question.attended[0][layer].call, question.n_heads[layer]
        n_tokens = call.keys.shape[2]
        is_there = torch.zeros(n_tokens, dtype=torch.bool)
        is_there[list(there)] = True
        weights = call.weights(slice(0, n_tokens), slice(0, n_tokens))[0].cpu()[:, ~is_there]
        values = call.values[0].float().cpu().repeat_interleave(n // call.values.shape[1], 0)  # (head, key, d_value)
        added = values @ torch.from_numpy(projection_of(question.hooked, layer))  # (head, key, d_model)
        return cls(weights, added.norm(dim=-1), is_there)

    def of_head(self, head: int) -> tuple[float, float, float, float]:
        """share, length, elsewhere, read"""
        weights, lengths = self.weights[head], self.lengths[head]
        read = (weights * lengths).sum(0)  # (key,)
        return (
            float(weights[:, self.there].sum(-1).mean()),
            float(lengths[self.there].mean()),
            float(lengths[~self.there].mean()),
            float(read[self.there].sum() / read.sum().clamp(min=torch.finfo(torch.float32).tiny)),
        )


Moved = tuple[list[float], list[float]]
"""By how much the number changes, and how far the answer moves, head by head."""


def _moved_by_cuts(question: Question, layer: int, heads: Sequence[int], there: Sequence[int], how: CutWay) -> Moved:
    others = [query for query in range(len(question.tokens[0])) if query not in there]
    causal = question.hooked.model.causal
    links: list[list[Link]] = [
        [(layer, head, query, key) for query in others for key in there if not causal or key <= query] for head in heads
    ]
    with torch.no_grad():
        return _moved(
            question, (question.resume(cut_switches(question, links, how), len(heads)), *question.untouched[1:])
        )


def _moved_without(question: Question, layer: int, heads: Sequence[int]) -> Moved:
    switches = each_alone(layer, heads, question.n_heads[layer], "zero")
    with torch.no_grad():
        return _moved(question, (question.resume(switches, len(heads)), *question.untouched[1:]))


def _moved(question: Question, outputs: tuple[object, ...]) -> Moved:
    changes: np.ndarray = (question.objective.loss(outputs) - question.loss).cpu().numpy()
    return changes.tolist(), question.objective.shift(outputs, question.untouched).tolist()
