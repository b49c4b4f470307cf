"""Head importance: how much the answer to this text depends on each head, by a gradient and by ablation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attention_viz.measures import Progress, chance_bound, rank_correlation
from attention_viz.selection import Selection
from attention_viz.ui.ablation.ablation import ablation_key
from attention_viz.ui.widgets.boards import show_ranking
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.tables import number
from attention_viz.ui.wording import paragraph, plain, say, tell
from attention_viz.ui.work.results import result
from attention_viz.view import chart

if TYPE_CHECKING:
    from attention_viz.experiments import Effects, Importance
    from attention_viz.models import Model


@dataclass(frozen=True)
class HeadImportance:
    """Two estimates for every head. importance: by a gradient, layers not normalised; effects: of ablating each head."""

    importance: Importance
    effects: Effects


def measure_importance(model: Model, selection: Selection) -> HeadImportance | None:
    """How much does the answer depend on each head? None while it is under way. Raises as `experiments.importance`."""
    from attention_viz import experiments

    def make(progress: Progress | None) -> HeadImportance:
        text, second, mask = selection.text, selection.second, selection.masked
        importance = experiments.importance(model, text, second=second, mask=mask, normalised=False)
        effects = experiments.head_effects(model, text, selection.way, second=second, mask=mask, progress=progress)
        return HeadImportance(importance, effects)

    doing = say("Taking away every head, one at a time")
    return result("weighed", ablation_key(model, selection), make, doing=doing, quick=False)


def pick_importance() -> bool:
    """Whether the importance of every head is measured."""
    st.toggle(
        say("Weigh every head on this text"),
        help=say("One gradient for all heads, then one pass for each head that is taken away."),
        **chosen_as("ablation_importance", usual=False),
    )
    return bool(st.session_state["ablation_importance"])


def show_importance(found: HeadImportance, selection: Selection, on_choose: Callable[[int, int], None]) -> None:
    """Importance, effect, and each head by both; a click chooses a head."""
    st.toggle(
        say("Divide each layer by its length (the root of the sum of its squares), as Michel et al. do"),
        **chosen_as("ablation_normalised", usual=True),
    )
    importance = _importance(found, st.session_state["ablation_normalised"])
    effect = np.abs(found.effects.changes)
    one, both, other = st.columns(3, gap="medium")
    with one:
        show_ranking(
            importance, (selection.layer, selection.head), say("Importance, by a gradient"), "importance", on_choose
        )
    with both:
        st.html(chart.STYLE + _cloud(importance, effect))
        st.markdown(plain(_agreement(importance, effect)))
    with other:
        show_ranking(
            effect, (selection.layer, selection.head), say("Effect of taking the head away"), "effect", on_choose
        )
    st.caption(plain(_about(found)))


def _importance(found: HeadImportance, normalised: bool) -> np.ndarray:
    from attention_viz.experiments.importance import by_layer

    return by_layer(found.importance.values) if normalised else found.importance.values


def _cloud(importance: np.ndarray, effect: np.ndarray) -> str:
    """A scatter plot: every head by importance and effect, with the mark of its layer."""
    curves = [
        chart.Curve(
            say("Layer {layer}", layer=layer + 1),
            [(float(x), float(y)) for x, y in zip(*rows, strict=True) if not np.isnan(x)],
        )
        for layer, rows in enumerate(zip(importance, effect, strict=True))
    ]
    return chart.chart(
        curves,
        name=say("Every head: importance and effect"),
        across=say("importance"),
        up=say("effect"),
        joined=False,
    )


def _agreement(importance: np.ndarray, effect: np.ndarray) -> str:
    n = int((~np.isnan(effect)).sum())
    return say(
        "Rank correlation (Spearman) of the two over {n} heads: {likeness}. Chance alone gives less than {bound}, 39 times in 40.",
        n=n,
        likeness=f"{rank_correlation(importance, effect):.2f}",
        bound=f"{chance_bound(n):.2f}",
    )


def _about(found: HeadImportance) -> str:
    return paragraph(
        say(
            "The number that is watched: {loss}; with every head on it is {value}.",
            loss=tell(found.importance.loss),
            value=number(found.importance.untouched),
        ),
        say(
            "Importance is the size of its slope by a factor on the head's output (Michel et al. 2019, equation 2); the effect is how far it really moves without the head."
        ),
        say("On one text this says how sensitive this number is, not how much a task needs the head."),
    )
