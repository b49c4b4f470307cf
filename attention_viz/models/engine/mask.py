"""Masks: which keys a query may read, as a rule that is evaluated for the rectangle somebody looks at.

transformers asks a mask function for one (query, key) tensor per text; at 8,192 tokens that is 64 million entries. The
mask function registered here returns the rule itself, which the model passes on to the attention function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import torch
from transformers.masking_utils import sdpa_mask

Kind = Literal["open", "causal", "rule"]

SMALL = 1 << 20
"""Entries of a mask that is evaluated as a whole, once for all layers."""


@dataclass(frozen=True)
class Mask:
    """Which keys each query may read.

    n_keys : keys on the other side
    kind   : "open" = every key, "causal" = no later key, "rule" = what `build` says
    build  : (queries, keys) -> bool (batch or 1, head or 1, query, key), True = may read; or float, added to the scores
    reach  : no query reads a key this many tokens away or further; None = any distance
    """

    n_keys: int
    kind: Kind
    build: Callable[[slice, slice], torch.Tensor]
    reach: int | None = None

    @classmethod
    def plain(cls, n_keys: int, causal: bool, device: torch.device | str) -> Mask:
        """No padding and no window: every key, or every key up to the query itself."""
        return cls(n_keys, "causal" if causal else "open", partial(_up_to_itself if causal else _every_key, device))

    @classmethod
    def of_tensor(cls, mask: torch.Tensor) -> Mask:
        """A mask the model made itself: (batch or 1, head or 1, query or 1, key), bool or additive float."""
        return cls(mask.shape[-1], "rule", partial(cut, mask))

    def of_text(self, batch_row: int, n_tokens: int) -> Mask:
        """What one text's own tokens may read of each other, in memory of its own: plain where padding alone was masked."""
        if self.kind != "rule":
            return replace(self, n_keys=n_tokens)
        tokens = slice(0, n_tokens)
        block = self.row(batch_row).build(tokens, tokens)  # (1, head or 1, query or 1, key)
        for causal in (False, True):
            plain = Mask.plain(n_tokens, causal, block.device)
            if block.dtype == torch.bool and torch.equal(block, plain.build(tokens, tokens)):
                return plain
        return Mask.of_tensor(block.clone())

    def row(self, batch_row: int) -> Mask:
        """The mask of one text of the batch."""
        return self if self.kind != "rule" else replace(self, build=partial(_row_of, self.build, batch_row))

    def span(self, queries: slice) -> slice:
        """The keys that these queries can read at all: a band in a sliding window, else every key (later ones cut off)."""
        start = 0 if self.reach is None else max(0, queries.start - self.reach)
        stop = self.n_keys if self.reach is None else min(self.n_keys, queries.stop + self.reach)
        return slice(start, min(stop, queries.stop) if self.kind == "causal" else stop)

    def hide(self, scores: torch.Tensor, queries: slice, keys: slice) -> torch.Tensor:
        """The scores with -inf where the query may not read: (batch, head, query, key)."""
        if self.kind == "open" or (self.kind == "causal" and keys.stop <= queries.start + 1):
            return scores
        block = self.build(queries, keys)
        return scores.masked_fill(~block, -torch.inf) if block.dtype == torch.bool else scores + block

    def additive(self, queries: slice, keys: slice, dtype: torch.dtype) -> torch.Tensor:
        """What the mask adds to the scores, 0 or -inf: (batch or 1, head or 1, query, key)."""
        block = self.build(queries, keys)
        if block.dtype != torch.bool:
            return block.to(dtype)
        return torch.zeros(block.shape, dtype=dtype, device=block.device).masked_fill_(~block, -torch.inf)

    def readable(self, queries: slice, keys: slice) -> torch.Tensor:
        """Which keys the queries may read: bool (batch or 1, head or 1, query, key)."""
        block = self.build(queries, keys)
        return block if block.dtype == torch.bool else block > torch.finfo(block.dtype).min / 2


def cut(tensor: torch.Tensor, queries: slice, keys: slice) -> torch.Tensor:
    """A rectangle of (.., query or 1, key): a single row stands for every query."""
    return tensor[..., queries if tensor.shape[-2] > 1 else slice(None), keys]


def mask_rule(
    batch_size: int,
    q_length: int,
    kv_length: int,
    q_offset: int = 0,
    kv_offset: int = 0,
    attention_mask: torch.Tensor | None = None,
    local_size: int | None = None,
    allow_is_causal_skip: bool = True,
    allow_is_bidirectional_skip: bool = False,
    device: torch.device | str = "cpu",
    **rule: Any,
) -> Mask:
    """The mask function: takes what transformers gives a mask function, returns the rule instead of a tensor.

    The rule is transformers' own `sdpa_mask`, asked for one block, or for a small mask at once. The two skips say that the
    rule is plainly causal or open but for padding and the window of `local_size`.
    """
    unpadded = attention_mask is None or bool(attention_mask.all())
    whole = unpadded and (local_size is None or kv_length < local_size)
    if whole and (allow_is_bidirectional_skip or (allow_is_causal_skip and q_length in (1, kv_length))):
        return Mask.plain(kv_length, causal=not allow_is_bidirectional_skip and q_length > 1, device=device)
    block: Callable[[slice, slice], torch.Tensor] = partial(
        _block_of_rule, batch_size, q_offset, kv_offset, attention_mask=attention_mask, device=device, **rule
    )
    if batch_size * q_length * kv_length <= SMALL:  # asked for once, and not in each layer again
        block = partial(cut, block(slice(0, q_length), slice(0, kv_length)))
    # A union with another rule (use_vmap) or a cache may read outside the window: no band is taken then.
    banded = local_size is not None and not rule.get("use_vmap") and q_offset == kv_offset
    return Mask(kv_length, "rule", block, local_size + 1 if banded and local_size is not None else None)


def _block_of_rule(
    batch_size: int, q_offset: int, kv_offset: int, queries: slice, keys: slice, **rule: Any
) -> torch.Tensor:
    block = sdpa_mask(
        batch_size=batch_size,
        q_length=queries.stop - queries.start,
        kv_length=keys.stop - keys.start,
        q_offset=q_offset + queries.start,
        kv_offset=kv_offset + keys.start,
        allow_is_causal_skip=False,
        allow_is_bidirectional_skip=False,
        **rule,
    )
    assert block is not None  # both skips are off
    return block


def _row_of(build: Callable[[slice, slice], torch.Tensor], row: int, queries: slice, keys: slice) -> torch.Tensor:
    block = build(queries, keys)
    return block[row : row + 1] if block.shape[0] > 1 else block


def _every_key(device: torch.device | str, queries: slice, keys: slice) -> torch.Tensor:
    return torch.ones(1, 1, queries.stop - queries.start, keys.stop - keys.start, dtype=torch.bool, device=device)


def _up_to_itself(device: torch.device | str, queries: slice, keys: slice) -> torch.Tensor:
    rows = torch.arange(queries.start, queries.stop, device=device)
    columns = torch.arange(keys.start, keys.stop, device=device)
    return (columns[None, :] <= rows[:, None])[None, None]
