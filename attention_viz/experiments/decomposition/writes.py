"""Writes: how much each head, layer and source token adds to the number in which the answer is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attention_viz.attention import Tokens
from attention_viz.brief import brief
from attention_viz.errors import Message, ModelError
from attention_viz.experiments.contrast import contrasted, pairs_of
from attention_viz.experiments.decomposition.parts import Parts, projection_of, read_parts
from attention_viz.experiments.objective import Cosine
from attention_viz.experiments.question import Question, pose
from attention_viz.models import Model

ROUNDING = 1e-4
"""Of the parts' sizes together: what rounding explains where they do not add up."""

ROUNDING_OF_HALVES = 5e-2
"""The same of models that compute in numbers of 2 or 3 digits."""


@dataclass(frozen=True, eq=False)
class Writes:
    """The shares of each part in one number; all float64, in the units of that number.

    name         : of the number; pairs: (token, answer, rival) at each place, where it is a difference of logits
    total        : the number itself, as the model gives it
    sources      : (layer, head, token) what a head writes with what it reads from a token, at all queries together; NaN where
                   there is no head
    feed_forward : (layer,) what the feed-forward networks write
    embeddings   : "words", "positions", "segments" -> (token,) what the tables give, where the model has them
    biases       : of all biases together
    tokens       : of the first text
    """

    name: Message
    pairs: tuple[tuple[int | None, str, str], ...]
    total: float
    sources: np.ndarray
    feed_forward: np.ndarray
    embeddings: Mapping[str, np.ndarray]
    biases: float
    tokens: Tokens

    __repr__ = brief

    @property
    def heads(self) -> np.ndarray:
        """(layer, head) what each head writes, from all tokens together."""
        there = ~np.isnan(self.sources).all(-1)
        return np.where(there, np.nansum(self.sources, -1), np.nan)

    @property
    def layers(self) -> np.ndarray:
        """(layer,) what each layer writes: its heads and its feed-forward network."""
        written: np.ndarray = np.nansum(self.sources, (1, 2)) + self.feed_forward
        return written

    @property
    def from_tokens(self) -> np.ndarray:
        """(token,) what all heads write with what they read from each token."""
        read: np.ndarray = np.nansum(self.sources, (0, 1))
        return read

    @property
    def sum(self) -> float:
        """All parts together."""
        return float(self.layers.sum() + sum(each.sum() for each in self.embeddings.values()) + self.biases)

    @property
    def difference(self) -> float:
        """What is missing between the parts' sum and the number: rounding."""
        return self.total - self.sum


def writes(model: Model, text: str, *, second: str | None = None, mask: Sequence[int] = ()) -> Writes:
    """How much does each head write into the answer, by itself?

    second, mask : as for `pose`. Of a pair that is compared, the shares are those of the first text's parts in the cosine,
                   the second text's vector and both lengths as they are; change the two to see the second's
    The number is the logit of the answer minus that of its strongest rival, the mean over the masks; of a decoder, for the
    token after the text; of a regression, the number; of an embedding model, the cosine.
    Direct logit attribution (Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"; Wang et al. 2022, arXiv
    2211.00593, section 3.1): share of head h = sum over queries i and keys j of a_ij (v_j W_O) . g_i, with g_i the gradient
    of the number by the vector of token i after that layer's attention, every normalisation's scale and every activation of
    the model's head frozen at its value. It is the direct way alone: what later layers make of what a head writes
    counts as theirs. Frozen means that the shares say what the parts add here, not what would be without one: the
    scales would change too. With them frozen the parts add up to the number: `difference` is the rest.
    Raises ModelError for a model whose parts cannot be told apart or do not add up, TextError and SelectionError as `pose` does.
    """
    return of_question(contrasted(pose(model, text, second, mask)))


def of_question(question: Question) -> Writes:
    """The same for a question that is already posed, with its answer set against a rival."""
    objective = question.objective
    parts = read_parts(question.hooked, objective.texts[0], body=objective.body, kept=objective.kept)
    with torch.enable_grad():
        number = _frozen_score(question, parts)
        slopes = Slopes.of(number, parts)
    total = float(objective.score((parts.outputs, *question.untouched[1:])).detach()[0])
    found = Writes(
        name=objective.name,
        pairs=pairs_of(objective),
        total=total,
        sources=_sources(question, parts, slopes),
        feed_forward=_by_layer(parts.feed_forward, slopes, len(question.n_heads)),
        embeddings={
            name: slopes.share(part)[0].numpy() for name, part in parts.embeddings.items() if slopes.counts(part)
        },
        biases=sum(float(slopes.share(bias).sum()) for bias in parts.biases),
        tokens=question.tokens[0],
    )
    _check_sum(found, question)
    return found


