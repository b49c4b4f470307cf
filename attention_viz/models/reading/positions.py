"""Positions: how many tokens a model can read at once, from the rows that it reads of its position embeddings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from transformers import PreTrainedModel, PreTrainedTokenizerBase

_LOOK_UP = inspect.signature(functional.embedding)


class Lookups(TorchFunctionMode):
    """Watches a forward pass for embedding tables of which the tokens read consecutive rows: those of positions.

    n_tokens : of the one text that is read; its token ids are not consecutive, so that no other table is read like that
    capacities    : of each such table, how many tokens it has rows for. RoBERTa's family begins behind the number of its
               padding, OPT's and BART's at row 2, whatever their modules are called
    """

    def __init__(self, n_tokens: int) -> None:
        super().__init__()
        self.n_tokens = n_tokens
        self.capacities: list[int] = []

    def __torch_function__(
        self,
        function: Callable[..., Any],
        types: Iterable[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if function is functional.embedding:
            given = _LOOK_UP.bind(*args, **(kwargs or {})).arguments
            self._see(given["input"], given["weight"])
        return function(*args, **(kwargs or {}))

    def _see(self, rows: torch.Tensor, table: torch.Tensor) -> None:
        if rows.numel() != self.n_tokens or self.n_tokens < 2:
            return
        first, *others = rows.flatten().tolist()
        if others == list(range(first + 1, first + self.n_tokens)):
            self.capacities.append(len(table) - first)


def positions(network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, capacities: Iterable[int]) -> int | None:
    """How many tokens can the model read at once? None = no limit is known.

    capacities : what `Lookups` saw
    The least of what the tables hold and what the configuration says; else what the tokenizer says.
    """
    rows = getattr(network.config.get_text_config(), "max_position_embeddings", None)
    known = [*capacities, *([rows] if isinstance(rows, int) and rows >= 1 else [])]
    if known:
        return min(known)
    told = tokenizer.model_max_length
    return int(told) if 1 <= told < 1e9 else None
