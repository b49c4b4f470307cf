"""LinkCuts: links of one layer, from a query to a key, that its heads do not read in a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch

from attention_viz import vocabulary
from attention_viz.attending import attending, check_head
from attention_viz.cut_links import CutLink
from attention_viz.errors import SelectionError
from attention_viz.experiments.token_positions import check_token
from attention_viz.models.engine.calls import AttentionCall
from attention_viz.vocabulary import CutWay

Link = CutLink
"""(layer, head, query, key) from 0; None = every layer, or every head."""

CUT_WAYS = vocabulary.CUT_WAYS
"""Two ways to cut a link: its score becomes minus infinity, so that the other weights of the row grow to sum to 1 (attention
knockout: Geva et al. 2023, arXiv 2304.14767, section 4.2), or its weight becomes 0 and the others stay."""


class EmptyRowError(SelectionError):
    """Every link of a query is cut. message.values: query, head, from 0"""


@dataclass(frozen=True, eq=False)
class LinkCuts:
    """The links of one layer that are cut.

    queries : those that a link is cut of, ascending
    cells   : (text or 1, head, one of the queries, key) bool, True = cut
    """

    queries: tuple[int, ...]
    cells: torch.Tensor
    how: CutWay

    def apply(self, call: AttentionCall, output: torch.Tensor) -> torch.Tensor:
        """(text, query, head, d_value) of an attention function -> the same without these links."""
        cells = self.cells.to(output.device)
        read = read_with(call, self._weights(call, cells)).to(output)  # (text, one of the queries, head, d_value)
        rows, changed = list(self.queries), cells.any(-1).transpose(1, 2)[..., None]
        whole = output.expand(max(len(output), len(read)), *output.shape[1:]).clone()
        whole[:, rows] = torch.where(changed, read, whole[:, rows])
        return whole

    def _weights(self, call: AttentionCall, cells: torch.Tensor) -> torch.Tensor:
        """(text, head, one of the queries, key) after the cut."""
        keys = slice(0, call.keys.shape[2])
        spans = list(_spans(self.queries))
        if self.how == "zero":
            return torch.cat([call.weights(each, keys) for each in spans], 2).masked_fill(cells, 0)
        scores = torch.cat([call.scores(each, keys) for each in spans], 2).masked_fill(cells, -torch.inf)
        total = scores.logsumexp(-1)
        if call.sinks is not None:
            total = torch.logaddexp(total, call.sinks.float()[:, None])
        self._check_rest(total, cells)
        return (scores - total.masked_fill(total == -torch.inf, 0)[..., None]).exp()

    def _check_rest(self, total: torch.Tensor, cells: torch.Tensor) -> None:
        """Raises EmptyRowError where a query is left with nothing to read."""
        empty = ((total == -torch.inf) & cells.any(-1)).nonzero()  # (found, text head row)
        if len(empty):
            _, head, row = empty[0].tolist()
            raise EmptyRowError(
                "Every key that query index {query} reads in head index {head} is cut, so that no weight is left to grow. Leave one of them, or cut with how='zero'.",
                query=self.queries[row],
                head=head,
            )


def _spans(queries: Sequence[int]) -> Iterator[slice]:
    """Ascending numbers as slices, neighbours together."""
    for _, run in groupby(enumerate(queries), lambda each: each[1] - each[0]):
        numbers = [query for _, query in run]
        yield slice(numbers[0], numbers[-1] + 1)


def cuts_of(
    texts: Sequence[Iterable[Link]], n_heads: Sequence[int], n_tokens: int, how: CutWay
) -> Mapping[int, LinkCuts]:
    """Layer -> the links that are cut there, for copies of one text; copy t lacks the links texts[t].

    n_heads : of each layer
    Raises SelectionError for a way, a head or a token that does not exist.
    """
    check_cut_way(how)
    found: dict[int, list[tuple[int, int, int, int]]] = {}  # layer -> (text, head, query, key)
    for text, links in enumerate(texts):
        for link in links:
            for layer, head, query, key in single(link, n_heads, n_tokens):
                found.setdefault(layer, []).append((text, head, query, key))
    return {layer: _cuts(cells, len(texts), n_heads[layer], n_tokens, how) for layer, cells in found.items()}


def _cuts(
    found: Sequence[tuple[int, int, int, int]], n_texts: int, n_heads: int, n_tokens: int, how: CutWay
) -> LinkCuts:
    queries = sorted({query for _, _, query, _ in found})
    place = {query: number for number, query in enumerate(queries)}
    cells = torch.zeros(n_texts, n_heads, len(queries), n_tokens, dtype=torch.bool)
    texts, heads, rows, keys = zip(*((text, head, place[query], key) for text, head, query, key in found), strict=True)
    cells[list(texts), list(heads), list(rows), list(keys)] = True
    return LinkCuts(tuple(queries), cells, how)


def single(link: Link, n_heads: Sequence[int], n_tokens: int) -> Iterator[tuple[int, int, int, int]]:
    """The links of single heads that a link stands for. Raises SelectionError for one that does not exist."""
    layer, head, query, key = link
    check_token(query, n_tokens)
    check_token(key, n_tokens)
    for each in attending(n_heads) if layer is None else (layer,):
        check_head(n_heads, each, 0 if head is None else head)
        for one in range(n_heads[each]) if head is None else (head,):
            yield each, one, query, key


def check_cut_way(how: CutWay) -> None:
    if how not in CUT_WAYS:
        raise SelectionError(
            "A link is cut by renormalise or by zero, not by {how}. Choose one of the two.", how=repr(how)[:80]
        )


def read_with(call: AttentionCall, weights: torch.Tensor) -> torch.Tensor:
    """What heads with these weights, (text, head, query, key), read: (text, query, head, d_value)."""
    n_texts, _, n_queries, n_keys = weights.shape
    grouped = weights.to(call.values.dtype).reshape(n_texts, call.values.shape[1], -1, n_queries, n_keys)
    read = grouped @ call.values[:, :, None]  # (text, key head, group, query, d_value)
    return read.flatten(1, 2).transpose(1, 2)
