"""Shapes: which tensors fit together; those that do not are refused with a sentence."""

from __future__ import annotations

import torch
from torch import Tensor

from attention_viz.errors import InputError


def require_numbers(name: str, tensor: Tensor) -> None:
    """Refuses anything but finite floating-point numbers with the axes (..., token, width), none of them empty."""
    if not tensor.is_floating_point():
        raise InputError("The {name} are of type {dtype}. Give floating-point numbers.", name=name, dtype=tensor.dtype)
    if tensor.ndim < 2:
        raise InputError(
            "The {name} have the shape {shape}. Give at least two axes: (token, width).",
            name=name,
            shape=tuple(tensor.shape),
        )
    if tensor.numel() == 0:
        raise InputError(
            "The {name} are empty: their shape is {shape}. Give at least one token, at least one number wide.",
            name=name,
            shape=tuple(tensor.shape),
        )
    require_finite(name, tensor)


def require_finite(name: str, tensor: Tensor) -> None:
    """Refuses NaN and infinities."""
    finite = torch.isfinite(tensor)
    if not bool(finite.all()):
        raise InputError(
            "Among the {name}, {n} of {total} numbers are NaN or infinite. Replace them or scale the input down.",
            name=name,
            n=int((~finite).sum()),
            total=tensor.numel(),
        )


def require_batched(name: str, tensor: Tensor, width: int) -> None:
    """Refuses anything but (batch, token, width)."""
    if tensor.ndim != 3 or tensor.shape[-1] != width:
        raise InputError(
            "The {name} have the shape {shape}. Give (batch, token, {width}).",
            name=name,
            shape=tuple(tensor.shape),
            width=width,
        )
    require_numbers(name, tensor)


def require_pair(queries: Tensor, keys: Tensor) -> None:
    """Refuses queries and keys that cannot be scored against each other, whatever the score."""
    require_numbers("queries", queries)
    require_numbers("keys", keys)
    if queries.dtype != keys.dtype:
        raise InputError(
            "The queries are {queries} and the keys are {keys}. Give both the same type.",
            queries=queries.dtype,
            keys=keys.dtype,
        )
    if queries.shape[:-2] != keys.shape[:-2]:
        raise InputError(
            "The queries have the shape {queries} and the keys {keys}. All axes but the last two must be equal.",
            queries=tuple(queries.shape),
            keys=tuple(keys.shape),
        )


def require_weight(name: str, weight: Tensor, shape: tuple[int, ...], dtype: torch.dtype) -> None:
    """Refuses a learned weight that does not fit the vectors it is applied to."""
    if tuple(weight.shape) != shape or weight.dtype != dtype:
        raise InputError(
            "{name} has the shape {actual} ({actual_type}); these vectors need {expected} ({expected_type}).",
            name=name,
            actual=tuple(weight.shape),
            actual_type=weight.dtype,
            expected=shape,
            expected_type=dtype,
        )


def require_at_least(name: str, value: int, least: int = 1) -> None:
    """Refuses a count that is too small to mean anything."""
    if value < least:
        raise InputError("{name} is {value}. Give at least {least}.", name=name, value=value, least=least)


def require_positive(name: str, value: float) -> None:
    """Refuses zero, negative numbers and NaN."""
    if not 0 < value < float("inf"):
        raise InputError("{name} is {value}. Give a number above 0.", name=name, value=value)


def require_share(name: str, value: float) -> None:
    """Refuses what is no share of something that must not vanish altogether."""
    if not 0 <= value < 1:
        raise InputError("{name} is {value}. Give a number from 0 up to, but not including, 1.", name=name, value=value)