@dataclass(frozen=True, eq=False)
class Slopes:
    """The gradient of one number by each part that it depends on."""

    by_part: Mapping[int, torch.Tensor]

    @classmethod
    def of(cls, number: torch.Tensor, parts: Parts) -> Slopes:
        every = [each for group in parts.groups.values() for each in group]
        found = torch.autograd.grad(number, every, allow_unused=True, retain_graph=True)
        return cls({id(part): slope for part, slope in zip(every, found, strict=True) if slope is not None})

    def counts(self, part: torch.Tensor) -> bool:
        return id(part) in self.by_part

    def __getitem__(self, part: torch.Tensor) -> torch.Tensor:
        """(1, token, d) in double precision; zeros where the number does not depend on the part."""
        return self.by_part.get(id(part), torch.zeros_like(part)).double().cpu()

    def share(self, part: torch.Tensor) -> torch.Tensor:
        """What the part adds: (1, token)."""
        return (self[part] * part.detach().double().cpu()).sum(-1)


def _frozen_score(question: Question, parts: Parts) -> torch.Tensor:
    """The number as it is linear in the parts: of a cosine, with the lengths frozen."""
    objective, outputs = question.objective, (parts.outputs, *question.untouched[1:])
    if not isinstance(objective, Cosine):
        return objective.score(outputs)[0]
    first = objective.vector(outputs[0])[0]
    other = (objective.vector(outputs[1])[0] if objective.other is None else objective.other).detach()
    cosine: torch.Tensor = (first @ other) / (first.detach().norm() * other.norm())
    return cosine


def _sources(question: Question, parts: Parts, slopes: Slopes) -> np.ndarray:
    """(layer, head, token)"""
    n_heads = question.n_heads
    found = np.full((len(n_heads), max(n_heads), len(question.tokens[0])), np.nan)
    for layer, part in parts.heads.items():
        links = _links(question, parts, layer, slopes[part][0])
        found[layer, : len(links)] = links.sum(1).numpy()
    return found


def _links(question: Question, parts: Parts, layer: int, slope: torch.Tensor) -> torch.Tensor:
    """What each link of a layer adds: (head, query, key). slope : (query, d_model)"""
    call, n = parts.attended[layer].call, question.n_heads[layer]
    values = _double(call.values).repeat_interleave(n // call.values.shape[1], 0)  # (head, key, d_value)
    projection = torch.from_numpy(projection_of(question.hooked, layer)).double()  # (head, d_value, d_model)
    wanted = slope @ projection.transpose(1, 2)  # (head, query, d_value): the number's gradient by a head's output
    added: torch.Tensor = _double(parts.weights[layer]) * (wanted @ values.transpose(1, 2))
    return added


def _double(tensor: torch.Tensor) -> torch.Tensor:
    """Of the first text."""
    return tensor.detach()[0].double().cpu()


def _by_layer(parts: Mapping[int, torch.Tensor], slopes: Slopes, n_layers: int) -> np.ndarray:
    found = np.zeros(n_layers)
    for layer, part in parts.items():
        found[layer] = float(slopes.share(part).sum())
    return found


def _check_sum(found: Writes, question: Question) -> None:
    """Raises ModelError where the parts do not add up to the number: something else writes into the vectors."""
    sizes = np.nansum(np.abs(found.sources)) + np.abs(found.feed_forward).sum() + abs(found.biases) + abs(found.total)
    halves = question.hooked.model.network.dtype in (torch.float16, torch.bfloat16)
    if abs(found.difference) > (ROUNDING_OF_HALVES if halves else ROUNDING) * max(1.0, float(sizes)):
        raise ModelError(
            "What the heads, feed-forward networks, embeddings and biases of {name} write adds up to {sum:.4f}, not to {total:.4f}: something else writes into its vectors, so its answer cannot be shared out. Choose a model of BERT's or GPT-2's family.",
            name=question.hooked.model.name,
            sum=found.sum,
            total=found.total,
        )
