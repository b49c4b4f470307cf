"""Link score: why one query attends to one key: its score in parts, and which words the query would have preferred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attention_viz.errors import Message
from attention_viz.measures.strongest import most_read
from attention_viz.ui.causes.asked import Asked
from attention_viz.ui.causes.findings import preferred, score_in_parts
from attention_viz.ui.causes.numbers import numbers
from attention_viz.ui.causes.section import amount, caveat, finding, head_name
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.widgets.sentence_strip import sentence_strip
from attention_viz.ui.widgets.tables import Cell, Change, number, table
from attention_viz.ui.wording import paragraph, plain, say, tell
from attention_viz.view.beside import STYLE, beside
from attention_viz.view.number_table import number_table

if TYPE_CHECKING:
    from attention_viz.experiments import PreferredKeys, ScoreParts

PART_NAMES = {
    "content": Message("content"),
    "positions": Message("position"),
    "segments": Message("segment"),
    "layers below": Message("layers below"),
    "biases": Message("biases"),
}
"""What the parts of `ScoreParts` are called on the screen."""


@dataclass(frozen=True, eq=False)
class Link:
    """One key of the query, and the scores of all its keys."""

    found: ScoreParts
    key: int

    @property
    def tokens(self) -> tuple[str, str]:
        labels = self.found.tokens.labels
        return labels[self.found.query], labels[self.key]

    @property
    def terms(self) -> np.ndarray:
        """(part of the query, part of the key); they add up to the score."""
        terms: np.ndarray = self.found.terms[self.key]
        return terms

    @property
    def apart(self) -> np.ndarray:
        """The same less the mean over the keys, which is what moves the weight."""
        apart: np.ndarray = self.found.against_the_mean[self.key]
        return apart


def show_link_score(asked: Asked) -> None:
    """The link that is pinned, else the strongest of the query where the answer is given; its score in parts."""
    selection, tokens = asked.selection, asked.tokens
    query = asked.query
    found = score_in_parts(asked, query)
    if found is None:
        return
    link = Link(found, _key(asked, found))
    sentence_strip(tokens, asked.pinned, (query, link.key), asked.pin, key="causes-strip")
    finding(why(link, selection.layer, selection.head))
    st.html(STYLE + beside(_matrix(link, link.terms, say("The score in parts: query down, key across")), _moving(link)))
    st.caption(plain(how_to_read(link)))
    _show_preferred(asked, link)
    heads = (say("position"), say("key"), say("weight"), say("score"), *_pair_names(found))
    numbers(say("The scores of all keys in parts"), heads, lambda: rows(found), "link", tokens=(1,))


def _key(asked: Asked, found: ScoreParts) -> int:
    """The pinned key, else the one that is read most; special tokens, and the query itself, last."""
    _, pinned = asked.pinned
    return (
        pinned
        if pinned is not None and np.isfinite(found.scores[pinned])
        else most_read(
            found.weights, [special or key == found.query for key, special in enumerate(found.tokens.special)]
        )
    )


def why(link: Link, layer: int, head: int) -> str:
    """Which two parts move the link away from the mean of all keys most."""
    apart, query, key = link.apart, *link.tokens
    read = say(
        "In head {head}, “{query}” reads “{key}” with {weight:.2f}: its score is {score}, {above} against the mean of all keys.",
        head=head_name(layer, head),
        query=query,
        key=key,
        weight=float(link.found.weights[link.key]),
        score=f"{float(link.found.scores[link.key]):.2f}".replace("-", "\N{MINUS SIGN}"),
        above=amount(float(apart.sum())),
    )
    raised = float(apart.sum()) > 0
    place = int(apart.argmax() if raised else apart.argmin())
    one, other = (int(each) for each in np.unravel_index(place, apart.shape))
    parts = {
        "one": _part(link.found, one),
        "other": _part(link.found, other),
        "share": amount(float(apart[one, other])),
    }
    if raised:
        return paragraph(read, say("Most of that comes from {one} × {other}: {share}.", **parts))
    return paragraph(read, say("What lowers it most is {one} × {other}: {share}.", **parts))


def how_to_read(link: Link) -> str:
    """What the parts are, and whether they are exact."""
    read = say(
        "Content is the word itself, position its place in the text, segment which text of a pair it belongs to. A row says what of the query’s vector is meant, a column what of the key’s; what is alike for all keys moves no weight."
    )
    sum_of = say(
        "The parts add up to the score; the difference is {difference:.0e}.",
        difference=abs(float(link.found.differences[link.key])),
    )
    if not link.found.frozen:
        return paragraph(read, sum_of)
    return paragraph(
        read,
        say(
            "Above layer 1 a word is followed through the normalisations with their scales frozen, and all that heads and feed-forward networks wrote on the way stands under “layers below”."
        ),
        sum_of,
    )


def _matrix(link: Link, terms: np.ndarray, name: str) -> str:
    names = [tell(PART_NAMES[each]) for each in link.found.parts]
    return number_table(terms, name=name, rows=names, columns=names, numbers=True, legend=False)


def _moving(link: Link) -> str:
    return _matrix(link, link.apart, say("Less the mean over all keys: what moves the weight"))


def _part(found: ScoreParts, place: int) -> str:
    return tell(PART_NAMES[found.parts[place]])


def _show_preferred(asked: Asked, link: Link) -> None:
    """In layer 1, behind a button, the words that the query would have preferred; above, why there are none."""
    query, _ = link.tokens
    if asked.selection.layer == 0:
        drawer(
            say("Which words would “{query}” have preferred?", query=plain(query)),
            "preferred-keys",
            lambda: _preferred_words(asked, link),
        )
        st.caption(
            plain(
                say(
                    "The list is of the model’s whole vocabulary, which was collected from texts of all kinds: there can be words in it that you would not put on a screen in class."
                )
            )
        )
        return
    caveat(
        say(
            "Above layer 1 a key is made of the whole text, so that no single word could stand in its place. Choose layer 1 for the words that the query would have preferred."
        )
    )


def _preferred_words(asked: Asked, link: Link) -> None:
    found = preferred(asked, link.found.query, link.key)
    if found is None:
        return
    query, key = link.tokens
    rows = [(place, each.text, Change(each.score)) for place, each in enumerate(found.words, 1)]
    caption = say("In the place of “{key}”, “{query}” would have preferred", key=key, query=query)
    st.html(table(caption, (say("rank"), say("word"), say("score")), rows, tokens=(1,)))
    st.caption(plain(rank_of_own(found)))


def rank_of_own(found: PreferredKeys) -> str:
    return say(
        "“{key}”, which stands there, has place {rank:,} of {n:,} with the score {score}.",
        key=found.own.text,
        rank=found.rank,
        n=found.n,
        score=f"{found.own.score:.2f}",
    )


def _pair_names(found: ScoreParts) -> list[str]:
    names = [tell(PART_NAMES[each]) for each in found.parts]
    return [f"{one} × {other}" for one in names for other in names]


def rows(found: ScoreParts) -> list[tuple[Cell, ...]]:
    """Every key of the row, with its weight, its score and the parts of that."""
    return [
        (
            key + 1,
            found.tokens.labels[key],
            number(float(found.weights[key])),
            *map(Change, (found.scores[key], *terms)),
        )
        for key, terms in enumerate(found.terms.reshape(len(found.terms), -1).tolist())
    ]
