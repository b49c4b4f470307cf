"""Link question: which head links the words that are named, over the whole collection, and is that more than a distance?"""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from attention_viz.corpus import Opened, Pattern, Relation, RelationFigures
from attention_viz.corpus.built_in.collection import PRONOUN
from attention_viz.corpus.relations.classes import NAMES as CLASSES
from attention_viz.corpus.relations.relation import ORDERS
from attention_viz.errors import Message
from attention_viz.models import Model
from attention_viz.ui.many.chosen_texts import Texts
from attention_viz.ui.many.measuring import asked
from attention_viz.ui.session.state import choose_head
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import paragraph, plain, say, tell

KINDS = ("any", "class", "tag", "words", "expression")
KIND_NAMES = {
    "any": Message("any word"),
    "class": Message("a class of words"),
    "tag": Message("a part of speech"),
    "words": Message("these words"),
    "expression": Message("words of a form"),
}
CLASS_NAMES = {
    "pronoun": Message("pronoun"),
    "article": Message("article"),
    "determiner": Message("determiner"),
    "preposition": Message("preposition"),
    "auxiliary": Message("auxiliary verb"),
    "conjunction": Message("conjunction"),
    "negation": Message("negation"),
    "question": Message("question word"),
    "particle": Message("Chinese particle"),
    "punctuation": Message("punctuation mark"),
    "number": Message("number"),
    "capitalised": Message("capitalised word"),
    "word": Message("word, no punctuation"),
}
TAGS: Mapping[str, tuple[str, ...]] = {
    "noun": ("NOUN", "PROPN"),
    "name": ("PROPN",),
    "verb": ("VERB",),
    "verb or auxiliary": ("VERB", "AUX"),
    "adjective": ("ADJ",),
    "adverb": ("ADV",),
    "number": ("NUM",),
}
"""Parts of speech that can be asked for, as tags of Universal Dependencies."""
TAG_NAMES = {
    "noun": Message("noun or name"),
    "name": Message("name"),
    "verb": Message("verb"),
    "verb or auxiliary": Message("verb or auxiliary verb"),
    "adjective": Message("adjective"),
    "adverb": Message("adverb"),
    "number": Message("number"),
}
ORDER_NAMES = {
    "any": Message("anywhere"),
    "earlier": Message("earlier"),
    "later": Message("later"),
    "previous": Message("directly before"),
    "next": Message("directly after"),
}
ASKED = "many link asked"
WIDTH = 190
MOST_WORDS = 50
SHOWN = 5
"""Heads of the list."""


def ask_by_link(texts: Texts, model: Model, opened: Opened) -> None:
    """The question, and its answer for the link that was asked for last."""
    st.subheader(say("Ask by link"), anchor=False)
    with errors_shown():
        relation = _pick(texts)
        st.button(say("Ask"), on_click=lambda: st.session_state.update({ASKED: relation}), disabled=relation is None)
    usual = PRONOUN if texts.tags else None
    wanted: Relation | None = st.session_state.get(ASKED) or usual
    if wanted is None:
        st.caption(plain(say("Name who reads and what is read, then ask: every text is read once for it.")))
        return
    if not texts.tags and "tag" in (wanted.query.kind, wanted.key.kind):
        st.caption(plain(say("This collection does not know parts of speech. Ask by a class of words, or by words.")))
        return
    with errors_shown():
        found = _answer(texts, model, opened, wanted)
        if found is not None:
            _show(found, wanted, opened.head_places)


def _pick(texts: Texts) -> Relation | None:
    """What is asked for; None where a box is empty."""
    kinds = KINDS if texts.tags else tuple(kind for kind in KINDS if kind != "tag")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = _pick_pattern("many_from", say("The word that reads"), kinds, "class")
        key = _pick_pattern("many_to", say("reads"), kinds, "tag" if texts.tags else "any")
        st.selectbox(
            say("which stands"),
            ORDERS,
            format_func=lambda name: tell(ORDER_NAMES[name]),
            width=WIDTH,
            **chosen_as("many_order", ORDERS, usual="earlier", shows="index"),
        )
    if query is None or key is None:
        return None
    if (query, key, st.session_state["many_order"]) == (PRONOUN.query, PRONOUN.key, PRONOUN.order):
        return PRONOUN
    return Relation("asked", query, key, st.session_state["many_order"])


