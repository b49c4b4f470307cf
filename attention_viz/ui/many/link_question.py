"""Link question: which head links the words that are named, over the whole collection, and is that more than a distance?"""

from __future__ import annotations

import streamlit as st

from attention_viz.corpus import Opened, Relation, RelationFigures
from attention_viz.corpus.built_in.collection import PRONOUN
from attention_viz.corpus.intervals import CONFIDENCE
from attention_viz.corpus.relations.words import ALL
from attention_viz.errors import InputError, Message
from attention_viz.models import Model
from attention_viz.ui.many.chosen_texts import Texts
from attention_viz.ui.many.link_choice import ORDER_NAMES, described, pick_link
from attention_viz.ui.many.measuring import SLOT_OF_LINK as SLOT
from attention_viz.ui.many.measuring import asked
from attention_viz.ui.session.state import choose_head
from attention_viz.ui.widgets.notices import errors_shown, show_error
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import paragraph, plain, say, tell
from attention_viz.ui.work.ticket import Ticket

ASKED = "many link asked"
MOST_RELATIONS = 20
SHOWN = 5
"""Heads of the list."""


def ask_by_link(texts: Texts, model: Model, opened: Opened) -> None:
    """The question, and its answer for the link that was asked for last."""
    st.header(say("Ask by link"), anchor=False)
    relation = refusal = None
    try:
        relation = pick_link(texts.tags)
    except InputError as error:
        refusal = error
    reason = None if refusal is None else plain(tell(refusal.message))
    st.button(say("Ask"), on_click=_ask, args=(relation,), disabled=relation is None, help=reason)
    if refusal is not None:
        show_error(refusal)
    usual = PRONOUN if texts.tags else None
    wanted: Relation | None = st.session_state.get(ASKED) or usual
    if wanted is None:
        st.caption(plain(say("Name who reads and what is read, then ask: every text is read once for it.")))
        return
    if not texts.tags and "tag" in (wanted.query.kind, wanted.key.kind):
        st.caption(plain(say("This collection does not know parts of speech. Ask by a class of words, or by words.")))
        return
    _show_treebank(opened)
    with errors_shown():
        found = _answer(texts, model, opened, wanted)
        if found is not None:
            _show(found, wanted)


def _ask(relation: Relation | None) -> None:
    """Ask for this link; also where counting it was stopped, or failed, before."""
    st.session_state[ASKED] = relation
    ended: Ticket | None = st.session_state.get(SLOT)
    if ended is not None and ended.done:
        del st.session_state[SLOT]


def _show_treebank(opened: Opened) -> None:
    """The relations of a treebank: which head is right most often in each."""
    better: dict[str, RelationFigures] = {}
    for each in opened.relations():
        known = better.get(each.relation)
        if each.relation != PRONOUN.name and (known is None or each.best[1].value > known.best[1].value):
            better[each.relation] = each
    rows = [
        (
            say("all of them") if name == ALL else name,
            say("the dependent") if each.direction == "forward" else say("the word that it depends on"),
            f"{each.n:,}",
            f"{each.best[0][0] + 1}-{each.best[0][1] + 1}",
            f"{each.best[1].value:.1%} ({each.best[1].low:.1%} – {each.best[1].high:.1%})",
            f"{each.offset[1].value:.1%} ({each.offset[0]:+d})",
        )
        for name, each in list(better.items())[:MOST_RELATIONS]
    ]
    if rows:
        heads = (
            say("relation"),
            say("which reads"),
            say("links"),
            say("head"),
            say("right"),
            say("best fixed distance"),
        )
        st.html(table(say("The relations of this treebank, the most frequent first"), heads, rows))


