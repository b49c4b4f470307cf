"""Blocks: weights in 4 bits, as a safetensors file holds them, and the numbers that they stand for."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from safetensors import safe_open

SCALES = ".scales"
"""Of a matrix: (row, block) float16, what the whole numbers of a block are multiplied by."""

HALVES = ".halves"
"""Of a matrix: (row, block, 16) bytes. The low half of byte i is weight i of a block of 32, the high half weight 16 + i."""

ZERO = 8
"""The half byte that stands for a weight of 0: 0-15 are -8 to 7."""


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """Every tensor of the file by its name, float32; those in 4 bits as the numbers that they stand for.

    The layout of a block is Q4_0 of GGML, with the scales apart from the bytes.
    """
    with safe_open(path, framework="pt") as file:
        names = set(file.keys())
        found = {name: file.get_tensor(name) for name in names if not name.endswith((SCALES, HALVES))}
        for name in (each.removesuffix(SCALES) for each in names if each.endswith(SCALES)):
            found[name] = numbers_of(file.get_tensor(name + SCALES), file.get_tensor(name + HALVES))
    return found


def numbers_of(scales: torch.Tensor, halves: torch.Tensor) -> torch.Tensor:
    """(row, column) float32, exact: a whole number of 4 bits times a float16 fits.

    scales : (row, block); halves: (row, block, 16)
    """
    whole = torch.cat([halves & 15, halves >> 4], -1).to(torch.int8) - ZERO  # (row, block, 32)
    return (whole * scales.float()[..., None]).flatten(1)


def n_numbers(path: Path) -> int:
    """How many weights the file stands for, from its header alone."""
    with safe_open(path, framework="pt") as file:
        shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118 - it is no mapping
    each = {name: math.prod(shape) * (2 if name.endswith(HALVES) else 1) for name, shape in shapes.items()}
    return sum(count for name, count in each.items() if not name.endswith(SCALES))
