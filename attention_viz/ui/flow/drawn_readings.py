"""Drawn readings: four ways to follow one token down through the layers, as ribbons of one drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from attention_viz import flow, flow_edges
from attention_viz.errors import AttentionVizError, InputError, Message
from attention_viz.measures import Progress
from attention_viz.models.memory import memory_told
from attention_viz.ui.flow import answer_attributions, attributions
from attention_viz.ui.flow.attributions import FLOW_AT_ONCE, ROLLOUT_AT_ONCE
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.wording import say, tell
from attention_viz.ui.work.caches import known_result, reading_key
from attention_viz.ui.work.results import result
from attention_viz.view.ribbons import Ribbons, strongest

READINGS = {
    "rollout": Message("Rollout"),
    "flow": Message("Max-flow"),
    "norms": Message("Norms"),
    "gradients": Message("Gradients"),
}
"""What the readings are called on the screen."""

METHODS = {
    "rollout": "rollout",
    "flow": "flow",
    "norms": "norms, through the layers",
    "gradients": "relevance",
}
"""Which of `experiments.METHODS` each reading is, where it is read for the answer."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """One reading of one token.

    ribbons : None where it is under way or was not asked for, and where it cannot be had
    reason  : why it cannot
    about   : what a ribbon of it means, in one sentence
    """

    about: str
    ribbons: Ribbons | None = None
    reason: Message | None = None


@dataclass(frozen=True)
class Follow:
    """What is followed, and which of the readings the visitor waits for: others are there where they are quick.

    chosen : the reading that is looked at
    waits  : whether what takes long is waited for here; False where another part of the page waits for the same
    """

    subject: Subject
    query: int
    residual: float
    chosen: str
    waits: bool = True

    def asks(self, reading: str, quick: bool) -> bool:
        """Whether a reading is computed now."""
        return quick or (self.waits and self.chosen == reading)


def drawn_readings(follow: Follow) -> dict[str, Drawn]:
    """Every reading, by its name."""
    return {name: _drawn(make, follow) for name, make in _MAKERS.items()}


def _drawn(make: Callable[[Follow], Drawn], follow: Follow) -> Drawn:
    try:
        with memory_told():
            return make(follow)
    except AttentionVizError as error:
        return Drawn("", reason=error.message)


def _rollout(follow: Follow) -> Drawn:
    attention, last = follow.subject.attention, follow.subject.attention.n_layers - 1
    attributions.check_rollout_length(attention.n_tokens)
    ribbons = _followed(
        follow,
        "rollout",
        (follow.query, follow.residual),
        lambda _: flow_edges.rollout_edges(attributions.means(attention), follow.query, last, follow.residual),
        quick=attention.n_tokens <= ROLLOUT_AT_ONCE,
    )
    about = say(
        "Rollout multiplies the mean weights of the layers, with {residual} of every token kept at each; a ribbon is the share of the token on top that comes through it.",
        residual=f"{follow.residual:.0%}",
    )
    return Drawn(about, ribbons)


def _flow(follow: Follow) -> Drawn:
    attention, last = follow.subject.attention, follow.subject.attention.n_layers - 1
    flow.check_length(attention.n_tokens)
    ribbons = _followed(
        follow,
        "flow",
        (follow.query, follow.residual),
        lambda step: flow_edges.max_flow_edges(
            attributions.means(attention), follow.query, last, follow.residual, step
        ),
        quick=attention.n_tokens <= FLOW_AT_ONCE,
    )
    about = say(
        "Max-flow takes each weight for a pipe of that width; a ribbon is what runs through it from all tokens of the text, each followed alone, of the sum. Where several routes carry as much, one of them is drawn."
    )
    return Drawn(about, ribbons)


def _norms(follow: Follow) -> Drawn:
    attributions.check_rollout_length(follow.subject.attention.n_tokens)
    shares = attributions.norm_shares(follow.subject, lambda quick: follow.asks("norms", quick))
    about = say(
        "Norms are followed as rollout follows weights: the length of what each token really adds, with the residual connection and the normalisation measured and not assumed."
    )
    if shares is None:
        return Drawn(about)
    _check_same_text(follow.subject, shares.shape[-1])
    return Drawn(about, strongest(flow_edges.path_edges(shares, follow.query)))


def _gradients(follow: Follow) -> Drawn:
    found = answer_attributions.relevance(follow.subject, lambda quick: follow.asks("gradients", quick))
    if found is None:
        return Drawn("")
    _check_same_text(follow.subject, len(found.readout))
    about = say(
        "Gradients follow what the answer depends on ({score}); a ribbon is the share of the relevance that the token on top gains through it, beyond the 1 that it starts with.",
        score=tell(found.score),
    )
    return Drawn(about, strongest(found.edges(follow.query)))


_MAKERS: dict[str, Callable[[Follow], Drawn]] = {
    "rollout": _rollout,
    "flow": _flow,
    "norms": _norms,
    "gradients": _gradients,
}


def _followed(
    follow: Follow, reading: str, about: object, make: Callable[[Progress | None], np.ndarray], *, quick: bool
) -> Ribbons | None:
    """The ribbons of one token, computed once for all who look at it."""
    slot, key = f"drawn {reading}", (reading_key(follow.subject.model, follow.subject.selection), about)
    if not follow.asks(reading, quick):
        known: Ribbons | None = known_result((slot, key))
        return known
    doing = say("Following the attention through the layers")
    return result(slot, key, lambda step: strongest(make(step)), doing=doing, quick=quick)


def _check_same_text(subject: Subject, n: int) -> None:
    """Raises InputError where a reading is of other tokens than those that are shown."""
    if n != subject.attention.n_tokens:
        raise InputError(
            "This reading is of the first text, read alone and as a whole, and not of the {n} tokens that are shown here; its numbers stand below.",
            n=subject.attention.n_tokens,
        )
