"""Predictions: the model's answer to the text, beside what its heads attend to."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.models import predictions
from attention_viz.ui.session.model_offer import offer_model
from attention_viz.ui.widgets.tables import Cell, table
from attention_viz.ui.wording import plain, say, tell

MOST_LABELS = 200
"""Tokens of which the label is listed."""


def show_predictions(attention: Attention, said: predictions.Predictions) -> None:
    """Five words for each mask, class probabilities or numbers, labels, an answer, the next token or a similarity."""
    match said:
        case predictions.FilledMasks():
            for mask in said.masks:
                _guesses(
                    say("The model's words for the mask at position {position}", position=mask.position + 1),
                    say("word"),
                    mask.guesses,
                )
        case predictions.Classes():
            _guesses(say("The model's classes"), say("class"), said.guesses)
            st.caption(
                say("The probabilities sum to 1.")
                if said.exclusive
                else say("Each class stands for itself; the probabilities need not sum to 1.")
            )
        case predictions.Scores():
            rows = list(zip(said.names, said.values, strict=True))
            st.html(table(say("The model's numbers for the text"), (say("name"), say("number")), rows, tokens=(0,)))
            st.caption(say("Each number is on the scale it was trained on."))
        case predictions.Labels():
            _labels(attention, said)
        case predictions.TokenScores():
            _token_scores(attention, said)
        case predictions.Similarity():
            _show_sentence(said)
            for note in said.notes:
                st.caption(plain(tell(note)))
        case predictions.NextTokens():
            _guesses(say("The model's next token"), say("token"), said.guesses)
        case predictions.NoPrediction():
            _show_sentence(said)
            if said.instead:
                offer_model(said.instead)
        case _:
            _show_sentence(said)


def _show_sentence(said: predictions.Predictions) -> None:
    st.markdown(f"**{plain(say('What the model says'))}**\n\n{plain(_sentence(said))}")


def _sentence(said: predictions.Predictions) -> str:
    match said:
        case predictions.Similarity():
            return say(
                "Cosine similarity of the two sentences, each read alone: {cosine}. 1 means the same direction, 0 nothing in common.",
                cosine=f"{said.cosine:.4f}",
            )
        case predictions.Score():
            return say(
                "The model's score for this text: {value}, on the scale it was trained on.", value=f"{said.value:.4f}"
            )
        case predictions.Answer():
            return say(
                "The model's answer: “{text}”, with probability {probability}.",
                text=said.text,
                probability=f"{said.probability:.4f}",
            )
        case predictions.NoPrediction(advice=advice) if advice is not None:
            return tell(advice)
    return say("This checkpoint has no head that says something; its attention is all there is to see.")


def _guesses(caption: str, what: str, guesses: Sequence[predictions.Guess]) -> None:
    rows = [(guess.text, guess.probability) for guess in guesses]
    st.html(table(caption, (what, say("probability")), rows, tokens=(0,), bar=1))


def _labels(attention: Attention, said: predictions.Labels) -> None:
    rows = [
        (position + 1, token, guess.text, guess.probability)
        for position, (token, guess) in enumerate(zip(attention.query_tokens.labels, said.guesses, strict=True))
        if guess is not None
    ]
    _token_table(say("The model's label of each token"), (say("label"), say("probability")), rows)
    if not said.exclusive:
        st.caption(say("Each label stands for itself: a token can have several of them, the likeliest is listed."))


def _token_scores(attention: Attention, said: predictions.TokenScores) -> None:
    rows: list[tuple[Cell, ...]] = [
        (position + 1, token, *values)
        for position, (token, values) in enumerate(zip(attention.tokens, said.values, strict=True))
        if values is not None
    ]
    names = said.names if len(said.names) > 1 else (say("number"),)
    _token_table(say("The model's numbers for each token"), names, rows)
    st.caption(say("Each number is on the scale it was trained on."))


def _token_table(caption: str, names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """A row for each token: its position, the token, and what the names say."""
    st.html(table(caption, (say("position"), say("token"), *names), rows[:MOST_LABELS], tokens=(1,)))
    if len(rows) > MOST_LABELS:
        st.caption(say("The first {n} tokens are listed.", n=MOST_LABELS))
