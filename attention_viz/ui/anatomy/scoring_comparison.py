"""Contest: every scoring function on the same query and keys, and who wins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import Message
from attention_viz.ui.anatomy.walk_pictures import Pictures
from attention_viz.ui.anatomy.walk_steps import head, tail
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import say, tell
from attention_viz.view.number_table import number_table

if TYPE_CHECKING:
    from attention_viz.mechanism import Compared
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


def show_contest(number: int, anatomy: Anatomy, pictures: Pictures, temperature: float) -> None:
    """One function is chosen and shown with its formula; beside it all of them, with the weights that they lead to."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        head(number, say("Another score for the same query and keys"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen, seed = _pick_scoring(), _drawn_as()
    found = _compared(anatomy, temperature, seed)
    with left:
        _explain(found[chosen], pictures)
    with right:
        st.html(_table(list(found.values()), pictures))
        st.html(
            _weights(found, chosen, pictures)
            + _chosen(found[chosen], anatomy, pictures)
            + _output(found[chosen], anatomy)
        )


def _compared(anatomy: Anatomy, temperature: float, seed: int) -> dict[str, Compared]:
    from attention_viz.mechanism import compare_scorings

    query, keys = (anatomy.walk[name].numbers for name in ("query", "keys"))
    values = anatomy.walk["values"].numbers if "values" in anatomy.walk.names else None
    found = compare_scorings(query, keys, anatomy.readable, values, temperature=temperature, seed=seed)
    return {each.scoring.name: each for each in found}


def _pick_scoring() -> str:
    st.session_state.setdefault("anatomy_scoring", "scaled_dot")
    chosen: str = st.selectbox(
        say("Scoring function"),
        list(NAMES),
        format_func=lambda name: tell(NAMES[name]),
        key="anatomy_scoring",
        persist_state="session",
        width=220,
    )
    return chosen


def _drawn_as() -> int:
    """The seed of what would be learnt, and a button for the next."""
    st.session_state.setdefault("anatomy_seed", 0)

    def draw_again() -> None:
        st.session_state["anatomy_seed"] += 1

    st.button(say("Draw W, U and v anew"), on_click=draw_again)
    seed: int = st.session_state["anatomy_seed"]
    return seed


def _explain(this: Compared, pictures: Pictures) -> None:
    name = this.scoring.name
    formula = r"\mathrm{score}(q, k) = " + this.scoring.formula
    st.latex(formula)
    words = [
        SOURCES[name] + ".",
        say(
            "With the {name} score, “{token}” is read most, with {weight}; entropy {entropy} nats.",
            name=tell(NAMES[name]),
            token=pictures.tokens[this.top],
            weight=f"{float(this.weights[this.top]):.4f}",
            entropy=f"{this.entropy:.4f}",
        ),
    ]
    if this.scoring.learned:
        words.append(
            say(
                "W, U and v are learnt in a model that uses this score. Here they are drawn at random, so what wins is chance."
            )
        )
    if name in ("concat", "additive"):
        words.append(say("Additive is concat with W cut in two, [W U]: the two rows are the same."))
    words.append(say("The mask and the temperature T are those above."))
    tail(words, "")


def _table(found: Sequence[Compared], pictures: Pictures) -> str:
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


def _weights(found: dict[str, Compared], chosen: str, pictures: Pictures) -> str:
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


def _chosen(this: Compared, anatomy: Anatomy, pictures: Pictures) -> str:
    shown = list(pictures.shown)
    columns = [numbers[shown].tolist() for numbers in (this.scores, this.weights, anatomy.usual)]
    name = say("Scores and weights with the {name} score", name=tell(NAMES[this.scoring.name]))
    return number_table(
        [list(line) for line in zip(*columns, strict=True)],
        name=name,
        rows=pictures.labels,
        columns=[say("score"), say("weight"), say("weight in the model")],
        colours=["signed", "weights", "weights"],
        numbers=True,
        row=pictures.row,
    )


def _output(this: Compared, anatomy: Anatomy) -> str:
    if this.output is None:
        return ""
    return number_table(
        [this.output.tolist(), (anatomy.usual @ anatomy.walk["values"].numbers).tolist()],
        name=say("What is read, c"),
        shape=f"2 × {len(this.output)}",
        rows=[say("with this score"), say("in the model")],
        on_demand=say("Numbers"),
    )
