"""Attribution tables: what each method attributes to each token, and what the methods are called on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.ui.flow.attributions import Contributions
from attention_viz.ui.widgets.tables import Cell, Change, table
from attention_viz.ui.wording import say, tell

if TYPE_CHECKING:
    from attention_viz.experiments import Faithfulness, Mixing, Relevance

METHODS = {
    "attention, last layer": Message("Attention, last layer"),
    "attention, mean of layers": Message("Attention, mean of all layers"),
    "rollout": Message("Rollout"),
    "flow": Message("Flow"),
    "norms, last layer": Message("Norms, last layer"),
    "norms, mean of layers": Message("Norms, mean of all layers"),
    "norms, through the layers": Message("Norms, through the layers"),
    "gradient x attention": Message("Gradient × attention"),
    "relevance": Message("Relevance"),
}
"""What the methods of `experiments.METHODS` are called on the screen."""

MIXINGS = {
    "weights": Message("weights alone"),
    "weights_residual": Message("weights, residual as rollout has it"),
    "norms": Message("norms alone"),
    "norms_residual": Message("norms, residual"),
    "full": Message("norms, residual, normalisation"),
}
"""What the fields of `experiments.Mixing` are called on the screen, from weights alone to all terms of the layer."""

MOST_ROWS = 40
"""Tokens of a table; of a longer text the highest."""


def token_table(caption: str, attention: Attention, columns: Mapping[str, np.ndarray], changes: int = 0) -> str:
    """One row per key token, by position; of a long text those with the highest numbers in the first column.

    columns : title -> (key,); the last `changes` of them are printed with their sign
    """
    values = list(columns.values())
    highest = np.sort(np.argsort(-values[0], kind="stable")[:MOST_ROWS])
    plain, signed = values[: len(values) - changes], values[len(values) - changes :]
    rows: list[tuple[Cell, ...]] = []
    for key in highest.tolist():
        numbers = [*(float(each[key]) for each in plain), *(Change(each[key]) for each in signed)]
        rows.append((key + 1, attention.key_tokens.labels[key], *numbers))
    heads = (say("position"), say("token"), *columns)
    return table(caption, heads, rows, tokens=(1,), bar=2)


def norm_columns(added: Contributions, query: int) -> dict[str, np.ndarray]:
    """What one query reads: by weight, by norm, as shares of the row, and how far the two are apart."""
    weights, shares = added.weights[query], row_shares(added.lengths)[query]
    columns = {say("weight"): weights, say("norm"): added.lengths[query]}
    if added.vectors is not None:
        columns[say("length of the vector")] = added.vectors
    return columns | {say("share of the norms"): shares, say("share − weight"): shares - weights}


def row_shares(lengths: np.ndarray) -> np.ndarray:
    """Each row divided by its sum, so that norms and weights stand on one scale: (query, key)."""
    sums = lengths.sum(axis=-1, keepdims=True)
    shares = np.zeros_like(lengths)
    np.divide(lengths, sums, out=shares, where=sums > 0)
    return shares


def relevance_columns(found: Relevance, products: np.ndarray) -> dict[str, np.ndarray]:
    """The relevance of each token to the answer, beyond what it starts with, as shares; and one query's gradient x attention,
    measured by its own strongest."""
    gained = found.tokens() - found.readout
    strongest = np.abs(products).max()
    return {
        say("share of the relevance"): row_shares(gained[None])[0],
        say("gradient × attention, strongest = 1"): products / strongest if strongest > 0 else products,
    }


def mixing_table(found: Mixing, query: int | None, caption: str) -> str:
    """The context-mixing ratio of each layer by each method: of one token, or (None) the mean over all."""
    columns = [getattr(found, name) for name in MIXINGS]
    rows = [
        (layer + 1, *(float(each[layer].mean() if query is None else each[layer, query]) for each in columns))
        for layer in range(len(found.full))
    ]
    return table(caption, (say("Layer"), *map(tell, MIXINGS.values())), rows)


def faithfulness_table(found: Faithfulness) -> str:
    """Which method earned trust on this text, the best first; at the end those that could not be computed, with the reason."""
    order = sorted(found.attributions, key=lambda each: -np.nan_to_num(each.correlation, nan=-2.0))
    rows = [
        (
            tell(METHODS[each.method]),
            "–" if np.isnan(each.correlation) else Change(each.correlation),
            earned(each.correlation, found.chance) if each.reason is None else tell(each.reason),
        )
        for each in order
    ]
    caption = say("Agreement with leaving tokens out, {n} tokens", n=found.n)
    return table(caption, (say("method"), say("rank correlation"), say("what it earned here")), rows)


def earned(correlation: float, chance: float) -> str:
    """What a method earned on this text by its rank correlation with leaving tokens out."""
    if np.isnan(correlation):
        return say("It says the same of all tokens, so it ranks none.")
    if correlation > chance:
        return say("trust on this text: above what chance gives")
    if correlation < -chance:
        return say("distrust: it ranks the tokens the other way round")
    return say("nothing: chance alone can give this")
