"""Captions: how to read each picture, and what it does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attention_viz.attention import Attention
from attention_viz.filters import removed_share
from attention_viz.measures import HeadTable
from attention_viz.models import Model
from attention_viz.patterns import head_label
from attention_viz.selection import Selection
from attention_viz.ui.wording import listed, paragraph, say, tell

if TYPE_CHECKING:
    from attention_viz.experiments import Faithfulness, Importance

CELLS_IN_EVERY_RUN = 256**2
"""Weights of one head that are measured in a few ms."""


def about_model(model: Model, attention: Attention) -> str:
    """The model's name and size, and how many of the tokens that it can read the text has."""
    size = _size(model.name, attention)
    if attention.limit is None:
        return say("{size} · {n} tokens", size=size, n=attention.n_tokens)
    return say("{size} · {n} of {limit} tokens used", size=size, n=attention.n_tokens, limit=attention.limit)


def _size(name: str, attention: Attention) -> str:
    """Of the attention that is shown: layers, and heads in each that has any."""
    layers, heads = attention.n_layers, attention.n_heads
    if len(attention.layers) == layers:
        return say("{name} · {layers} layers × {heads} heads", name=name, layers=layers, heads=heads)
    return say(
        "{name} · {layers} layers, {n} of them with {heads} heads",
        name=name,
        layers=layers,
        n=len(attention.layers),
        heads=heads,
    )


def how_to_read(attention: Attention, selection: Selection) -> str:
    """One sentence on the picture, one on what the head does, one on [CLS] and [SEP], one caveat."""
    match selection.view:
        case "layer":
            picture = say(
                "Every head of layer {layer}, read like the large picture: query down, key across; the stronger the colour, the higher the weight.",
                layer=selection.layer + 1,
            )
        case "lines":
            picture = say(
                "Each line joins a token that reads, the query, with one that is read, the key; the thicker, the higher the weight."
            )
        case "sentence":
            picture = say(
                "An arc joins the token that reads, the query, with each token that it reads, the key; the thicker, the higher the weight."
            )
        case "text":
            picture = say(
                "Each token is coloured by the attention it receives: from the tokens that you choose, or else from all of them on average."
            )
        case _ if _sums_to_one(selection):
            picture = say(
                "Each row is one token, the query, reading the others, the keys; a row sums to 1; the stronger the colour, the higher the weight."
            )
        case _:
            picture = say(
                "Each row is one token, the query, reading the others, the keys; the stronger the colour, the higher the weight."
            )
    return paragraph(
        picture,
        _about_pattern(attention, selection),
        _about_specials(attention, selection),
        say("Attention shows where information may come from, not why the model decided."),
    )


def _sums_to_one(selection: Selection) -> bool:
    """Whether all that a query reads is in its row."""
    whole = selection.renormalise or not selection.exclude
    return whole and selection.pairs == "all" and selection.threshold == 0


def _about_pattern(attention: Attention, selection: Selection) -> str:
    """What one head does on a text that is short enough to measure it in every run; of a mean, nothing is said."""
    if selection.is_mean or attention.shape[0] * attention.shape[1] > CELLS_IN_EVERY_RUN:
        return ""
    label, head = head_label(attention, selection.layer, selection.head), selection.head + 1
    if label.short is None:
        return say("Head {head} on this text: {rule}", head=head, rule=tell(label.message))
    return say("Head {head} on this text: {does}.", head=head, does=tell(label.short))


def _about_specials(attention: Attention, selection: Selection) -> str:
    """The share of one head's attention on special tokens; of a mean, nothing is said."""
    if not any(attention.key_tokens.special) or selection.is_mean:
        return ""
    share = removed_share(attention, selection.layer, selection.head, ["special"])
    names = listed(
        dict.fromkeys(
            text
            for text, special in zip(attention.key_tokens.labels, attention.key_tokens.special, strict=True)
            if special
        )
    )
    if share > 0.5:
        return say(
            "Head {head} sends {share} of its attention to {names}, which every text has. One hypothesis is that this is a no-op for tokens to which the head's function does not apply (Clark et al. 2019).",
            head=selection.head + 1,
            share=f"{share:.0%}",
            names=names,
        )
    return say(
        "Head {head} sends {share} of its attention to {names}, which every text has.",
        head=selection.head + 1,
        share=f"{share:.0%}",
        names=names,
    )