def _answer(texts: Texts, model: Model, opened: Opened, wanted: Relation) -> RelationFigures | None:
    """The better direction of the relation; None while it is counted, and where no text has such a link."""
    known = any(each.relation == wanted.name for each in opened.relations())
    source = opened if wanted == PRONOUN and known else asked(texts, model, wanted)
    if source is None:
        return None
    found = [each for each in source.relations() if each.relation == wanted.name]
    if not found:
        st.info(plain(say("No text of the collection has such a link.")))
        return None
    return max(found, key=lambda each: each.best[1].value)


def _show(found: RelationFigures, wanted: Relation) -> None:
    (layer, head), best = found.best
    sentence = say(
        "From {who} to {what} ({order}): layer {layer}, head {head} is right in {share:.1%} of {n:,} cases ({low:.1%} to {high:.1%}).",
        who=described(wanted.query),
        what=described(wanted.key),
        order=tell(ORDER_NAMES[wanted.order]),
        layer=layer + 1,
        head=head + 1,
        share=best.value,
        n=best.n,
        low=best.low,
        high=best.high,
    )
    is_weak = best.low <= max(found.offset[1].high, found.chance)
    weak = say("So no head does it clearly better than a fixed distance.") if is_weak else ""
    st.markdown(f"**{plain(sentence)}** {plain(paragraph(tell(beside(found)), weak))}")
    rows = [
        (f"{one + 1}-{other + 1}", f"{each.value:.1%}", f"{each.low:.1%} – {each.high:.1%}")
        for (one, other), each in found.heads[:SHOWN]
    ]
    with st.container(width=420):
        st.html(
            table(
                say("The heads that do it most"),
                (say("head"), say("right"), say("{sure:.0%} interval", sure=CONFIDENCE)),
                rows,
            )
        )
    st.button(
        say("Look at layer {layer}, head {head}", layer=layer + 1, head=head + 1),
        on_click=choose_head,
        args=(layer, head),
    )
    st.caption(plain(_how(found)))


def beside(found: RelationFigures) -> Message:
    """What a fixed distance, and chance, would reach."""
    distance, fixed = found.offset
    values: dict[str, object] = {"places": abs(distance), "fixed": fixed.value, "chance": found.chance}
    if distance == 1:
        return Message(
            "Always the word directly after would be right in {fixed:.1%}, a word at random in {chance:.1%}.", values
        )
    if distance == -1:
        return Message(
            "Always the word directly before would be right in {fixed:.1%}, a word at random in {chance:.1%}.", values
        )
    if distance > 0:
        return Message(
            "Always the word {places} places later would be right in {fixed:.1%}, a word at random in {chance:.1%}.",
            values,
        )
    return Message(
        "Always the word {places} places earlier would be right in {fixed:.1%}, a word at random in {chance:.1%}.",
        values,
    )


def pronouns(opened: Opened, layer: int, head: int) -> Message | None:
    """How often one head links a pronoun to an earlier noun, where that was counted with the measures."""
    there = [each for each in opened.relations() if each.relation == PRONOUN.name]
    if not there:
        return None
    ranked = [
        (own, rank, found)
        for found in there
        for rank, (place, own) in enumerate(found.heads, 1)
        if place == (layer, head)
    ]
    own, rank, found = max(ranked, key=lambda each: each[0].value)
    values: dict[str, object] = {
        "share": own.value,
        "n": own.n,
        "low": own.low,
        "high": own.high,
        "rank": rank,
        "heads": len(found.heads),
        "beside": beside(found),
    }
    return Message(
        "From a pronoun to an earlier noun it is right in {share:.1%} of {n:,} cases ({low:.1%} to {high:.1%}): rank {rank} of {heads} heads. {beside}",
        values,
    )


def _how(found: RelationFigures) -> str:
    """What was counted."""
    forward = say("Counted: whether the word that is read most by the first word is one of those named.")
    backward = say("Counted: whether the word that reads the first word most is one of those named.")
    best_of = say(
        "The best of many heads looks a little better than it is on other texts; special tokens are left out."
    )
    return paragraph(forward if found.direction == "forward" else backward, best_of)
