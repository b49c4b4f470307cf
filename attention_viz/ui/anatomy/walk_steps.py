"""Walk steps: the layout of one step of a calculation, formula and words on the left, its picture on the right."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.palettes import DARK, LIGHT
from attention_viz.ui.wording import say, tell

if TYPE_CHECKING:
    from attention_viz.models.anatomy import Anatomy

STYLE = f"""<style>
.av-step h2 {{ font-size: 1.125rem; margin: 0; padding: 0; }}
.av-step p {{ margin: .35rem 0 0; }}
.av-step .followed {{ color: light-dark({LIGHT.accent}, {DARK.accent}); font-weight: 600; }}
.av-step .check {{ font-size: 14px; color: light-dark({LIGHT.secondary}, {DARK.secondary}); }}
.av-step .check span {{ white-space: nowrap; }}
.av-step .check b {{ color: light-dark({LIGHT.text}, {DARK.text}); }}
.av-step .check.off b {{ color: light-dark({LIGHT.accent}, {DARK.accent}); }}
</style>"""


def show_step(
    number: int, title: str, formulas: Sequence[str], words: Sequence[str], checks: str, pictures: Sequence[str]
) -> None:
    """One step. formulas : TeX; words : sentences, escaped here; checks, pictures : HTML"""
    left, right = st.columns([2, 3], gap="large")
    with left:
        step_title(number, title)
        for formula in formulas:
            st.latex(formula)
        step_text(words, checks)
    with right:
        st.html("".join(pictures))


def step_title(number: int, title: str) -> None:
    """The step's number and what it is called."""
    st.html(f'<div class="av-step"><h2>{number} · {escape(title)}</h2></div>')


def step_text(words: Sequence[str], checks: str) -> None:
    """The sentences of a step, and whether its result equals the model's own."""
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in words if sentence)
    st.html(f'<div class="av-step">{sentences}{checks}</div>')


def checks_of(anatomy: Anatomy, names: dict[str, str]) -> str:
    """Whether steps are the model's own numbers. names : step -> what it is called here; those that are not there are left out."""
    from attention_viz.models.anatomy.computation import INSIDE

    lines = []
    for name, called in names.items():
        if name in anatomy.own:
            lines.append(check(called, anatomy.difference(name) or 0.0, bool(anatomy.equal(name)), anatomy.changed))
        elif name in anatomy.why and anatomy.why[name] is not INSIDE:
            lines.append(_line("–", called, escape(tell(anatomy.why[name]))))
    return "".join(lines)


def check(called: str, difference: float, equal: bool, changed: bool = False) -> str:
    """One line: a mark, what was compared, and the largest difference."""
    shown = "0" if difference == 0 else f"{difference:.1e}" if difference < 0.001 else f"{difference:.4f}"
    if equal:
        words = say("equals the model's own number; largest difference {difference}", difference=shown)
    elif changed:
        words = say(
            "differs from the model's own number by up to {difference}, since you changed the arithmetic",
            difference=shown,
        )
    else:
        words = say("differs from the model's own number by up to {difference}", difference=shown)
    unbroken = escape(words).replace(shown, f"<span>{shown}</span>")
    return _line("✓", called, unbroken) if equal else _line("≠", called, unbroken, " off")


def _line(mark: str, called: str, words: str, kind: str = "") -> str:
    """words : HTML"""
    return f'<p class="check{kind}"><b>{mark} {escape(called)}</b> {words}</p>'
