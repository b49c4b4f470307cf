"""Relevance: which weights the model's answer depends on, by gradients through the attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attention_viz.attending import check_unbroken
from attention_viz.attention import Tokens
from attention_viz.brief import brief
from attention_viz.errors import InputError, Message
from attention_viz.experiments.question import Question, pose
from attention_viz.flow_edges import path_edges
from attention_viz.models import Model

GRADIENT_BYTES = 1 << 30
"""Weights and their gradients of one text beyond this are refused; a pass holds several times as much meanwhile."""


@dataclass(frozen=True, eq=False)
class Relevance:
    """What the answer depends on, for the first text.

    score     : the name of the objective; gradients are of the logits it is made of, or of the cosine
    weights   : of each layer, (head, query, key) float32; of no head in a layer without attention
    gradients : of the score by each weight, the same shapes
    readout   : (token,) from which tokens the answer is read; sums to 1
    tokens_read : of the first text, as it was read
    """

    score: Message
    weights: tuple[np.ndarray, ...]
    gradients: tuple[np.ndarray, ...]
    readout: np.ndarray
    tokens_read: Tokens

    __repr__ = brief

    def products(self, layer: int) -> np.ndarray:
        """Gradient times weight, with its sign: what the score would lose, to first order, without this weight: (head, query, key)."""
        products: np.ndarray = self.gradients[layer] * self.weights[layer]
        return products

    def rolled(self) -> np.ndarray:
        """How relevant is each input token to each token at the end? (query, key) float64, at least the identity.

        R = I, then layer by layer R = R + A R with A = mean over heads of the positive part of gradient * weight.
        Raises InputError where a layer has no attention: its contribution would be left out.
        Source: Chefer, Gur & Wolf 2021 (arXiv 2103.15679), equations 5 and 6.
        """
        relevance: np.ndarray = np.eye(self.weights[0].shape[-1])
        for layer in self.layers():
            relevance = layer @ relevance
        return relevance

    def layers(self) -> np.ndarray:
        """The factors of `rolled`, I + A of each layer: (layer, query, key) float64. Raises as `rolled` does."""
        check_unbroken([len(each) for each in self.weights])
        positive = [np.maximum(self.products(layer), 0).mean(0, dtype=float) for layer in range(len(self.weights))]
        layers: np.ndarray = np.eye(self.weights[0].shape[-1]) + np.stack(positive)
        return layers

    def edges(self, query: int) -> np.ndarray:
        """Through which edges does a token gain relevance beyond the 1 that it starts with?

        query   : the token at the end, from 0
        returns : (layer, query, key) float64, shares of all that it gains: each layer sums to 1, or all is 0 where it gains
                  nothing. The paths are those whose weights `rolled` sums, but for the one that leads through no weight.
        """
        edges = path_edges(self.layers(), query)
        edges[:, query, query] -= 1
        gained = edges[-1].sum()
        return np.maximum(edges, 0) / gained if gained > np.finfo(np.float32).tiny else np.zeros(edges.shape)

    def tokens(self) -> np.ndarray:
        """How relevant is each token to the answer? The rows that it is read from: (key,) float64."""
        relevance: np.ndarray = self.readout @ self.rolled()
        return relevance


def relevance(model: Model, text: str, *, second: str | None = None, mask: Sequence[int] = ()) -> Relevance:
    """Which weights does the model's answer depend on?

    second, mask : as for `pose`
    One forward and one backward pass. Raises InputError for a text whose weights would take more than GRADIENT_BYTES.
    """
    return of_question(pose(model, text, second, mask))


def of_question(question: Question) -> Relevance:
    """The same for a question that is already posed."""
    check_gradients(question)
    with torch.enable_grad():
        passes = question.ask(watch=True)
        score = question.objective.score([each.outputs for each in passes])[0]
        weights = passes[0].weights
        slopes = torch.autograd.grad(score, tuple(weights.values()), allow_unused=True)
    gradients = {
        layer: torch.zeros_like(weights[layer]) if slope is None else slope
        for layer, slope in zip(weights, slopes, strict=True)
    }
    return Relevance(
        score=question.objective.name,
        weights=_of_all_layers(weights, len(question.n_heads)),
        gradients=_of_all_layers(gradients, len(question.n_heads)),
        readout=question.objective.readout.double().numpy(),
        tokens_read=question.tokens[0],
    )


def check_gradients(question: Question) -> None:
    """Raises InputError for a text whose weights and gradients would take more than GRADIENT_BYTES."""
    model, n = question.hooked.model, len(question.tokens[0])
    size = 2 * 4 * sum(model.heads) * n**2
    if size > GRADIENT_BYTES:
        fits = int(n * (GRADIENT_BYTES / size) ** 0.5)
        raise InputError(
            "This text has {n} tokens; gradients through every weight of {name} are computed up to {limit}, because they take memory that grows with the square of the tokens. Shorten the text by {over}.",
            n=n,
            name=model.name,
            limit=fits,
            over=n - fits,
        )


def _of_all_layers(found: Mapping[int, torch.Tensor], n_layers: int) -> tuple[np.ndarray, ...]:
    """The first text's, of every layer; of no head where there is none."""
    none = _array(next(iter(found.values())))[:0]
    return tuple(_array(found[layer]) if layer in found else none for layer in range(n_layers))


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach()[0].float().cpu().numpy()
