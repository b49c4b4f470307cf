"""Scoring comparison: every scoring function on the same query and keys, and what softmax makes of each."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from attention_viz.mechanism.entropy import entropy
from attention_viz.mechanism.normalisers import masked_softmax
from attention_viz.mechanism.scores import split_concat
from attention_viz.mechanism.scoring import SCORINGS, Scoring
from attention_viz.mechanism.shapes import require_positive


@dataclass(frozen=True, eq=False)
class ScoringResult:
    """One scoring function on one query.

    scores, weights : (key,); scores are already divided by the temperature, -inf where masked
    entropy : of the weights, nats; 0 = a single key
    top     : the key with the largest weight
    output  : (d_value,) the sum of the values by weight, or None where no values were given
    """

    scoring: Scoring
    scores: Tensor
    weights: Tensor
    entropy: float
    top: int
    output: Tensor | None = None


def compare_scorings(
    query: Tensor,
    keys: Tensor,
    mask: Tensor | None = None,
    values: Tensor | None = None,
    *,
    temperature: float = 1.0,
    hidden: int = 16,
    seed: int = 0,
) -> tuple[ScoringResult, ...]:
    """Which key wins, and how clearly, when only the score is changed?

    query  : (d_head,); keys : (key, d_head); mask : boolean (key,), True where the key may be read
    values : (key, d_value), to see what each score reads
    hidden : width of the network inside concat and additive; seed : of the learned parameters, which are drawn at random
             as an untrained layer starts. Additive gets concat's matrix cut in two, so both give the same numbers.
    Raises InputError where shapes do not fit, no key may be read, or the temperature is not above 0.
    """
    require_positive("temperature", temperature)
    found = []
    for scoring in SCORINGS.values():
        parameters = _parameters(scoring, len(query), hidden, seed, keys.dtype)
        scores = scoring.function(query[None], keys, **parameters)[0] / temperature  # (key,)
        scores = scores if mask is None else scores.masked_fill(~mask, -torch.inf)
        weights = masked_softmax(scores[None])[0]
        output = None if values is None else weights @ values
        found.append(ScoringResult(scoring, scores, weights, float(entropy(weights)), int(weights.argmax()), output))
    return tuple(found)


def _parameters(scoring: Scoring, d_head: int, hidden: int, seed: int, dtype: torch.dtype) -> dict[str, Tensor]:
    """The learned parameters, in the type of the keys."""
    source = SCORINGS["concat"] if scoring.name == "additive" else scoring
    drawn = source.parameters(d_head, d_head, hidden, torch.Generator().manual_seed(seed), dtype)
    if scoring.name != "additive":
        return drawn
    query_matrix, key_matrix = split_concat(drawn["matrix"], d_head)
    return {"query_matrix": query_matrix, "key_matrix": key_matrix, "vector": drawn["vector"]}
