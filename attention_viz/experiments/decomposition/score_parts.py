"""Score parts: why a query attends to a key: its score as a sum of what the parts of the two vectors give together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attention_viz.attending import check_head
from attention_viz.attention import Tokens
from attention_viz.brief import brief
from attention_viz.errors import ModelError
from attention_viz.experiments.decomposition import deberta_terms
from attention_viz.experiments.decomposition.parts import Parts, read_parts
from attention_viz.experiments.interventions.hooked_model import HookedModel
from attention_viz.experiments.token_positions import check_token
from attention_viz.models import Model
from attention_viz.models.engine.calls import AttentionCall

ROUNDING = 1e-3
"""Of the terms' largest: what rounding explains where they do not add up."""

GROUPS = {
    "content": ("words",),
    "positions": ("positions",),
    "segments": ("segments",),
    "layers below": ("heads", "feed_forward"),
    "biases": ("biases",),
}
"""What a part of a query or key comes from -> the kinds of `Parts.groups`."""


@dataclass(frozen=True, eq=False)
class ScoreParts:
    """The scores of one query with each key, in parts.

    parts  : what the query and the key are made of: "content" (the word itself), "positions", "segments", "layers below" (what
             heads and feed-forward networks wrote), "biases"; those that are there
    terms  : (key, part of the query, part of the key) float64, before the softmax
    added  : (key,) what the model adds by the distance of the two, 0 in most
    scores : (key,) the model's own, -inf where it is masked; weights: (key,) after the softmax
    frozen : whether scales of normalisations below are frozen, as above layer 1
    """

    query: int
    parts: tuple[str, ...]
    terms: np.ndarray
    added: np.ndarray
    scores: np.ndarray
    weights: np.ndarray
    frozen: bool
    tokens: Tokens

    __repr__ = brief

    @property
    def differences(self) -> np.ndarray:
        """(key,) what is missing between the terms' sum and the score: rounding; 0 where it is masked."""
        missing: np.ndarray = self.scores - self.added - self.terms.sum((1, 2))
        return np.where(np.isfinite(self.scores), missing, 0)

    @property
    def against_the_mean(self) -> np.ndarray:
        """The terms, each less its mean over the keys that are read: what is alike for all keys moves no weight."""
        read = self.terms[np.isfinite(self.scores)]
        apart: np.ndarray = self.terms - read.mean(0)
        return apart


def score_parts(model: Model, text: str, layer: int, head: int, query: int, *, second: str | None = None) -> ScoreParts:
    """Why does this query attend where it does: for the words, or for the positions?

    layer, head, query : from 0; second : the second segment, as `Model.attend` takes it
    q = sum of its parts and k = sum of its parts, so q . k / sqrt(d) is the sum over all pairs of parts: content x content,
    content x position, position x content, position x position, and those with segments and biases. In layer 1 of a model
    that adds positions to the words, and for DeBERTa's own terms (He et al. 2021, arXiv 2006.03654, equation 2) in every
    layer, this is exact. Above layer 1, a vector's own word and position are followed to it with the scale of each
    normalisation frozen, and all that heads and feed-forward networks wrote meanwhile stands under "layers below".
    A term that is alike for all keys moves no weight: `against_the_mean`. A model that turns its vectors by position
    has no positions among the parts.
    Raises SelectionError for a head or query that does not exist, ModelError for a model whose score is no such sum.
    """
    check_head(model.heads, layer, head)
    encoded = model.encode(text, second)
    check_token(query, len(encoded.tokens))
    if deberta_terms.has_terms(model):
        found = _of_deberta(model, text, second, (layer, head, query))
    else:
        hooked = HookedModel(model)
        parts = read_parts(hooked, encoded.inputs, body=True)
        found = _of_parts(parts, layer, head, query, encoded.tokens)
    _check_sum(found, model.name)
    return found


