"""Batches: several texts in one pass, made equally long by padding that no text reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attention_viz.models.reader import Encoded
from attention_viz.sources import Masked, Source
from attention_viz.tokens import Tokens


def pad(texts: Sequence[Encoded], filler: int) -> dict[str, torch.Tensor]:
    """One input for all texts: name -> (text, token); padding stands at the end and is masked.

    filler : number of the token to pad with
    """
    longest = max(len(text.tokens) for text in texts)
    named = {name: [text.inputs[name][0] for text in texts] for name in texts[0].inputs}
    named["attention_mask"] = [torch.ones(len(text.tokens), dtype=torch.long) for text in texts]
    return {
        name: torch.stack([_longer(row, longest, filler if name == "input_ids" else 0) for row in rows])
        for name, rows in named.items()
    }


def padded_tokens(tokens: Tokens, length: int, name: str) -> Tokens:
    """The tokens, and the padding behind them as special tokens of that name."""
    more = range(length - len(tokens))
    return Tokens(
        texts=(*tokens.texts, *(name for _ in more)),
        surfaces=(*tokens.surfaces, *(name for _ in more)),
        special=(*tokens.special, *(True for _ in more)),
        unknown=(*tokens.unknown, *(False for _ in more)),
        segments=(*tokens.segments, *(tokens.segments[-1] for _ in more)),
        words=(*tokens.words, *(tokens.words[-1] + 1 + each for each in more)),
        spans=(*tokens.spans, *((0, 0) for _ in more)),
    )


@dataclass(frozen=True, eq=False, repr=False)
class PaddedSource:
    """The weights of one text of a batch, padding included: it reads nothing and nothing reads it.

    n_tokens : of the text itself; what comes after is padding
    """

    batch: Source
    n_tokens: int

    @property
    def name(self) -> str:
        return self.batch.name

    @property
    def heads(self) -> tuple[int, ...]:
        return self.batch.heads

    @property
    def nbytes(self) -> int:
        return self.batch.nbytes

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return self.batch.tile(layer, head, queries, keys) * self._inside(queries, keys)

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        inside = self._inside(queries, keys)
        return self.batch.readable(layer, queries, keys) & inside if isinstance(self.batch, Masked) else inside

    def _inside(self, queries: slice, keys: slice) -> np.ndarray:
        rows, columns = (np.arange(part.start, part.stop) < self.n_tokens for part in (queries, keys))
        return rows[:, None] & columns


def _longer(row: torch.Tensor, length: int, filler: int) -> torch.Tensor:
    return torch.cat([row, row.new_full((length - len(row),), filler)])
