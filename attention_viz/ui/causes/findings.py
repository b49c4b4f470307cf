"""Findings: what the experiments say about the texts in use, cached beside the readings; long ones are jobs with a Stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from attention_viz.measures import Progress
from attention_viz.ui.causes.asked import AT_ONCE, Asked
from attention_viz.ui.wording import say
from attention_viz.ui.work.caches import known_result
from attention_viz.ui.work.results import result
from attention_viz.ui.work.throttle import throttle_forward
from attention_viz.ui.work.ticket import Ticket

if TYPE_CHECKING:
    from attention_viz.experiments import LogitLens, NoOps, PatchMap, PreferredKeys, ScoreParts, Writes

Made = TypeVar("Made")

IN_TURN = ("written", "said by layer", "score in parts", "preferred keys", "no-ops")
"""What of a long text is made one after the other, as it stands on the page: of all at once the server would stop some."""


def patched(asked: Asked, parts: str) -> PatchMap | None:
    """How much of the difference each head, layer or token carries; a job, since it takes many passes."""
    from attention_viz.experiments import patch

    def make(progress: Progress | None) -> PatchMap:
        return patch(
            asked.model,
            asked.text,
            asked.other_read,
            parts,  # type: ignore[arg-type]
            second=asked.given_second,
            mask=asked.masked,
            progress=progress,
        )

    about = (*asked.about, asked.given_second, asked.other, parts)
    return result("patched", about, make, doing=say("Putting each part into the other text's run"), quick=False)


def written(asked: Asked) -> Writes | None:
    """What each part writes into the answer."""
    from attention_viz.experiments import writes

    return _quick("written", asked, (), lambda: writes(asked.model, asked.text, second=asked.second, mask=asked.masked))


def said_by_layer(asked: Asked) -> LogitLens | None:
    """What the model would say after each layer."""
    from attention_viz.experiments import logit_lens

    return _quick(
        "said by layer", asked, (), lambda: logit_lens(asked.model, asked.text, second=asked.second, mask=asked.masked)
    )


def score_in_parts(asked: Asked, query: int) -> ScoreParts | None:
    """The scores of one query in the head that is looked at, in parts."""
    from attention_viz.experiments import score_parts

    layer, head = asked.selection.layer, asked.selection.head
    return _quick(
        "score in parts",
        asked,
        (layer, head, query),
        lambda: score_parts(asked.model, asked.text, layer, head, query, second=asked.beside),
    )


def preferred(asked: Asked, query: int, key: int) -> PreferredKeys | None:
    """The words of the vocabulary that the query would have preferred in the place of the key. Raises SelectionError above layer 1."""
    from attention_viz.experiments import preferred_keys

    layer, head = asked.selection.layer, asked.selection.head
    return _quick(
        "preferred keys",
        asked,
        (layer, head, query, key),
        lambda: preferred_keys(asked.model, asked.text, head, query, key, layer=layer, second=asked.beside),
    )


def no_ops(asked: Asked, heads: tuple[tuple[int, int], ...]) -> NoOps | None:
    """What these heads do at [CLS], [SEP] and their like."""
    from attention_viz.experiments import no_op

    return _quick(
        "no-ops",
        asked,
        heads,
        lambda: no_op(asked.model, asked.text, heads, second=asked.second, mask=asked.masked),
    )


def _quick(slot: str, asked: Asked, about: Hashable, make: Callable[[], Made]) -> Made | None:
    """A few passes: at once for a short text, else a job."""

    def made(progress: Progress | None) -> Made:
        with throttle_forward(waited_for=progress is None):
            return make()

    key = (*asked.about, about)
    quick = len(asked.tokens) * asked.model.n_layers <= AT_ONCE
    if not quick and known_result((slot, key)) is None and any(map(_under_way, IN_TURN[: IN_TURN.index(slot)])):
        st.caption(say("Begins when what stands above is done."))
        return None
    return result(slot, key, made, doing=say("Reading a long text"), quick=quick)


def _under_way(slot: str) -> bool:
    ticket: Ticket | None = st.session_state.get(slot)
    return ticket is not None and not (ticket.done or ticket.lapsed)