def _of_deberta(model: Model, text: str, second: str | None, place: tuple[int, int, int]) -> ScoreParts:
    layer, head, query = place
    terms = deberta_terms.read_terms(model, text, second, layer).of(head, query)
    attention = model.attend(text, second)
    row = slice(query, query + 1)
    scores = attention.scores(layer, head, row)[0].astype(float)
    weights = attention.tile(layer, head, row)[0].astype(float)
    added = np.zeros(len(scores))
    return ScoreParts(query, ("content", "positions"), terms, added, scores, weights, False, attention.key_tokens)


def _of_parts(parts: Parts, layer: int, head: int, query: int, tokens: Tokens) -> ScoreParts:
    call = parts.attended[layer].call
    keys = _by_group(parts, call.keys[0, call.key_head(head)])  # name -> (token, d_head)
    queries = {name: vectors[query] for name, vectors in _by_group(parts, call.queries[0, head]).items()}
    names = tuple(name for name in GROUPS if name in queries or name in keys)
    terms = np.zeros((len(tokens), len(names), len(names)))
    for one, of_query in enumerate(names):
        for other, of_key in enumerate(names):
            if of_query in queries and of_key in keys:
                terms[:, one, other] = call.scale * (keys[of_key] @ queries[of_query]).numpy()
    with torch.no_grad():
        scores = _row(call.scores(slice(query, query + 1), slice(0, len(tokens))), head)
        weights = _row(call.weights(slice(query, query + 1), slice(0, len(tokens))), head)
    return ScoreParts(query, names, terms, _added(call, head, query), scores, weights, layer > 0, tokens)


def _row(of_heads: torch.Tensor, head: int) -> np.ndarray:
    row: np.ndarray = of_heads[0, head, 0].double().cpu().numpy()
    return row


def _added(call: AttentionCall, head: int, query: int) -> np.ndarray:
    n_keys = call.keys.shape[2]
    if call.bias is None:
        return np.zeros(n_keys)
    row = call.bias[0, head, query if call.bias.shape[2] > 1 else 0, :n_keys]
    added: np.ndarray = row.detach().double().cpu().numpy()
    return added


def _by_group(parts: Parts, vectors: torch.Tensor) -> dict[str, torch.Tensor]:
    """How much of each token's vector, (token, d_head), comes from each group: (token, d_head) float64."""
    groups = parts.groups
    found = {}
    for name, kinds in GROUPS.items():
        members = [part for kind in kinds for part in groups.get(kind, ())]
        share = _share(vectors, members)
        if share is not None:
            found[name] = share
    return found


def _share(vectors: torch.Tensor, members: Sequence[torch.Tensor]) -> torch.Tensor | None:
    """What these parts give each vector; None where the vectors depend on none of them.

    Each token's vector depends on the parts of that token alone, so one gradient by a column sees every token.
    """
    columns = torch.eye(vectors.shape[1]).to(vectors)[:, None].expand(-1, *vectors.shape)  # (d_head, token, d_head)
    if not members:
        return None
    slopes = torch.autograd.grad(
        vectors, list(members), columns, is_grads_batched=True, allow_unused=True, retain_graph=True
    )
    shares = [
        (slope.double() * part.detach().double()).sum(-1)[:, 0].movedim(0, -1)  # (token, d_head), of a bias (d_head,)
        for slope, part in zip(slopes, members, strict=True)
        if slope is not None
    ]
    return torch.stack([each.expand(len(vectors), -1) for each in shares]).sum(0).cpu() if shares else None


def _check_sum(found: ScoreParts, name: str) -> None:
    """Raises ModelError where the terms do not add up to the score: it is capped, or something else goes into it."""
    size = max(1.0, float(np.abs(found.terms).max()))
    if float(np.abs(found.differences).max()) > ROUNDING * size:
        raise ModelError(
            "The terms of {name} do not add up to its scores (they differ by {difference:.3f}): it caps them, or something else goes into its queries and keys. Choose a model of BERT's, GPT-2's or DeBERTa's family.",
            name=name,
            difference=float(np.abs(found.differences).max()),
        )
