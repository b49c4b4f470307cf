"""Piece links: the links of a picture, between the tokens that the model is asked with, or the reason why they cannot be cut."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from attention_viz.cut_links import CutLink
from attention_viz.errors import InputError, TextError
from attention_viz.selection import Selection
from attention_viz.ui.session.token_units import pieces_of
from attention_viz.ui.work.caches import cached_result, reading_key
from attention_viz.ui.work.results import size_of

if TYPE_CHECKING:
    from attention_viz.attention import Attention
    from attention_viz.models import Model


ANSWERS = ("mask", "classes", "labels", "answer", "next")
"""Kinds of task heads that answer to a single text."""


def piece_links(model: Model, attention: Attention, selection: Selection) -> tuple[CutLink, ...]:
    """The cut links of a selection, between word pieces: of two words, each piece of the one with each of the other.

    attention : between word pieces
    Raises InputError for links that the model has not when it answers.
    """
    if not selection.cuts:
        return ()
    queries, keys = (pieces_of(tokens, selection.units) for tokens in (attention.query_tokens, attention.key_tokens))
    links = tuple(
        (layer, head, *pair)
        for layer, head, query, key in selection.cuts
        for pair in itertools.product(queries[query], keys[key])
    )
    last = tokens_asked(model, attention, selection) - 1
    if any(max(link[2:]) > last for link in links):
        raise InputError(
            "This model compares two texts by reading each alone: then no token of one reads the other. Cut a link between tokens of the first text, or remove the second."
        )
    return links


def tokens_asked(model: Model, attention: Attention, selection: Selection) -> int:
    """How many tokens of the picture, from the first on, the model answers from: tokenised once, since every run of the page asks.

    Raises InputError where they are others.
    """
    key = ("tokens asked", reading_key(model, selection))
    n: int = cached_result(key, lambda: _tokens_asked(model, attention, selection), size_of)
    return n


def _tokens_asked(model: Model, attention: Attention, selection: Selection) -> int:
    from attention_viz.experiments.question import read_texts

    if attention.part in ("decoder", "cross"):
        raise InputError(
            "Of a model with two halves only links of the encoder can be cut. Choose “Encoder reads itself” under Attention."
        )
    try:
        asked = read_texts(model, selection.text, selection.second)[0].encoded.tokens.texts
    except TextError as error:
        raise InputError(
            "The model answers from one run over the whole text, and this one is too long for that, so its links cannot be cut. Choose a shorter text."
        ) from error
    drawn = attention.query_tokens.texts
    if len(asked) < len(drawn) and drawn[: len(asked) - 1] == asked[:-1] and not reads_apart(model, selection):
        raise InputError(
            "The model answers from the first {n} tokens of this text, and the picture shows all {all} read together, so a link of the picture cannot be cut in the answer. Choose a text of at most {n} tokens.",
            n=len(asked),
            all=len(drawn),
        )
    if drawn[: len(asked)] != asked or (len(asked) < len(drawn) and not reads_apart(model, selection)):
        raise InputError(
            "The model answers from {n} tokens that are not those of this picture (a prompt, small letters, or a text read in windows), so a link of the picture cannot be cut in the answer. Choose another model, or a shorter text.",
            n=len(asked),
        )
    return len(asked)


def reads_apart(model: Model, selection: Selection) -> bool:
    """Whether the model answers from each of two texts alone, while the picture shows them read together."""
    return model.task.pooling is not None and selection.second is not None


def compares_nothing(model: Model, selection: Selection) -> bool:
    """Whether the model has no answer: without a task head, or a single text where it compares two."""
    return model.task.kind not in ANSWERS and not reads_apart(model, selection)
