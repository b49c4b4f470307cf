"""Scoring comparison: the weights that every scoring function gives to the same query and keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import Message
from attention_viz.ui.anatomy.walk_pictures import WalkPictures
from attention_viz.ui.anatomy.walk_sections import WalkSections
from attention_viz.ui.anatomy.walk_steps import step_text, step_title
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import say, tell
from attention_viz.view.number_table import number_table

if TYPE_CHECKING:
    from attention_viz.mechanism import ScoringResult
    from attention_viz.models.anatomy import Anatomy

NAMES = {
    "dot": Message("dot product"),
    "scaled_dot": Message("scaled dot product"),
    "general": Message("general"),
    "concat": Message("concat"),
    "additive": Message("additive"),
    "cosine": Message("cosine"),
    "gaussian": Message("Gaussian kernel"),
}
SOURCES = {
    "dot": "Luong et al. 2015, eq. 8",
    "scaled_dot": "Vaswani et al. 2017, eq. 1",
    "general": "Luong et al. 2015, eq. 8",
    "concat": "Luong et al. 2015, eq. 8",
    "additive": "Bahdanau et al. 2015, A.1.2",
    "cosine": "Graves et al. 2014, eq. 6",
    "gaussian": "Nadaraya 1964, Watson 1964",
}


def show_scoring_comparison(sections: WalkSections, temperature: float) -> None:
    """One function is chosen and shown with its formula; beside it all of them, with the weights that they lead to."""
    anatomy, pictures = sections.anatomy, sections.pictures
    left, right = st.columns([2, 3], gap="large")
    with left:
        step_title(*sections.heading("scoring"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen, seed = _pick_scoring(), _pick_seed()
    found = _compared(anatomy, temperature, seed)
    with left:
        _explain(found[chosen], pictures)
    with right:
        st.html(_table(list(found.values()), pictures))
        st.html(
            _weights(found, chosen, pictures)
            + _scores_and_weights(found[chosen], anatomy, pictures)
            + _output(found[chosen], anatomy)
        )


def _compared(anatomy: Anatomy, temperature: float, seed: int) -> dict[str, ScoringResult]:
    from attention_viz.mechanism import compare_scorings

    query, keys = (anatomy.walk[name].numbers for name in ("query", "keys"))
    values = anatomy.walk["values"].numbers if "values" in anatomy.walk.names else None
    found = compare_scorings(query, keys, anatomy.readable, values, temperature=temperature, seed=seed)
    return {each.scoring.name: each for each in found}


def _pick_scoring() -> str:
    chosen: str = st.selectbox(
        say("Scoring function"),
        list(NAMES),
        format_func=lambda name: tell(NAMES[name]),
        width=220,
        **chosen_as("anatomy_scoring", NAMES, usual="scaled_dot", shows="index"),
    )
    return chosen


def _pick_seed() -> int:
    """The seed of the random W, U and v, and a button for the next one."""
    st.session_state.setdefault("anatomy_seed", 0)

    def draw_again() -> None:
        st.session_state["anatomy_seed"] += 1

    st.button(say("Draw W, U and v anew"), on_click=draw_again)
    seed: int = st.session_state["anatomy_seed"]
    return seed


def _explain(compared: ScoringResult, pictures: WalkPictures) -> None:
    name = compared.scoring.name
    formula = r"\mathrm{score}(q, k) = " + compared.scoring.formula
    st.latex(formula)
    words = [
        SOURCES[name] + ".",
        say(
            "With the {name} score, “{token}” is read most, with {weight}; entropy {entropy} nats.",
            name=tell(NAMES[name]),
            token=pictures.tokens[compared.top],
            weight=f"{float(compared.weights[compared.top]):.4f}",
            entropy=f"{compared.entropy:.4f}",
        ),
    ]
    if compared.scoring.learned:
        words.append(
            say(
                "W, U and v are learnt in a model that uses this score. Here they are drawn at random, so what wins is chance."
            )
        )
    if name in ("concat", "additive"):
        words.append(say("Additive is concat with W cut in two, [W U]: the two rows are the same."))
    words.append(say("The mask and the temperature T are those of the computation."))
    step_text(words, "")


def _table(found: Sequence[ScoringResult], pictures: WalkPictures) -> str:
    rows = [
        (
            tell(NAMES[each.scoring.name]),
            f"{each.top + 1} {pictures.tokens[each.top]}",
            float(each.weights[each.top]),
            each.entropy,
        )
        for each in found
    ]
    heads = (say("score"), say("read most"), say("weight"), say("entropy, nats"))
    return table(say("The same q and k, seven scores"), heads, rows, tokens=(1,))


def _weights(found: dict[str, ScoringResult], chosen: str, pictures: WalkPictures) -> str:
    shown = list(pictures.shown)
    return number_table(
        [each.weights[shown].tolist() for each in found.values()],
        name=say("The weights that they lead to"),
        shape=say("7 scores × {keys} keys", keys=len(shown)),
        rows=[tell(NAMES[name]) for name in found],
        columns=pictures.labels,
        colours="weights",
        row=list(found).index(chosen),
        column=pictures.row,
        on_demand=say("Numbers"),
    )


def _scores_and_weights(compared: ScoringResult, anatomy: Anatomy, pictures: WalkPictures) -> str:
    shown = list(pictures.shown)
    columns = [numbers[shown].tolist() for numbers in (compared.scores, compared.weights, anatomy.usual)]
    name = say("Scores and weights with the {name} score", name=tell(NAMES[compared.scoring.name]))
    return number_table(
        [list(line) for line in zip(*columns, strict=True)],
        name=name,
        rows=pictures.labels,
        columns=[say("score"), say("weight"), say("weight in the model")],
        colours=["signed", "weights", "weights"],
        numbers=True,
        row=pictures.row,
    )


def _output(compared: ScoringResult, anatomy: Anatomy) -> str:
    if compared.output is None:
        return ""
    return number_table(
        [compared.output.tolist(), (anatomy.usual @ anatomy.walk["values"].numbers).tolist()],
        name=say("What is read, c"),
        shape=f"2 × {len(compared.output)}",
        rows=[say("with this score"), say("in the model")],
        on_demand=say("Numbers"),
    )
