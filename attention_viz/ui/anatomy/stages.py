"""Stages: the stages of a head's computation, in their order, and the parts of the page that each shows.

The browser says which stage is looked at, as `data-stage` of the page (js/anatomy/shown-stage.js): all parts are on the page, and
those of other stages are not displayed. On paper every stage is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import Message
from attention_viz.palettes import DARK, LIGHT
from attention_viz.ui.wording import tell

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


@dataclass(frozen=True)
class Stage:
    """One stage.

    name     : of the stage; sign: what it is called among the others, in mathematical signs or a word
    title    : above its numbers
    steps    : of a walk; the stage is there where the walk has one of them
    followed : the step whose number is followed
    apart    : it is no part of the computation itself
    """

    name: str
    sign: str | Message
    title: Message
    steps: tuple[str, ...]
    followed: str = ""
    apart: bool = False

    @property
    def label(self) -> str:
        return tell(self.sign) if isinstance(self.sign, Message) else self.sign


VECTORS = ("normed_input", "straight_query", "query", "straight_keys", "keys", "values")
STAGES = (
    Stage("input", "x", Message("The token's first vector"), ("input",)),
    Stage("vectors", "q k v", Message("Query, keys and values"), VECTORS),
    Stage("products", "q · k", Message("The dot product with one key"), ("products",), "scores"),
    Stage("scaled", "÷ √d", Message("Divided by the root of the width"), ("scaled",), "scaled"),
    Stage("masked", Message("mask"), Message("The mask"), ("masked",), "masked"),
    Stage("weights", "softmax", Message("Softmax: from scores to weights"), ("weights",), "weights"),
    Stage("context", Message("sum"), Message("What is read"), ("context",), "context"),
    Stage("concatenated", Message("all heads"), Message("All heads together"), ("concatenated",), "concatenated"),
    Stage("projected", "Wₒ", Message("All heads mixed by W_o"), ("projected",), "projected"),
    Stage("residual", "+", Message("Back into the token's vector"), ("residual",), "residual"),
    Stage("output", "norm", Message("Normalised"), ("output",), "output"),
    Stage(
        "scoring",
        Message("other scores"),
        Message("Another score for the same query and keys"),
        ("products",),
        apart=True,
    ),
)
SCORES = ("products", "scaled", "masked", "weights")
"""The stages that share one table of all keys, which has one column more at each."""
COLUMNS = {
    "products": ("scores",),
    "scaled": ("scaled",),
    "masked": ("added", "masked"),
    "weights": ("shifted", "exponentials", "weights"),
}
"""Which of its columns each of these stages adds."""
PARTS: dict[str, tuple[str, ...]] = {stage.name: (stage.name,) for stage in STAGES} | {
    "scores": SCORES,
    "dimensions": ("products",),
    "controls": ("scaled", "weights"),
}
"""Parts of the page, and at which stages each is displayed."""
STICKY = f"""
@media screen {{
  [data-testid="stLayoutWrapper"]:has(> .st-key-stage-strip) {{ position: sticky; top: 3.75rem; z-index: 90; background: light-dark({LIGHT.ground}, {DARK.ground}); }}
  .st-key-stage-strip {{ background: inherit; }}
  .st-key-anatomy-stages {{ min-height: 70vh; }}
  @media (max-height: 600px), (max-width: 640px) {{ [data-testid="stLayoutWrapper"]:has(> .st-key-stage-strip) {{ position: static; }} }}
}}
"""
"""The strip of all stages stays in sight, below the bar of the app, where there is room for it."""
MOTION = """
@media screen and (prefers-reduced-motion: no-preference) {
  html[data-stage-way="on"] .st-key-anatomy-stages { --from: 2rem; }
  html[data-stage-way="back"] .st-key-anatomy-stages { --from: -2rem; }
  html[data-stage-way] .st-key-anatomy-stages [class*="st-key-stage-"]:not(.st-key-stage-scores) { animation: stage-comes 0.2s ease-out; }
  .st-key-all-keys .av-number-table :is(td, th) { transition: opacity 0.2s; }
}
@keyframes stage-comes { from { opacity: 0; transform: translateX(var(--from, 0)); } }
"""
"""A stage comes from the side where it stands in the strip; the table that several share stays, and gets its new columns."""


def stages_of(names: Collection[str]) -> tuple[Stage, ...]:
    """The stages of a walk with steps of these names."""
    return tuple(stage for stage in STAGES if set(stage.steps) & set(names))


def part(name: str) -> DeltaGenerator:
    """A part of the page that is displayed at its stages alone."""
    return st.container(key=f"stage-{name}")


def style(columns: Sequence[str]) -> str:
    """The CSS of the page: the parts of one stage, and of the table of all keys the columns up to that stage.

    columns : the steps that the table has, from left to right
    """
    shown = "".join(_only_at(stages, _around(f".st-key-stage-{name}")) for name, stages in PARTS.items())
    table = "".join(_columns_at(stage, columns) for stage in SCORES)
    return f"{STICKY}{MOTION}@media screen {{ {shown}{table} }}"


def _only_at(stages: Sequence[str], element: str) -> str:
    looked_at = ", ".join(f'[data-stage="{stage}"]' for stage in (*stages, "all"))
    return f"html:not({looked_at}) {element} {{ display: none; }}\n"


def _around(container: str) -> str:
    """What Streamlit lays round a container, which would leave a gap."""
    return f'[data-testid="stLayoutWrapper"]:has(> {container})'


def _columns_at(stage: str, columns: Sequence[str]) -> str:
    """Columns that are computed later are not there yet; those of the stage itself have their names underlined."""
    until = SCORES[: SCORES.index(stage) + 1]
    known = [name for each in until for name in COLUMNS[each] if name in columns]
    own = [columns.index(name) for name in COLUMNS[stage] if name in columns]
    table = f'html[data-stage="{stage}"] .st-key-all-keys .av-number-table tr'
    later = f"{table} > :nth-child(n + {len(known) + 2}) {{ visibility: hidden; opacity: 0; }}\n"
    return later + "".join(
        f"{table} > th:nth-child({place + 2}) {{ text-decoration: underline 2px; }}\n"
        f"{table}.on > td:nth-child({place + 2}) {{ box-shadow: 0 0 0 2px var(--on); z-index: 2; }}\n"
        for place in own
    )
