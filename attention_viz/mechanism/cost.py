"""Cost: what a layer costs in which every token depends on the others.

Symbols: n tokens, d their width, k the kernel of a convolution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.shapes import require_at_least

LayerKind = Literal["convolution", "dilated_convolution", "recurrent", "self_attention"]


@dataclass(frozen=True)
class Cost:
    """One row of the table. Formulas are TeX and leave constants out; the numbers beside them are exact counts.

    work       : the leading product of the formula, for comparing how layers grow
    multiply_adds : multiplications of the whole layer; with the input map of a recurrent layer (n d^2) and the four
                 projections of self-attention (4 n d^2), which `work` leaves out
    sequential : steps that must wait for one another
    path       : layers (recurrent: steps) that a signal crosses between the two ends of the sequence
    """

    layer: LayerKind
    work_formula: str
    work: int
    multiply_adds: int
    sequential_formula: str
    sequential: int
    path_formula: str
    path: int


def costs(n: int, d: int, kernel: int = 3) -> tuple[Cost, ...]:
    """What each kind of layer costs for n tokens of width d (Vaswani et al. 2017, arXiv 1706.03762, table 1).

    kernel : odd, at least 3. Raises InputError for fewer than 2 tokens, between which nothing has to travel.
    """
    require_at_least("n", n, 2)
    require_at_least("d", d)
    require_at_least("kernel", kernel, 3)
    if kernel % 2 == 0:
        raise InputError("A kernel of {kernel} has no middle. Give an odd number.", kernel=kernel)
    convolution = kernel * n * d**2
    far = math.ceil((n - 1) / (kernel // 2))
    wide = next(layers for layers in range(1, n + 1) if kernel**layers >= n)
    return (
        Cost("convolution", "O(k n d^2)", convolution, convolution, "O(1)", 1, "O(n/k)", far),
        Cost("dilated_convolution", "O(k n d^2)", convolution, convolution, "O(1)", 1, r"O(\log_k n)", wide),
        Cost("recurrent", "O(n d^2)", n * d**2, 2 * n * d**2, "O(n)", n, "O(n)", n - 1),
        Cost("self_attention", "O(n^2 d)", n**2 * d, 2 * n**2 * d + 4 * n * d**2, "O(1)", 1, "O(1)", 1),
    )


def crossover(against: LayerKind, d: int, kernel: int = 3) -> int:
    """From how many tokens on self-attention's work is the larger: n = d against recurrent, n = k d against convolution."""
    require_at_least("d", d)
    require_at_least("kernel", kernel)
    if against == "self_attention":
        raise InputError("Self-attention cannot be compared with itself. Choose another layer.")
    return d if against == "recurrent" else kernel * d


def answered_at(layer: LayerKind, n: int) -> Tensor:
    """In which step each token's answer is ready, counting from 1: all in the first, or one after another. (token,)"""
    require_at_least("n", n)
    return torch.arange(1, n + 1) if layer == "recurrent" else torch.ones(n, dtype=torch.long)
