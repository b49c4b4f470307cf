"""Answer attributions: how much each token counted for the model's answer, by a gradient and by leaving tokens out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attention_viz.attention import Attention, DenseSource
from attention_viz.measures import Progress
from attention_viz.ui.flow.attributions import check_encoder, n_weights
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.wording import say
from attention_viz.ui.work.caches import known_result, reading_key
from attention_viz.ui.work.results import result
from attention_viz.ui.work.throttle import throttle_forward

if TYPE_CHECKING:
    from attention_viz.experiments import Faithfulness, Relevance

GRADIENT_CELLS_AT_ONCE = 5_000_000
"""Weights through which a gradient is taken while the visitor waits, about 0.3 s."""
FAITHFULNESS_AT_ONCE = 24
"""Tokens that are left out one by one while the visitor waits, about 0.4 s."""


Asks = Callable[[bool], bool]
"""Whether something is computed now, given whether that is quick; else only what is known already is given."""


def always(quick: bool) -> bool:
    """Computed now, whether it is quick or not."""
    return True


def relevance(subject: Subject, asks: Asks = always) -> Relevance | None:
    """Which weights does the model's answer depend on? None while it is under way, or is not asked for."""
    from attention_viz import experiments

    check_encoder(subject)
    model, selection, mask = subject.model, subject.selection, _mask(subject)

    def make(progress: Progress | None) -> Relevance:
        with throttle_forward(waited_for=progress is None):
            return experiments.relevance(model, subject.text_read, second=selection.second, mask=mask)

    quick = n_weights(subject.attention) <= GRADIENT_CELLS_AT_ONCE
    doing = say("Taking the gradient of the answer")
    about = (reading_key(subject.model, subject.selection), mask)
    if not asks(quick):
        known: Relevance | None = known_result(("relevance", about))
        return known
    return result("relevance", about, make, doing=doing, quick=quick)


def attention_of(subject: Subject, found: Relevance) -> Attention:
    """The attention through which the gradients were taken: of a pair that is read apart, the first text alone."""
    tokens = found.tokens_read
    return Attention(DenseSource(found.weights), tokens, tokens, causal=subject.attention.causal)


def reads_apart(subject: Subject) -> bool:
    """Whether this is a pair of texts that the model reads one by one to compare their vectors."""
    return subject.model.task.kind == "similarity" and subject.selection.second is not None


def faithfulness(subject: Subject, asks: Asks = always) -> Faithfulness | None:
    """Which method agrees with leaving tokens out, on this text? None while it is under way, or is not asked for."""
    from attention_viz import experiments

    check_encoder(subject)
    model, selection, mask = subject.model, subject.selection, _mask(subject)
    about = (reading_key(subject.model, subject.selection), mask)
    quick = subject.attention.n_tokens <= FAITHFULNESS_AT_ONCE
    if not asks(quick):
        known: Faithfulness | None = known_result(("faithfulness", about))
        return known
    return result(
        "faithfulness",
        about,
        lambda progress: experiments.faithfulness(
            model, subject.text_read, second=selection.second, mask=mask, progress=progress
        ),
        doing=say("Leaving out one token after the other"),
        quick=quick,
    )


def _mask(subject: Subject) -> tuple[int, ...]:
    """The tokens that a masked-word model is to guess, where some were chosen."""
    return subject.look().masked if subject.model.task.kind == "mask" else ()
