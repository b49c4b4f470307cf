"""Head writes: what each head and each other part of the network adds to the number in which the answer is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attention_viz.ui.causes.asked import Asked
from attention_viz.ui.causes.findings import written
from attention_viz.ui.causes.numbers import numbers
from attention_viz.ui.causes.section import amount, caveat, finding, head_name
from attention_viz.ui.session import state
from attention_viz.ui.widgets.panels import show_panels
from attention_viz.ui.widgets.tables import Cell, Change, table
from attention_viz.ui.wording import paragraph, plain, say
from attention_viz.view.number_table import number_table
from attention_viz.view.panels import Labelled, Panel

if TYPE_CHECKING:
    from attention_viz.experiments import Writes

MOST_QUOTED = 60
"""Characters of the other text in a sentence."""


def show_writes(asked: Asked) -> None:
    """The shares of all heads, of the tokens that they read, and what they add up to."""
    found = written(asked)
    if found is None:
        return
    finding(most_written(found))
    st.markdown(plain(what_is_shared(found, asked)))
    picture, sums = st.columns([3, 2], gap="large")
    with picture:
        _draw_heads(found)
    with sums:
        st.html(table(say("It all adds up"), (say("part"), say("writes")), parts(found)))
        st.caption(
            plain(
                say(
                    "The difference between the sum and the model’s number is {difference:.0e}.",
                    difference=abs(found.difference),
                )
            )
        )
    st.html(_by_token(found))
    caveat(
        say(
            "Frozen: every normalisation divides by what it divides by in this run. So the shares say what each part adds here, directly; not what would be without it, nor what later layers make of it."
        )
    )
    heads = (say("layer"), say("head"), say("token that is read"), say("writes"))
    numbers(say("What each head writes with what it reads"), heads, lambda: rows(found), "writes", tokens=(2,))


def what_is_shared(found: Writes, asked: Asked) -> str:
    """Which number the shares add up to."""
    if found.pairs:
        _, answer, rival = found.pairs[0]
        if len(found.pairs) == 1 and asked.hides_tokens:
            return say(
                "Shared out is how far the logit of “{answer}”, the token that is hidden, is above that of “{rival}”, the likeliest other: {total}.",
                answer=answer,
                rival=rival,
                total=amount(found.total),
            )
        if len(found.pairs) == 1:
            return say(
                "Shared out is how far the logit of “{answer}”, the model’s answer, is above that of “{rival}”, the next likeliest: {total}.",
                answer=answer,
                rival=rival,
                total=amount(found.total),
            )
        return say(
            "Shared out is how far the logit of each answer is above that of the next likeliest, the mean of {n} places: {total}.",
            n=len(found.pairs),
            total=amount(found.total),
        )
    if asked.compares and asked.second:
        return say(
            "Shared out is the cosine {total} of your text to “{second}”, whose vector stays as it is.",
            total=f"{found.total:.3f}",
            second=_beginning(asked.second),
        )
    return say("Shared out is one number of the model’s answer: {total}.", total=f"{found.total:.3f}")


def _beginning(text: str) -> str:
    """Of a long text the beginning, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_QUOTED else f"{line[:MOST_QUOTED]}…"


def most_written(found: Writes) -> str:
    """Which head writes most, and how much of the number that is."""
    heads = np.nan_to_num(found.heads, nan=-np.inf)
    layer, head = (int(each) for each in np.unravel_index(int(heads.argmax()), heads.shape))
    token = int(np.nan_to_num(found.sources[layer, head]).argmax())
    most = say(
        "Head {head} writes most of all heads: {share} of {total}, most of it with what it reads from “{token}”.",
        head=head_name(layer, head),
        share=amount(heads[layer, head]),
        total=amount(found.total),
        token=found.tokens.labels[token],
    )
    if found.feed_forward.max(initial=-np.inf) <= heads[layer, head]:
        return most
    above = int(found.feed_forward.argmax())
    return paragraph(
        most,
        say(
            "The feed-forward network of layer {layer} writes more: {share}.",
            layer=above + 1,
            share=amount(found.feed_forward[above]),
        ),
    )


def _draw_heads(found: Writes) -> None:
    """Layers down, heads across, and at the end what the layer's feed-forward network writes, beside the largest of all."""
    grid = np.column_stack([found.heads, found.feed_forward])
    n_layers, n_heads = found.heads.shape
    layers = Labelled(tuple(str(layer + 1) for layer in range(n_layers)), (False,) * n_layers)
    columns = (*(str(head + 1) for head in range(n_heads)), say("feed-forward"))
    words = {
        "point": say(
            "Layers down, heads across, at the end the feed-forward network. Point at a cell for its number: 1 is as much as the largest part writes, {largest:.3f}. Press a head to look at it below.",
            largest=largest(grid),
        ),
        "pair_weight": say("layer {query}, column {key}: {weight}", query="{query}", key="{key}", weight="{weight}"),
        "no_pair": say("no such head"),
    }
    panel = Panel(
        say("What each part writes, the largest = 1"),
        "difference",
        grid / largest(grid),
        layers,
        Labelled(columns, (False,) * len(columns)),
    )
    show_panels([panel], "writes", words, lambda layer, head: _choose(layer, head, n_heads))


def _choose(layer: int, head: int, n_heads: int) -> None:
    if head < n_heads:
        state.choose_head(layer, head)


def largest(grid: np.ndarray) -> float:
    """The size of the largest part; where none writes anything, 1."""
    return float(np.nanmax(np.abs(grid))) or 1.0


def _by_token(found: Writes) -> str:
    return number_table(
        [found.from_tokens.tolist()],
        name=say("What all heads write, by the token that they read"),
        rows=[say("all heads")],
        columns=found.tokens.labels,
        numbers=True,
        legend=False,
    )


def parts(found: Writes) -> list[tuple[Cell, ...]]:
    """The groups of parts, their sum, and the model's own number."""
    embeddings = sum(float(each.sum()) for each in found.embeddings.values())
    return [
        (say("the heads"), Change(np.nansum(found.sources))),
        (say("feed-forward networks"), Change(found.feed_forward.sum())),
        (say("embeddings"), Change(embeddings)),
        (say("biases"), Change(found.biases)),
        (say("sum"), Change(found.sum)),
        (say("the model’s number"), Change(found.total)),
    ]


def rows(found: Writes) -> list[tuple[Cell, ...]]:
    """Every head and token, what writes most, whatever its sign, first; then the feed-forward networks."""
    order = np.argsort(-np.abs(np.nan_to_num(found.sources)), axis=None, kind="stable")
    places = zip(*(each.tolist() for each in np.unravel_index(order, found.sources.shape)), strict=True)
    of_heads: list[tuple[Cell, ...]] = [
        (layer + 1, str(head + 1), found.tokens.labels[token], Change(found.sources[layer, head, token]))
        for layer, head, token in places
        if not np.isnan(found.sources[layer, head, token])
    ]
    return of_heads + [
        (layer + 1, say("feed-forward"), "", Change(share)) for layer, share in enumerate(found.feed_forward.tolist())
    ]
