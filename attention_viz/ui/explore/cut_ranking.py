"""Cut ranking: which links of the pinned query change the answer most when they are cut, each alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.measures import Progress
from attention_viz.selection import Selection
from attention_viz.ui.explore.cut_choice import link_name
from attention_viz.ui.explore.piece_links import compares_nothing, tokens_asked
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.tables import number, signed
from attention_viz.ui.wording import paragraph, plain, say, tell
from attention_viz.ui.work.caches import reading_key
from attention_viz.ui.work.results import result

if TYPE_CHECKING:
    from attention_viz.experiments import LinkRanking, RankedLink

LISTED = 8
"""Links that are listed."""


@dataclass(frozen=True)
class RankedCuts:
    """The ranking. word: what the model says at the one place where it is asked; None = at none, or at several"""

    ranking: LinkRanking
    word: str | None


def rank_cuts(subject: Subject, selection: Selection) -> None:
    """A switch, and the links that it asks for. Nothing where no query is pinned."""
    if not selection.queries:
        return
    query = selection.queries[0]
    st.toggle(
        say("Which links does the text's vector hang on?")
        if compares_nothing(subject.model, selection)
        else say("Which links does the answer hang on?"),
        help=say(
            "One gradient estimates all links of the pinned query, in every head; the 24 strongest are really cut, each alone."
        ),
        **chosen_as("cut_ranking", usual=False),
    )
    if not st.session_state["cut_ranking"]:
        return
    if selection.units != "pieces":
        st.caption(plain(say("Links are ranked between word pieces. Choose these under “Rows and columns”.")))
        return
    if query < tokens_asked(subject.model, subject.attention, selection):
        found = _ranked(subject, selection, query)
        if found is not None:
            _show(subject, selection, found)
    else:
        st.caption(plain(say("The model answers from the first text alone. Pin one of its tokens.")))


def _ranked(subject: Subject, selection: Selection, query: int) -> RankedCuts | None:
    model = subject.model

    def make(progress: Progress | None) -> RankedCuts:
        from attention_viz.experiments import pose
        from attention_viz.experiments.causes.link_ranking import of_question
        from attention_viz.experiments.contrast import contrasted
        from attention_viz.experiments.objective import Likelihood

        question = pose(model, selection.text, selection.second)  # its own: whoever cuts a link meanwhile does not wait
        if model.task.kind == "next":  # of the tokens of the text, none depends on what the last one reads
            question = contrasted(question)
        asked = question.objective
        alone = isinstance(asked, Likelihood) and len(asked.places) == 1
        word = asked.words(0, int(asked.targets[0])) if isinstance(asked, Likelihood) and alone else None
        return RankedCuts(of_question(question, query, selection.cut_way, progress=progress), word)

    about = (reading_key(model, selection), query, selection.cut_way)
    return result("ranked cuts", about, make, doing=say("Cutting links, one at a time"), quick=False)


def _show(subject: Subject, selection: Selection, found: RankedCuts) -> None:
    """Each link as a button that pins it and looks at its head."""
    ranking = found.ranking
    turns = compares_nothing(subject.model, selection)
    links = sorted(ranking.links, key=lambda link: -link.shift) if turns else ranking.links
    with st.container(gap=None):
        for place, link in enumerate(links[:LISTED]):
            _show_link(subject, found, link, place, turns)
    st.caption(plain(_about(found, turns)))


def _show_link(subject: Subject, found: RankedCuts, link: RankedLink, place: int, turns: bool) -> None:
    name = link_name(subject.attention, (link.query, link.key))
    where = say("{layer}-{head}: {link}", layer=link.layer + 1, head=link.head + 1, link=name)
    weight = say("weight {weight}", weight=number(link.weight))
    st.button(
        plain(f"{where} · {weight} · {_change(found, link, turns)}"),
        key=f"ranked cut {place}",
        type="tertiary",
        on_click=_look_at,
        args=(link,),
    )


def _change(found: RankedCuts, link: RankedLink, turns: bool) -> str:
    """What the answer becomes without the link."""
    before, after = found.ranking.untouched, found.ranking.untouched + link.change
    if turns:
        return say("the text's vector turns by {turned}", turned=number(link.shift))
    if found.word is not None:
        shares = {"before": number(math.exp(-before)), "after": number(math.exp(-after))}
        return say("“{word}” {before} → {after}", word=found.word, **shares)
    return say("{before} → {after} ({change})", before=number(before), after=number(after), change=signed(link.change))


def _look_at(link: RankedLink) -> None:
    st.session_state.update(
        layer=link.layer,
        head=link.head,
        queries=(link.query,),
        keys=(link.key,),
        direction="forward",
        average="none",
    )


def _about(found: RankedCuts, turns: bool) -> str:
    ranking = found.ranking
    n_links = int((ranking.estimates == ranking.estimates).sum())  # NaN is unequal to itself
    return paragraph(
        say(
            "Each link cut alone in its one head; of {n} links the {exact} with the largest estimate were cut. Click one to pin it and look at its head.",
            n=n_links,
            exact=len(ranking.links),
        ),
        "" if turns or found.word is not None else say("The number: {loss}.", loss=tell(ranking.loss)),
        say(
            "The estimates are a gradient's, which holds for small changes: their order agrees with the cuts by a rank correlation of {agreement} (chance reaches {chance}).",
            agreement=f"{ranking.correlation:.2f}",
            chance=f"{ranking.chance:.2f}",
        ),
    )
