"""Anatomy: everything that one head computes for one token, step by step, each step beside the model's own number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.mechanism import Walkthrough, entropy
from attention_viz.mechanism.walkthrough.head_output import weighted_sum
from attention_viz.models.anatomy.activations import Activations, tolerance
from attention_viz.models.anatomy.computation import INSIDE, NO_VALUES, Computation
from attention_viz.models.anatomy.head_tensors import HeadTensors


@dataclass(frozen=True, eq=False)
class Anatomy:
    """One head, one query token.

    walk    : the steps that are known, in their order
    own     : the model's own number for each step that has one; why: for the others, why there is none
    gaps    : why steps are missing, at the start, at the end or both
    n_heads : heads whose contexts are concatenated
    scale   : the factor of the dot products in this model; None = not known, nothing can be changed
    changed : the arithmetic is not the model's own
    usual   : (key,) the weights as the model computes them, whatever was changed
    readable : (key,) bool, which keys this query may read
    exact    : relative rounding error of this model's numbers
    output_map : W_o, (d_model, head x d_value), or None where it is not known
    """

    walk: Walkthrough
    own: Mapping[str, Tensor]
    why: Mapping[str, Message]
    gaps: tuple[Message, ...]
    n_heads: int
    scale: float | None
    changed: bool
    usual: Tensor
    readable: Tensor
    exact: float
    output_map: Tensor | None = None

    @property
    def entropy(self) -> float:
        """Entropy of the weights of the walk, nats; `usual_entropy`: of the model's."""
        return float(entropy(self.walk["weights"].numbers))

    @property
    def usual_entropy(self) -> float:
        return float(entropy(self.usual))

    @property
    def most_entropy(self) -> float:
        """The entropy of uniform weights on the keys that may be read: ln of their number."""
        return math.log(max(1, int(self.readable.sum())))

    def difference(self, name: str) -> float | None:
        """The largest absolute difference of a step from the model's own number; None where there is none."""
        return self.walk.differences({name: self.own[name]})[name] if name in self.own else None

    def equal(self, name: str) -> bool | None:
        """Whether a step equals the model's own number up to rounding; None where there is none to compare with."""
        difference = self.difference(name)
        return None if difference is None else difference <= self.tolerance(name)

    def nearest(self, most: int, keep: int) -> tuple[int, ...]:
        """Which keys to show where there are too many: those with the largest weights, and `keep`; in reading order."""
        weights = self.walk["weights"].numbers
        if len(weights) <= most:
            return tuple(range(len(weights)))
        largest = weights.topk(most).indices.tolist()
        return tuple(sorted(largest if keep in largest else [keep, *largest[:-1]]))

    def tolerance(self, name: str) -> float:
        """The absolute difference that rounding explains at this step."""
        return tolerance(self.own[name], self.exact)


def anatomy_of(
    attention: Attention,
    activations: Activations | None,
    layer: int,
    head: int,
    query: int,
    *,
    scaled: bool = True,
    temperature: float = 1.0,
) -> Anatomy:
    """Which numbers lead from a token's vector to its weights, and on to the block's output?

    attention : of the text; activations : what the model computed around this layer on it; None = nothing to compare with
    layer, head, query  : count from 0
    scaled, temperature : False = this head's dot products are not divided; its weights at another temperature
    Raises SelectionError where there is no such layer or head, InputError for a temperature that is not above 0.
    """
    tensors = HeadTensors.of(attention, layer, head, query)
    steps = Computation(activations, tensors, head, attention.heads_of(layer), attention.part == "cross")
    steps.add_vectors()
    weights = steps.add_weights(scaled, temperature)
    if tensors.values is None:
        steps.gaps.append(NO_VALUES)
    else:
        steps.add_output(
            weighted_sum(steps.notes, weights, steps.vectors["values"]), _contexts(attention, activations, layer, query)
        )
    changed = tensors.scale is not None and (temperature != 1 or (not scaled and tensors.scale != 1))
    scale = tensors.scale if "query" in steps.vectors else None
    walk = Walkthrough(tuple(steps.notes.steps))
    why = {name: INSIDE for name in walk.names if name not in steps.own} | steps.why
    return Anatomy(
        walk,
        steps.own,
        why,
        tuple(steps.gaps),
        attention.heads_of(layer),
        scale,
        changed,
        tensors.weights,
        tensors.readable,
        steps.exact,
        steps.output_map,
    )


def _contexts(attention: Attention, activations: Activations | None, layer: int, query: int) -> Tensor:
    """The context of each head of the layer for this query, weights @ values: (head, d_value)."""
    row = slice(query, query + 1)
    contexts = []
    for head in range(attention.heads_of(layer)):
        weights = torch.from_numpy(np.array(attention.tile(layer, head, row)[0]))
        weights = weights if activations is None else activations.weights[head, query]
        contexts.append(weights @ torch.from_numpy(np.array(attention.values(layer, head))))
    return torch.stack(contexts)
