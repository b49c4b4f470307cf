"""Padding: texts of one batch are made equally long by masked tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from attention_viz.attention import Attention
from attention_viz.sources import Masked, Source
from attention_viz.tokens import Tokens


def pad(texts: Sequence[Mapping[str, torch.Tensor]], filler: int = 0) -> dict[str, torch.Tensor]:
    """One input for all texts: name -> (text, token); padding stands at the end and is masked, where there is any.

    texts  : what the model is given of each: name -> (1, token). A name that one of them does without is left to the model
    filler : number of the token to pad with
    """
    names = set(texts[0]).intersection(*texts)
    held = {name: _rectangle([text[name][0] for text in texts], filler if name == "input_ids" else 0) for name in names}
    lengths = [text["input_ids"].shape[1] for text in texts]
    if min(lengths) == max(lengths):
        return held
    kept = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]  # (text, token)
    return held | {"attention_mask": kept.long()}


def _rectangle(rows: list[torch.Tensor], filler: int) -> torch.Tensor:
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=filler)


def padded(found: Sequence[Attention], name: str) -> list[Attention]:
    """The same, all as long as the longest: padding stands behind the shorter ones as special tokens of that name."""
    longest = max((each.n_tokens for each in found), default=0)
    return [_padded(each, longest, name) for each in found]


def _padded(attention: Attention, length: int, name: str) -> Attention:
    tokens = padded_tokens(attention.query_tokens, length, name)
    source = PaddedSource(attention.source, attention.n_tokens)
    return replace(attention, source=source, query_tokens=tokens, key_tokens=tokens)


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
    """The weights of one text and of the padding behind it, which reads nothing and which nothing reads.

    n_tokens : of the text itself; what comes after is padding
    """

    text: Source
    n_tokens: int

    @property
    def name(self) -> str:
        return self.text.name

    @property
    def heads(self) -> tuple[int, ...]:
        return self.text.heads

    @property
    def nbytes(self) -> int:
        return self.text.nbytes

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        rows, columns = self._inside(queries), self._inside(keys)
        return _widened(self.text.tile(layer, head, rows, columns), queries, keys)

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        rows, columns = self._inside(queries), self._inside(keys)
        if not isinstance(self.text, Masked):
            inside = np.ones((rows.stop - rows.start, columns.stop - columns.start), dtype=bool)
            return _widened(inside, queries, keys)
        return _widened(self.text.readable(layer, rows, columns), queries, keys)

    def _inside(self, part: slice) -> slice:
        """What of a range is the text itself."""
        start = min(part.start, self.n_tokens)
        return slice(start, max(start, min(part.stop, self.n_tokens)))


def _widened(inside: np.ndarray, queries: slice, keys: slice) -> np.ndarray:
    """The text's own rectangle with zeros behind it: (query, key)."""
    behind = [(0, part.stop - part.start - n) for part, n in zip((queries, keys), inside.shape, strict=True)]
    return np.pad(inside, behind)
