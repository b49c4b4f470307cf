"""Weights: the forms in which libraries give them out, as one (head, query, key) array for each layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from attention_viz.errors import InputError
from attention_viz.given.arrays import matrices, plain, shares


@dataclass(frozen=True, eq=False)
class GivenWeights:
    """The weights of one text.

    layers  : (head, query, key) float32, read-only, of each layer; a layer that gives none out has no head
    written : token by token, as `generate` gives them out: the last token that a model writes has no row
    """

    layers: tuple[np.ndarray, ...]
    written: bool = False


def weights_of(given: object, one_text: bool = True) -> GivenWeights:
    """The weights in what is given, whatever form it has; see `Attention.from_weights`.

    one_text : queries and keys are the same tokens
    Raises InputError where they are none, or of several texts.
    """
    if given is None:
        raise _none()
    if any(hasattr(given, name) for name in ("attentions", "cross_attentions")):
        raise InputError(
            "This is all that the model answered. Give its attentions: outputs.attentions, or outputs.encoder_attentions, decoder_attentions or cross_attentions."
        )
    parts = list(given) if isinstance(given, list | tuple) else []
    if parts and all(isinstance(step, list | tuple) and _are_layers(step) for step in parts):
        return GivenWeights(tuple(map(shares, _assembled(parts, one_text))), written=True)
    if (parts and _are_layers(parts)) or _axes(given) == 5:
        return GivenWeights(tuple(map(shares, _layers(parts or list(given)))))  # type: ignore[call-overload]
    return GivenWeights(tuple(map(shares, matrices(given))))


def _layers(parts: Sequence[object]) -> list[np.ndarray]:
    """(head, query, key) of each layer; without a head where there is None, as many tokens as in the others."""
    known = [None if part is None else _one_text(np.asarray(plain(part))) for part in parts]
    shape = next(layer.shape[1:] for layer in known if layer is not None)
    layers = [np.zeros((0, *shape)) if layer is None else layer for layer in known]
    if any(layer.shape[1:] != shape for layer in layers):
        raise InputError(
            "The layers differ in their tokens: {shapes}. Give the layers of one pass.",
            shapes=", ".join(dict.fromkeys(f"{layer.shape[1]} x {layer.shape[2]}" for layer in layers)),
        )
    return [matrices(layer)[0] for layer in layers]


def _one_text(layer: np.ndarray) -> np.ndarray:
    """(head, query, key) of (head, query, key) or (text, head, query, key) with one text."""
    if layer.ndim == 3:
        return layer
    if len(layer) != 1:
        raise InputError(
            "These are the weights of {n} texts. Choose one, the first for example: [layer[:1] for layer in attentions], and give its tokens.",
            n=len(layer),
        )
    only: np.ndarray = layer[0]
    return only


def _assembled(steps: Sequence[Sequence[object]], one_text: bool) -> list[np.ndarray]:
    """(head, query, key) of each layer, from what each step of writing a text read: its own row, or all rows so far."""
    read = [_layers(step) for step in steps]
    layers = []
    for layer in zip(*read, strict=True):
        done = [int(block.shape[1]) for block in layer[:1]]
        for block in layer[1:]:
            if block.shape[1] not in (1, done[0] + 1):
                raise InputError(
                    "A step of the writing read {n} rows at once, so that they cannot be told apart. Let the model read what it wrote in one pass: model(sequences, output_attentions=True).",
                    n=block.shape[1],
                )
            done[0] += 1
        layers.append(_stacked([layer[0], *(block[:, -1:] for block in layer[1:])], one_text))
    return layers


def _stacked(blocks: Sequence[np.ndarray], one_text: bool) -> np.ndarray:
    """Blocks of rows, (head, some queries, keys so far), below each other: (head, query, key); no key is read before it is there."""
    heads, n_queries = len(blocks[0]), sum(block.shape[1] for block in blocks)
    whole = np.zeros((heads, n_queries, max(block.shape[2] for block in blocks)), dtype=np.float32)
    edges = np.cumsum([0, *(block.shape[1] for block in blocks)]).tolist()
    for (start, stop), block in zip(pairwise(edges), blocks, strict=True):
        whole[:, start:stop, : block.shape[2]] = block
    if one_text and not whole[..., n_queries:].any():
        whole = whole[..., :n_queries]  # a cache that was made larger than it had to be
    if one_text and whole.shape[2] != n_queries:
        raise InputError(
            "The steps of the writing read {keys} keys for {queries} queries: its cache does not keep every token. Let the model read what it wrote in one pass: model(sequences, output_attentions=True).",
            keys=whole.shape[2],
            queries=n_queries,
        )
    whole.setflags(write=False)
    return whole


def _are_layers(parts: Sequence[object]) -> bool:
    """Whether these are arrays of layers: with 3 axes, or 4 with that of the texts. None may stand among them."""
    if parts and all(part is None for part in parts):
        raise _none()
    return bool(parts) and all(part is None or _axes(part) in (3, 4) for part in parts)


def _axes(given: object) -> int:
    return int(getattr(given, "ndim", 0))


def _none() -> InputError:
    return InputError(
        'The model gave out no weights (None). Load it with attn_implementation="eager" and call it with output_attentions=True.'
    )
