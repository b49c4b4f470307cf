"""Arrays: numbers that are given as weights, checked and copied."""

from __future__ import annotations

from typing import Any

import numpy as np

from attention_viz.errors import InputError

ROUNDING = 1e-2
"""How far the sum of a row may be above 1: weights rounded to two digits, or computed in bfloat16."""


def matrices(given: object) -> np.ndarray:
    """A read-only float32 copy, (layer, head, query, key), of one array of weights. Raises InputError."""
    try:
        weights = np.asarray(plain(given))
    except (TypeError, ValueError, RuntimeError) as reason:
        raise InputError(
            "The weights are not one array of numbers: {reason}. Give a numpy array.", reason=str(reason)
        ) from reason
    if weights.dtype.kind not in "fiub":
        raise InputError(
            "The weights are not real numbers but {kind}. Give an array of floats.", kind=str(weights.dtype)
        )
    if not 2 <= weights.ndim <= 4:
        raise InputError(
            "The weights have {n} axes; give (layer, head, query, key), (head, query, key) or (query, key).",
            n=weights.ndim,
        )
    if weights.size:
        _check_values(weights)
    copy = np.array(weights, dtype=np.float32).reshape((1,) * (4 - weights.ndim) + weights.shape)
    copy.setflags(write=False)
    return copy


def shares(layer: np.ndarray) -> np.ndarray:
    """A layer, (head, query, key), whose rows are shares of 1. Raises InputError."""
    rows, columns = layer.sum(axis=-1, dtype=float), layer.sum(axis=-2, dtype=float)
    highest = float(rows.max(initial=0))
    if highest <= 1 + ROUNDING:
        return layer
    if (np.isclose(columns, 1, atol=ROUNDING) | (columns == 0)).all():
        raise InputError(
            "The columns add up to 1 and the rows to as much as {high:.3f}: keys stand in the rows. Exchange the last two axes: weights.swapaxes(-1, -2).",
            high=highest,
        )
    raise InputError(
        "A row adds up to {high:.3f}; the weights of one query add up to 1. Give them after the softmax, and of a model that does not train: its dropout changes them, and model.eval() ends it.",
        high=highest,
    )


def plain(given: Any) -> Any:
    """Tensors of torch as numpy's array, with or without a gradient and of any type of number, wherever they are."""
    if isinstance(given, list | tuple):
        return [plain(each) for each in given]
    return given.detach().float().cpu().numpy() if hasattr(given, "detach") else given


def _check_values(weights: np.ndarray) -> None:
    low, high = float(weights.min()), float(weights.max())
    if not np.isfinite(weights).all() or low < 0:
        raise InputError(
            "The weights must be finite and between 0 and 1; these reach from {low} to {high}. Give weights after the softmax.",
            low=low,
            high=high,
        )
    if high > 1 + 1e-4:
        raise InputError(
            "The weights must be between 0 and 1; these reach up to {high}. Give weights after the softmax, and of a model that does not train: its dropout makes some larger, and model.eval() ends it.",
            high=high,
        )
