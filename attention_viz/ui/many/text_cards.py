"""Text cards: texts of a head as small sentences with arcs, each of which opens Explore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from attention_viz.corpus import Opened
from attention_viz.corpus.head_texts import TextOfHead
from attention_viz.errors import AttentionVizError
from attention_viz.models import Model
from attention_viz.tokens import Tokens
from attention_viz.ui.many.measure_choice import IN_SENTENCE
from attention_viz.ui.session import state
from attention_viz.ui.widgets.boards import SHELL, labels
from attention_viz.ui.widgets.sentence_strip import FIELDS
from attention_viz.ui.wording import plain, say, tell
from attention_viz.ui.work.caches import cached_result
from attention_viz.view import bundle
from attention_viz.view.theme import appearance

STRONGEST = 4
"""Texts that stand above the tenths."""
TENTHS = range(10, 0, -1)
LONGEST = 70
"""Tokens of a text that are drawn: of a longer one those round its strongest link."""
BYTES = 100_000

_cards = st.components.v2.component(
    "attention_text_cards",
    html=SHELL,
    css=bundle.style("text-cards"),
    js=bundle.script("many/text-cards"),
)

Link = tuple[int, int, float]
Found = tuple[tuple[TextOfHead, ...], tuple[TextOfHead | None, ...]]


def show_texts(opened: Opened, model: Model, layer: int, head: int, measure: str) -> None:
    """The strongest texts of a head, and one from each tenth of its range."""
    key = ("many texts", str(opened.folder.path), layer, head, measure)
    strongest, tenths = cached_result(key, lambda: _find(opened, layer, head, measure), lambda _: BYTES)
    cards: list[tuple[str, TextOfHead]] = [
        (say("{value:.2f}, rank {rank}", value=each.value, rank=rank), each) for rank, each in enumerate(strongest, 1)
    ]
    n_strongest = len(cards)
    cards += [
        (say("{value:.2f}, tenth {tenth} of 10", value=each.value, tenth=tenth), each)
        for tenth, each in zip(TENTHS, tenths, strict=True)
        if each is not None
    ]
    named = tell(IN_SENTENCE[measure])
    drawn = [_card(model, title, each) for title, each in cards]
    shown = _cards(
        key="many cards",
        data={
            **appearance(labels("open_text", "text_and_link", "open_this_text")),
            "groups": [
                {"title": say("Where it is highest: {measure}", measure=named), "cards": drawn[:n_strongest]},
                {"title": say("One from each tenth of the texts, the highest first"), "cards": drawn[n_strongest:]},
            ],
        },
        on_open_change=lambda: None,
    )
    st.caption(
        plain(
            say(
                "The thick arc is the strongest link between two words of the text, the thin one the next; links to special tokens and of a token to itself are left out."
            )
        )
    )
    _open([each for _, each in cards], shown.get("open"), layer, head)


def _find(opened: Opened, layer: int, head: int, measure: str) -> Found:
    strongest = opened.texts(layer, head, by=measure, n=STRONGEST)
    tenths = [next(iter(opened.texts(layer, head, by=measure, around=tenth, n=1)), None) for tenth in TENTHS]
    return tuple(strongest), tuple(tenths)


def _card(model: Model, title: str, found: TextOfHead) -> dict[str, Any]:
    tokens = _tokens(model, found)
    links = [link for link in found.links if _is_drawn(tokens, link)]
    first, last = _window(len(tokens), links)
    written = {name: list(getattr(tokens, name)) for name in FIELDS}
    cut = {name: values if name == "directions" else values[first:last] for name, values in written.items()}
    kept = [
        [query - first, key - first, round(weight, 4)]
        for query, key, weight in links
        if all(first <= each < last for each in (query, key))
    ]
    return {"title": title, "tokens": cut, "links": kept, "cut": [first > 0, last < len(tokens)]}


def _is_drawn(tokens: Tokens, link: Link) -> bool:
    """Whether a link joins two words; a text of one word has links of other kinds alone."""
    query, key, _ = link
    return max(query, key) < len(tokens) and query != key and not (tokens.special[query] or tokens.special[key])


def _tokens(model: Model, found: TextOfHead) -> Tokens:
    """The tokens with their places in the text; where the text cannot be read again, as they were kept."""
    try:
        read = model.encode(found.first, found.second, overlong="first").tokens
    except AttentionVizError:
        return Tokens.plain(list(found.tokens))
    return read if len(read) == len(found.tokens) else Tokens.plain(list(found.tokens))


def _window(n: int, links: Sequence[Link]) -> tuple[int, int]:
    """The first token that is drawn, and the one behind the last."""
    if n <= LONGEST or not links:
        return 0, min(n, LONGEST)
    query, key, _ = links[0]
    middle = (query + key) // 2
    first = max(0, min(middle - LONGEST // 2, n - LONGEST))
    return first, first + LONGEST


def _open(found: Sequence[TextOfHead], number: Any, layer: int, head: int) -> None:
    """Go to Explore, with this text, this head and its strongest link."""
    if type(number) is not int or not 0 <= number < len(found):
        return
    chosen = found[number]
    link = chosen.links[0][:2] if chosen.links else None
    state.show_text(chosen.first, chosen.second, layer, head, link)
    st.switch_page("pages/explore.py")
