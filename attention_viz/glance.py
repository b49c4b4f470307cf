"""Glance: all heads as one small picture, for the output of a notebook's cell. No figure, no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import html
import struct
import zlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from attention_viz.palettes import LIGHT
from attention_viz.pooling import Pool
from attention_viz.sources import Source

SIZE = 24
"""Pixels of a head down and across, at most."""
GAP = 2
STEPS = 64
"""Shades of a weight."""
MOST = 512
"""Tokens of a text that is read for the picture, at most: a longer one would take its time."""
LEGEND = (
    "One row per layer and one cell per head, layer 1, head 1 at the top left; queries run down, keys across; "
    "pale blue is the weight 0, dark blue 1, on a root scale."
)
WIDTH = 720
"""Pixels of the picture across, at most; a small one is enlarged up to four times."""


class Heads(Protocol):
    """What is asked of an attention."""

    @property
    def source(self) -> Source: ...
    @property
    def model(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def shape(self) -> tuple[int, int]: ...

    def overview(self, layer: int, head: int, size: int = 64, pool: Pool = "max") -> np.ndarray: ...


def headline(attention: Heads) -> str:
    """What an attention is, in one line."""
    heads = attention.source.heads
    counts = f"{max(heads)}" if len(set(heads)) == 1 else f"{min(heads)} to {max(heads)}"
    n_queries, n_keys = attention.shape
    facts = (
        attention.model,
        "" if attention.part == "self" else attention.part,
        f"{len(heads)} layers x {counts} heads",
        f"{n_queries} tokens" if n_queries == n_keys else f"{n_queries} queries x {n_keys} keys",
        attention.source.name,
    )
    return ", ".join(filter(None, facts))


def glance(attention: Heads) -> str:
    """HTML with one row per layer and one cell per head, of a text that is not too long to be read for it."""
    if max(attention.shape) > MOST:
        return f"<div>{html.escape(headline(attention))}</div>"
    heads = attention.source.heads
    layers = [[attention.overview(layer, head, SIZE) for head in range(n)] for layer, n in enumerate(heads)]
    return _shown(_picture(layers), headline(attention))


def _picture(layers: Sequence[Sequence[np.ndarray]]) -> np.ndarray:
    """The heads' small matrices, (query, key), in a row for each layer: (row, column) uint8, a step of the colours."""
    high, wide = (max(head.shape[axis] for heads in layers for head in heads) for axis in (0, 1))
    down, across = len(layers), max(map(len, layers))
    picture = np.full((down * (high + GAP) + GAP, across * (wide + GAP) + GAP), STEPS, dtype=np.uint8)
    for row, heads in enumerate(layers):
        for column, head in enumerate(heads):
            top, left = GAP + row * (high + GAP), GAP + column * (wide + GAP)
            steps = np.sqrt(head.clip(0, 1)) * (STEPS - 1)  # the root, as in the live view: small weights are seen
            picture[top : top + head.shape[0], left : left + head.shape[1]] = steps.round()
    return picture


def _shown(picture: np.ndarray, above: str) -> str:
    width = picture.shape[1] * max(1, min(4, WIDTH // picture.shape[1]))
    source = base64.b64encode(_png(picture)).decode("ascii")
    return (
        f"<div><div>{html.escape(above)}</div>"
        f'<img alt="{LEGEND}" src="data:image/png;base64,{source}" '
        f'style="width: {width}px; max-width: 100%; image-rendering: pixelated">'
        f"<div><small>{LEGEND}</small></div></div>"
    )


def _colours() -> np.ndarray:
    """From nothing to the highest weight, then the ground between heads: (STEPS + 1, 3) uint8."""
    known = np.array([[int(step[place : place + 2], 16) for place in (1, 3, 5)] for step in LIGHT.weights])
    at = np.linspace(0, len(known) - 1, STEPS)
    shades = np.stack([np.interp(at, np.arange(len(known)), known[:, channel]) for channel in range(3)], axis=-1)
    return np.concatenate([shades, np.full((1, 3), 255)]).round().astype(np.uint8)


def _png(picture: np.ndarray) -> bytes:
    """A PNG of (row, column) steps of the colours."""
    high, wide = picture.shape
    lines = np.concatenate([np.zeros((high, 1), np.uint8), picture], axis=1)  # no filter
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)),
        (b"PLTE", _colours().tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )
