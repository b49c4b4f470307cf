"""The forward pass of BERT in numpy, straight from the published file: a reference that needs neither torch nor transformers."""

from __future__ import annotations

import numpy as np
from q4_file import Q4File
from scipy.special import erf

ZERO = 8


def matrix(q4: Q4File, name: str, n_inputs: int) -> np.ndarray:
    """(output, input) of a matrix in 4 bits, as float32."""
    blocks = q4.blocks(name, n_inputs)
    whole = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], -1).astype(np.float32) - ZERO
    return (whole * blocks["scale"].astype(np.float32)[..., None]).reshape(len(blocks), n_inputs)


def last_states(q4: Q4File, rows: list[int]) -> np.ndarray:
    """(token, hidden) of the last layer, for these rows of the vocabulary."""
    hidden, n = q4.sizes["hidden"], len(rows)
    positions = q4.numbers("emb.pos").reshape(-1, hidden)[:n]
    states = matrix(q4, "emb.word", hidden)[rows] + positions + q4.numbers("emb.type")[:hidden]
    states = _normalised(q4, "emb.ln", states)
    for layer in range(q4.n_layers):
        states = _normalised(q4, f"l{layer}.aln", states + _attended(q4, f"l{layer}", states))
        wide = _linear(q4, f"l{layer}.fi", states)
        states = _normalised(
            q4, f"l{layer}.oln", states + _linear(q4, f"l{layer}.fo", wide * (1 + erf(wide / 2**0.5)) / 2)
        )
    return states


def _attended(q4: Q4File, layer: str, states: np.ndarray) -> np.ndarray:
    n, hidden = states.shape
    query, key, value = (
        _linear(q4, f"{layer}.{name}", states).reshape(n, q4.sizes["heads"], -1).transpose(1, 0, 2) for name in "qkv"
    )
    scores = query @ key.transpose(0, 2, 1) / query.shape[-1] ** 0.5  # (head, query, key)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return _linear(q4, f"{layer}.ao", (weights @ value).transpose(1, 0, 2).reshape(n, hidden))


def _linear(q4: Q4File, name: str, states: np.ndarray) -> np.ndarray:
    return states @ matrix(q4, f"{name}.w", states.shape[-1]).T + q4.numbers(f"{name}.b")


def _normalised(q4: Q4File, name: str, states: np.ndarray) -> np.ndarray:
    centred = states - states.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + q4.epsilon)
    return scaled * q4.numbers(f"{name}.w") + q4.numbers(f"{name}.b")
