"""Attention graph: which position reads which in one layer, and the receptive field after several.

Links are a boolean adjacency matrix, (reader, read), True where the reader's output depends on the other's input. It is
also a mask for `attend`: in a sparse graph only linked positions are scored.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.scores import ScoreFunction, scaled_dot_scores
from attention_viz.mechanism.shapes import require_at_least, require_numbers, require_pair


def window_links(n: int, kernel: int = 3) -> Tensor:
    """A convolution: each reads itself and its (kernel - 1) / 2 neighbours on both sides; an even kernel is refused."""
    require_at_least("n", n)
    require_at_least("kernel", kernel)
    if kernel % 2 == 0:
        raise InputError("A kernel of {kernel} has no middle. Give an odd number.", kernel=kernel)
    return _offsets(n).abs() <= kernel // 2


def dilated_links(n: int, kernel: int = 3, dilation: int = 1) -> Tensor:
    """A dilated causal convolution: each reads itself and kernel - 1 positions before it, `dilation` apart."""
    for name, count in {"n": n, "kernel": kernel, "dilation": dilation}.items():
        require_at_least(name, count)
    back = _offsets(n)
    return (back >= 0) & (back % dilation == 0) & (back < dilation * kernel)


def chain_links(n: int) -> Tensor:
    """A recurrent network: each step reads its own input and the state of the step before it."""
    require_at_least("n", n)
    back = _offsets(n)
    return (back == 0) | (back == 1)


def complete_links(n: int) -> Tensor:
    """Self-attention: every position reads every position; how much is learned (a graph network on the complete graph)."""
    require_at_least("n", n)
    return torch.ones(n, n, dtype=torch.bool)


def picture_links(height: int, width: int, kernel: int = 3) -> Tensor:
    """A convolution over a picture: each pixel reads the kernel x kernel square around it, itself included.

    returns : (pixel, pixel), pixels counted along the rows: pixel = row * width + column
    """
    rows, columns = window_links(height, kernel), window_links(width, kernel)
    return torch.kron(rows.to(torch.uint8), columns.to(torch.uint8)).bool()


def reach(layers: Sequence[Tensor]) -> Tensor:
    """The receptive field after these layers, the first layer first: (reader, read) boolean, True where an input can have an effect."""
    if not layers:
        raise InputError("No layer is given. Give the links of at least one.")
    reached = layers[0]
    for links in layers[1:]:
        reached = (links.double() @ reached.double()) > 0  # there is a path of two links
    return reached


def distances(links: Tensor) -> Tensor:
    """After how many layers (or steps) does each input reach each reader? (reader, read), -1 = never, 0 = itself."""
    n = links.shape[0]
    steps = torch.full((n, n), -1)
    reached = torch.eye(n, dtype=torch.bool)
    for step in range(n):
        steps[reached & (steps < 0)] = step
        reached = reach([reached, links]) | reached
    return steps


def dilated_layers(n: int, kernel: int = 3) -> list[Tensor]:
    """The shortest stack with dilations 1, k, k^2, ... whose receptive field is all positions before each one.

    L of them see a window of k^L positions, so L grows with log_k n (van den Oord et al. 2016, arXiv 1609.03499).
    """
    require_at_least("kernel", kernel, 2)
    layers = [dilated_links(n, kernel)]
    while kernel ** len(layers) < n:
        layers.append(dilated_links(n, kernel, kernel ** len(layers)))
    return layers


def attend_along(
    queries: Tensor, keys: Tensor, values: Tensor, links: Tensor, scores: ScoreFunction = scaled_dot_scores
) -> tuple[Tensor, Tensor]:
    """Attention as message passing: each node weighs only the nodes it is linked to, and sums their messages.

    queries, keys, values : (node, d), (node, d), (node, d_value); links : boolean (reader, read)
    returns : output (node, d_value), weight of each link (link,), in the order of links.nonzero()
    Raises InputError where a node has no link. Equal to `attend` with the links as its mask, but pairs without a link
    are never scored (Velickovic et al. 2018, arXiv 1710.10903, eq. 3 and 4).
    """
    require_pair(queries, keys)
    require_numbers("values", values)
    if tuple(links.shape) != (len(queries), len(keys)) or len(values) != len(keys):
        raise InputError(
            "{queries} queries, {keys} keys and {values} values do not fit links of the shape {links}.",
            queries=len(queries),
            keys=len(keys),
            values=len(values),
            links=tuple(links.shape),
        )
    if not bool(links.any(-1).all()):
        raise InputError(
            "{n} nodes have no link. Link each to at least one node, be it itself.", n=int((~links.any(-1)).sum())
        )
    readers, read = links.nonzero(as_tuple=True)  # (link,) both
    score = scores(queries[readers].unsqueeze(1), keys[read].unsqueeze(1)).flatten()  # (link,)
    largest = score.new_full((len(queries),), -math.inf).scatter_reduce(0, readers, score, "amax")  # (node,)
    exponentials = (score - largest[readers]).exp()
    sums = torch.zeros_like(largest).index_add(0, readers, exponentials)  # (node,)
    weights = exponentials / sums[readers]  # (link,)
    messages = weights.unsqueeze(-1) * values[read]  # (link, d_value)
    return values.new_zeros(len(queries), values.shape[-1]).index_add(0, readers, messages), weights


def _offsets(n: int) -> Tensor:
    """How far before each reader each position lies: (reader, read), negative = after it."""
    return torch.arange(n)[:, None] - torch.arange(n)[None, :]
