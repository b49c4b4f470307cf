"""Attending: which layers of a model have attention weights. Of a hybrid some have not; all keep the model's own numbers."""

from __future__ import annotations

from collections.abc import Sequence, Sized

from attention_viz.errors import InputError, Message, SelectionError


def attending(heads: Sequence[int]) -> tuple[int, ...]:
    """Which layers have attention weights? heads : of each layer; returns their indices from 0."""
    return tuple(layer for layer, n in enumerate(heads) if n)


def nearest(heads: Sequence[int], layer: int) -> int:
    """The layer itself where it has attention weights, else the next one that has, else the last."""
    layers = attending(heads)
    return next((each for each in layers if each >= layer), layers[-1])


def without_weights(heads: Sequence[int]) -> str:
    """The layers that have no attention weights, as they are counted on the screen: "1–3, 5"; "" where all have."""
    numbers = [layer + 1 for layer, n in enumerate(heads) if not n]
    starts = [each for each in numbers if each - 1 not in numbers]
    stops = [each for each in numbers if each + 1 not in numbers]
    return ", ".join(
        str(start) if start == stop else f"{start}–{stop}" for start, stop in zip(starts, stops, strict=True)
    )


def layers_note(heads: Sequence[int]) -> tuple[Message, ...]:
    """What must be known of a model some of whose layers have no attention weights; nothing of any other."""
    missing = without_weights(heads)
    if not missing:
        return ()
    return (
        Message(
            "These layers of the model have no attention weights: {layers}. They carry information from token to token in another way, which is not shown.",
            {"layers": missing},
        ),
    )


def check_unbroken(heads: Sequence[int]) -> None:
    """Can the attention be followed through these layers, from the first to the last?

    Raises InputError where something else than attention lies between.
    """
    missing = without_weights(heads)
    if missing:
        raise InputError(
            "Attention cannot be followed through all layers of this model: layers {layers} have no attention weights and carry information from token to token in another way. Look at single layers.",
            layers=missing,
        )


def check_layer(heads: Sized, layer: int) -> None:
    """Raises SelectionError where there is no such layer."""
    if not 0 <= layer < len(heads):
        raise SelectionError(
            "There is no layer index {layer}; the model has {n} layers. Choose 0 to {last}.",
            layer=layer,
            n=len(heads),
            last=len(heads) - 1,
        )


def check_attends(heads: Sequence[int], layer: int) -> None:
    """Raises SelectionError where there is no such layer, or where it has no attention weights."""
    check_layer(heads, layer)
    if not heads[layer]:
        raise SelectionError(
            "The layer of index {layer} (number {number}) has no attention weights. Choose an index among {layers}.",
            layer=layer,
            number=layer + 1,
            layers=", ".join(map(str, attending(heads))),
        )


def check_head(heads: Sequence[int], layer: int, head: int) -> None:
    """Raises SelectionError where there is no such layer with weights, or no such head in it."""
    check_attends(heads, layer)
    if not 0 <= head < heads[layer]:
        raise SelectionError(
            "There is no head index {head} in layer index {layer}; it has {n} heads. Choose 0 to {last}.",
            head=head,
            layer=layer,
            n=heads[layer],
            last=heads[layer] - 1,
        )
