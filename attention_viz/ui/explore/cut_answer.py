"""Cut answer: what the model says before and after links are cut, how far its vectors moved, and what this does not prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.cut_links import CutLink
from attention_viz.errors import InputError, Message
from attention_viz.measures import Progress
from attention_viz.selection import Selection
from attention_viz.ui.explore.piece_links import compares_nothing, reads_apart
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.answer_tables import (
    after_the_text,
    most_changed,
    show_answer,
    show_token_shifts,
    show_vector_shift,
)
from attention_viz.ui.widgets.tables import number
from attention_viz.ui.wording import listed, paragraph, plain, say, tell
from attention_viz.ui.work.caches import reading_key
from attention_viz.ui.work.questions import question_of
from attention_viz.ui.work.results import result
from attention_viz.ui.work.throttle import throttle_forward

if TYPE_CHECKING:
    from attention_viz.experiments import Choices, Cut

AT_ONCE = 4_000
"""Tokens times layers up to which the visitor waits; a larger text is a job with a Stop."""
RISEN = 0.005
"""A possibility whose probability rises by more is told beside the first one."""


def answer_without(subject: Subject, selection: Selection, links: tuple[CutLink, ...]) -> Cut | None:
    """What changes without these links? None while it is under way. Raises as `experiments.cut`.

    links : between word pieces
    """
    model = subject.model

    def make(progress: Progress | None) -> Cut:
        from attention_viz.experiments.causes.cut import of_question
        from attention_viz.experiments.interventions.link_cuts import EmptyRowError

        with throttle_forward(waited_for=progress is None), question_of(model, selection) as question:
            try:
                return of_question(question, links, selection.cut_way)
            except EmptyRowError as error:
                raise _nothing_left(question.tokens[0].labels[error.message.values["query"]]) from error

    about = (reading_key(model, selection), links, selection.cut_way)
    quick = subject.attention.n_tokens * model.n_layers <= AT_ONCE
    return result("cut", about, make, doing=say("Reading the text with and without these links"), quick=quick)


def _nothing_left(token: str) -> InputError:
    """In the words of the screen."""
    return InputError(
        "In one head, every token that “{token}” reads is cut, so that no weight is left to grow. Restore one of these links, or let the others stay as they are: “{way}”.",
        token=token,
        way=Message("the other weights stay (zero)"),
    )


def show_verdict(subject: Subject, selection: Selection, found: Cut) -> None:
    """The answer before and after in one line, and whose vector moved most."""
    nothing = compares_nothing(subject.model, selection)
    verdict = _turned(found) if nothing else _verdict(found)
    st.markdown(f"**{plain(verdict)}** {plain(paragraph(_farthest(found), *_asked(subject, selection)))}")


def _asked(subject: Subject, selection: Selection) -> list[str]:
    """What the answer is one to, where it is not the text of the picture."""
    if compares_nothing(subject.model, selection):
        return [
            say(
                "For an answer, add a second sentence or choose a masked-word model: this one has none to a single text."
            )
        ]
    if reads_apart(subject.model, selection):
        return [say("The answer comes from each text read alone; the picture shows the two read together.")]
    if _hides_tokens(subject):
        return [
            say(
                "The text has no mask: every seventh token is hidden and guessed, before and after; the picture hides none."
            )
        ]
    return []


def _turned(found: Cut) -> str:
    return say("With the cut, the text's vector turns by {turned} (1 − cosine).", turned=number(found.vector_shift))


def _verdict(found: Cut) -> str:
    if found.choices:
        return _of_place(most_changed(found.choices)[0], found)
    before, after = number(found.before), number(found.after)
    if found.similarity is not None:
        return say("With the cut, the cosine similarity goes from {before} to {after}.", before=before, after=after)
    return say("With the cut, {loss} goes from {before} to {after}.", loss=tell(found.loss), before=before, after=after)


def _of_place(place: Choices, found: Cut) -> str:
    """The likeliest possibility, and the one that rose most."""
    first, risen = place.choices[0], max(place.choices, key=lambda each: each.after - each.before)
    told = [first, risen] if risen is not first and risen.after - risen.before > RISEN else [first]
    changes = listed(
        say("“{word}” {before} → {after}", word=each.text, before=number(each.before), after=number(each.after))
        for each in told
    )
    if after_the_text(found, place):
        return say("With the cut, after the text: {changes}.", changes=changes)
    if place.token is None or len(found.choices) == 1:
        return say("With the cut: {changes}.", changes=changes)
    token, position = found.tokens.labels[place.token], place.token + 1
    return say("With the cut, at “{token}” ({position}): {changes}.", token=token, position=position, changes=changes)


def _farthest(found: Cut) -> str:
    last = found.state_shifts[-1]
    token = int(last.argmax())
    if last[token] == 0:
        return say("No token's vector has moved.")
    return say(
        "The vector of “{token}” moved most, by {share:.0%} of its length.",
        token=found.tokens.labels[token],
        share=float(last[token]),
    )


def show_details(subject: Subject, selection: Selection, found: Cut) -> None:
    """The answer in full, the tokens whose vectors moved, and what must be known about both."""
    answer, tokens = st.columns([3, 2], gap="large")
    with answer:
        if compares_nothing(subject.model, selection):
            show_vector_shift(found, subject.model.task.pooling is not None)
        else:
            show_answer(found, (say("before the cut"), say("with the cut"), say("change")))
    with tokens:
        show_token_shifts(found)
    st.caption(plain(paragraph(*_about(selection))))


def _about(selection: Selection) -> list[str]:
    """How the links are cut, and the caveats."""
    how = (
        say(
            "The score of a cut link becomes minus infinity, and the other weights of its row grow until they sum to 1 again (attention knockout, Geva et al. 2023)."
        )
        if selection.cut_way == "renormalise"
        else say("The weight of a cut link becomes 0, and the other weights of its row stay.")
    )
    return [
        how,
        say("The pictures go on showing the weights before the cut."),
        say("With a link cut the model computes vectors that it was not trained on."),
        say(
            "Other heads may take over what the link carried (self-repair, McGrath et al. 2023): a small change does not prove that it was not used."
        ),
    ]


def _hides_tokens(subject: Subject) -> bool:
    """Whether a masked-word model has nothing to guess but what is hidden from it."""
    mask = subject.model.reader.tokenizer.mask_token
    return subject.model.task.kind == "mask" and mask not in subject.attention.query_tokens.texts