def about_heads(table: HeadTable, importance: Importance | None) -> str:
    """How to read the table, the map and the charts of all heads, and what they do not say."""
    return paragraph(
        say(
            "Each row is one head, measured on the {queries} tokens of this text; the small picture is its weights, query down, key across; the small bars are shares of its attention, which overlap where a token is two things at once, so they need not sum to 1.",
            queries=table.queries,
        ),
        say(
            "On the map, heads that read this text alike stand near each other (the root of their Jensen-Shannon divergence, drawn in two dimensions as well as it goes); the number is the head, the colour its layer, the outline its group."
        ),
        ""
        if importance is None
        else say(
            "Importance is the sensitivity of one number on this text, {loss}; heads are comparable within a layer only.",
            loss=tell(importance.loss),
        ),
        say(
            "A pattern is a name for what the numbers say on this text; on another the same head may get another name."
        ),
    )


def about_flow(residual: float) -> str:
    """How to read rollout and flow, and what they assume."""
    return paragraph(
        say(
            "Each row is one layer: how much the chosen token, there, draws from each token of the text; a row sums to 1. Rollout multiplies the layers' mean weights; flow asks how much fits through all of them at once, each weight a pipe of that width, and is divided by its sum. “Through head” takes the last step through the chosen head alone."
        ),
        say(
            "Both take for granted that {residual} of every token passes each layer by the residual connection, and that all heads count alike; the measured share is larger and differs by layer (see Mixing), so this shows where information could have come from, not what was used.",
            residual=f"{residual:.0%}",
        ),
    )


def about_norms() -> str:
    """How to read norms beside weights."""
    return paragraph(
        say(
            "A head adds, for each key, its weight times a vector made from the key; the norm is that vector's length. A strong weight on a short vector adds little, as is common for [CLS], [SEP] and full stops: there the difference is below zero."
        ),
        say(
            "Norms have no fixed scale and rows do not sum to 1; long vectors can point against each other, so a norm is not yet an effect (Kobayashi et al. 2020)."
        ),
    )


def about_mixing() -> str:
    """How to read the context-mixing ratio."""
    return paragraph(
        say(
            "For each layer, how much of a token's new vector comes from other tokens, by five accounts: weights alone say almost all of it; with the residual connection and the normalisation behind it, most of it is the token itself (Kobayashi et al. 2021: 18.8 %, from others, in BERT-base)."
        ),
        say("The ratio compares lengths of vectors, not what they mean to later layers."),
    )


def about_gradients(alone: bool) -> str:
    """How to read gradient times attention and relevance."""
    return paragraph(
        say(
            "Gradient × attention is, to first order, how much the number would fall without this weight: above zero the weight speaks for the answer, below against it. Relevance keeps what speaks for it, head by head, and follows it through the layers to where the answer is read (Chefer et al. 2021); shares are of what a token gains beyond the 1 that it starts with."
        ),
        say("This model reads the texts of a pair apart; what is shown is the first, read alone.") if alone else "",
        say(
            "It explains this number on this text, near this text; a large step, such as leaving a word out, can do something else."
        ),
    )


def about_faithfulness(found: Faithfulness) -> str:
    """How to read the table of methods, and what it does not say."""
    return paragraph(
        say(
            "Each of the {n} tokens was replaced by {blank}, one at a time, and the shift of the answer ({answer}) was ranked; the number is how well a method ranks the tokens alike, 1 = the same order, 0 = nothing in common.",
            n=found.n,
            blank=found.blank,
            answer=tell(found.answer),
        ),
        say(
            "With {n} tokens, chance alone reaches {chance} either way one time in twenty. One text is one text: a method that earned trust here may lose it on the next.",
            n=found.n,
            chance=f"{found.chance:.2f}",
        ),
    )
