"""Definitions: what each measure of a head divides by what, one sentence each."""

from __future__ import annotations

import streamlit as st

from attention_viz.ui.all_heads.head_table import MEASURES
from attention_viz.ui.wording import plain, say, tell


def show_definitions() -> None:
    """A list of all measures, to be put behind a drawer."""
    for name, sentence in _definitions().items():
        st.markdown(f"**{plain(tell(MEASURES[name]))}** {plain(sentence)}")
    st.caption(
        plain(
            say(
                "Definitions as in Clark et al. 2019, with n, the number of queries, below every sum, so that a head that always reads the previous token has the share (n - 1) / n; confidence as in Voita et al. 2019; importance as in Michel et al. 2019."
            )
        )
    )


def _definitions() -> dict[str, str]:
    return {
        "entropy": say(
            "The mean over the n queries of the entropy of their row: 0 where one key takes everything, and the most, ln of the number of keys that the query may read, where all of these are read alike. The percentage is its share of that uniform entropy."
        ),
        "confidence": say(
            "The highest weight of each query's row, [SEP] left out as a key, added up and divided by n: 1 where every query has a single key."
        ),
        "distance": say("Each weight times the number of tokens between query and key, added up and divided by n."),
        "previous": say(
            "The weights on the token before each query, added up and divided by n, though the first token has none before it."
        ),
        "next": say(
            "The weights on the token after each query, added up and divided by n, though the last token has none after it."
        ),
        "self": say("The weights of the tokens on themselves, added up and divided by n."),
        "same_token": say(
            "The weights on other places where the query's own token stands again, added up and divided by n; special tokens count as none."
        ),
        "cls": say("The weights on the token that opens the text, added up and divided by n."),
        "sep": say("The weights on all [SEP] together, added up and divided by n."),
        "punctuation": say("The weights on tokens that are nothing but punctuation, added up and divided by n."),
        "other_segment": say(
            "Of a pair: the weights on tokens of the text that the query is not in, special tokens apart, added up and divided by n."
        ),
        "importance": say(
            "How much the model's answer would change, to first order, if the head were turned down: the size of the gradient by a factor on its output, each layer divided by its length, so that heads are compared within a layer."
        ),
    }
