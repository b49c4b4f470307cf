"""Link choice: the words between which a link is asked for, chosen on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from attention_viz.corpus import Pattern, Relation
from attention_viz.corpus.built_in.collection import PRONOUN
from attention_viz.corpus.relations.classes import NAMES as CLASSES
from attention_viz.corpus.relations.relation import ORDERS
from attention_viz.errors import InputError, Message
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import say, tell

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
WIDTH = 190
MOST_WORDS = 50


def pick_link(tags: bool) -> Relation | None:
    """What is asked for; None where a box is empty. tags: whether the collection knows parts of speech

    Raises InputError, once all is drawn, for a regular expression that is none.
    """
    kinds = KINDS if tags else tuple(kind for kind in KINDS if kind != "tag")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = _pick_pattern("many_from", say("The word that reads"), kinds, "class")
        key = _pick_pattern("many_to", say("reads"), kinds, "tag" if tags else "any")
        st.selectbox(
            say("which stands"),
            ORDERS,
            format_func=lambda name: tell(ORDER_NAMES[name]),
            width=WIDTH,
            **chosen_as("many_order", ORDERS, usual="earlier", shows="index"),
        )
    if isinstance(query, InputError):
        raise query
    if isinstance(key, InputError):
        raise key
    if query is None or key is None:
        return None
    if (query, key, st.session_state["many_order"]) == (PRONOUN.query, PRONOUN.key, PRONOUN.order):
        return PRONOUN
    return Relation("asked", query, key, st.session_state["many_order"])


def _pick_pattern(name: str, label: str, kinds: tuple[str, ...], usual: str) -> Pattern | InputError | None:
    """Which words are meant, or why they cannot be; None while nothing is named."""
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
        return _form(_pick_text(f"{name}_form", say("Regular expression of the whole word")))
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


def _form(typed: str) -> Pattern | InputError | None:
    try:
        return Pattern("expression", (typed,)) if typed else None
    except InputError as error:
        return error


def described(pattern: Pattern) -> str:
    """What words a pattern means, within a sentence."""
    if pattern.kind == "class":
        return tell(CLASS_NAMES[pattern.values[0]])
    if pattern.kind == "tag":
        return tell(next(TAG_NAMES[name] for name, tags in TAGS.items() if tags == pattern.values))
    if pattern.kind == "any":
        return tell(KIND_NAMES["any"])
    return "“" + ", ".join(pattern.values)[:60] + "”"