def _pick_pattern(name: str, label: str, kinds: tuple[str, ...], usual: str) -> Pattern | None:
    """Which words are meant; None while nothing is named."""
    if st.session_state.get(name) not in kinds:
        st.session_state[name] = usual
    st.selectbox(
        label,
        kinds,
        format_func=lambda kind: tell(KIND_NAMES[kind]),
        width=WIDTH,
        **chosen_as(name, kinds, usual=usual, shows="index"),
    )
    kind = st.session_state[name]
    if kind == "class":
        return Pattern("class", (_pick_one(f"{name}_class", say("Class"), CLASS_NAMES, CLASSES),))
    if kind == "tag":
        return Pattern("tag", TAGS[_pick_one(f"{name}_tag", say("Part of speech"), TAG_NAMES, tuple(TAGS))])
    if kind == "words":
        return _words(_pick_text(f"{name}_words", say("Words, with commas between them")))
    if kind == "expression":
        typed = _pick_text(f"{name}_form", say("Regular expression of the whole word"))
        return Pattern("expression", (typed,)) if typed else None
    return Pattern()


def _pick_one(name: str, label: str, names: Mapping[str, Message], among: tuple[str, ...]) -> str:
    st.selectbox(
        label,
        among,
        format_func=lambda each: tell(names[each]),
        width=WIDTH,
        **chosen_as(name, among, usual=among[0], shows="index"),
    )
    chosen: str = st.session_state[name]
    return chosen


def _pick_text(name: str, label: str) -> str:
    st.text_input(label, width=WIDTH, max_chars=200, **chosen_as(name, usual=""))
    typed: str = st.session_state[name]
    return typed.strip()[:200]


def _words(typed: str) -> Pattern | None:
    named = tuple(filter(None, map(str.strip, re.split("[,，、]", typed))))[:MOST_WORDS]
    return Pattern("words", named) if named else None


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


def _show(found: RelationFigures, wanted: Relation, places: tuple[tuple[int, int], ...]) -> None:
    (layer, head), best = found.best
    distance, fixed = found.offset
    who, what = described(wanted.query), described(wanted.key)
    sentence = say(
        "Layer {layer}, head {head} links {who} to {what} in {share:.0%} of {n:,} cases ({low:.1%} to {high:.1%}).",
        layer=layer + 1,
        head=head + 1,
        who=who,
        what=what,
        share=best.value,
        n=best.n,
        low=best.low,
        high=best.high,
    )
    beside = say(
        "Always the word at distance {distance:+d} would be right in {fixed:.0%}, a word at random in {chance:.0%}.",
        distance=distance,
        fixed=fixed.value,
        chance=found.chance,
    )
    weak = (
        ""
        if best.low > max(fixed.high, found.chance)
        else say("So no head does it clearly better than a fixed distance.")
    )
    st.markdown(f"**{plain(sentence)}** {plain(paragraph(beside, weak))}")
    rows = [
        (f"{one + 1}-{other + 1}", each.value, f"{each.low:.1%} – {each.high:.1%}")
        for (one, other), each in found.heads[:SHOWN]
    ]
    st.html(
        table(say("The heads that do it most"), (say("head"), say("share of cases"), say("with 95 %")), rows, bar=1)
    )
    st.button(
        say("Look at layer {layer}, head {head}", layer=layer + 1, head=head + 1),
        on_click=choose_head,
        args=(layer, head),
    )
    st.caption(plain(_how(found)))


def _how(found: RelationFigures) -> str:
    """What was counted."""
    forward = say("Counted: whether the word that is read most by the first word is one of those named.")
    backward = say("Counted: whether the word that reads the first word most is one of those named.")
    best_of = say(
        "The best of many heads looks a little better than it is on other texts; special tokens are left out."
    )
    return paragraph(forward if found.direction == "forward" else backward, best_of)


def described(pattern: Pattern) -> str:
    """What words a pattern means, within a sentence."""
    if pattern.kind == "class":
        return tell(CLASS_NAMES[pattern.values[0]])
    if pattern.kind == "tag":
        return tell(next(TAG_NAMES[name] for name, tags in TAGS.items() if tags == pattern.values))
    if pattern.kind == "any":
        return tell(KIND_NAMES["any"])
    return "“" + ", ".join(pattern.values)[:60] + "”"
