"""Spread strip: one measure of one head over all texts, drawn as a box with what stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import streamlit as st

from attention_viz.corpus.intervals import CONFIDENCE
from attention_viz.ui.many.measure_choice import IN_SENTENCE
from attention_viz.ui.many.verdict import Spread
from attention_viz.ui.wording import plain, say, tell

STYLE = """<style>
.spread { position: relative; height: 26px; margin: 14px 8px 2px; }
.spread span { position: absolute; top: 50%; transform: translate(-50%, -50%); }
.spread .range { height: 2px; background: currentColor; opacity: .35; transform: translateY(-50%); }
.spread .half { height: 16px; background: currentColor; opacity: .22; transform: translateY(-50%); }
.spread .median { width: 3px; height: 16px; background: currentColor; }
.spread .text { width: 14px; height: 14px; border-radius: 50%; background: var(--mine); outline: 2px solid Canvas; }
.spread .shuffled, .spread .uniform { width: 10px; height: 10px; border: 2px solid currentColor; background: Canvas; }
.spread .shuffled { transform: translate(-50%, -50%) rotate(45deg); }
.spread-key { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 14px; margin: 0 8px; }
.spread-key span { min-width: 0; }
.spread-key i { display: inline-block; margin-inline-end: 6px; vertical-align: middle; }
.spread-key .half { width: 18px; height: 12px; background: currentColor; opacity: .3; }
.spread-key .text { width: 11px; height: 11px; border-radius: 50%; background: var(--mine); }
.spread-key .shuffled, .spread-key .uniform { width: 9px; height: 9px; border: 2px solid currentColor; }
.spread-key .shuffled { transform: rotate(45deg) scale(.85); }
.spread-all { --mine: light-dark(#B5470B, #FFB168); }
</style>"""


def show_spread(spread: Spread, value: float | None) -> None:
    """Draws where most texts lie, and this text, shuffled tokens and uniform attention among them."""
    marks = {"text": value, "shuffled": spread.shuffled, "uniform": spread.uniform}
    there = {name: each for name, each in marks.items() if each is not None}
    least = min(spread.at(0.01), *there.values())
    most = max(spread.at(0.99), *there.values())

    def place(number: float) -> str:
        return f"{100 * (number - least) / max(most - least, 1e-9):.2f}%"

    def bar(name: str, start: float, stop: float) -> str:
        width = 100 * (stop - start) / max(most - least, 1e-9)
        return f'<span class="{name}" style="left:{place(start)};width:{width:.2f}%"></span>'

    drawn = [
        bar("range", spread.at(0.05), spread.at(0.95)),
        bar("half", spread.at(0.25), spread.at(0.75)),
        f'<span class="median" style="left:{place(spread.at(0.5))}"></span>',
        *(f'<span class="{name}" style="left:{place(each)}"></span>' for name, each in reversed(there.items())),
    ]
    said = dict(_key(spread, there))
    key = "".join(f'<span><i class="{name}"></i>{escape(text)}</span>' for name, text in said.items())
    name = escape(f"{tell(IN_SENTENCE[spread.measure])}: {'; '.join(said.values())}", quote=True)
    strip = f'<div class="spread" role="img" aria-label="{name}">{"".join(drawn)}</div>'
    whole = f'{STYLE}<div class="spread-all">{strip}<div class="spread-key">{key}</div></div>'
    st.html(whole)
    st.caption(
        plain(
            say(
                "In brackets: the {sure:.0%} interval, which says how sure a share is with so many texts. Shuffled tokens: what the same head does when the tokens of a text stand in another order.",
                sure=CONFIDENCE,
            )
        )
    )


def _key(spread: Spread, there: dict[str, float]) -> Iterator[tuple[str, str]]:
    """What each mark is, with its number."""
    yield (
        "half",
        say(
            "half of the texts, {low:.2f} to {high:.2f}; the line: nine of ten, {least:.2f} to {most:.2f}",
            low=spread.at(0.25),
            high=spread.at(0.75),
            least=spread.at(0.05),
            most=spread.at(0.95),
        ),
    )
    if "text" in there:
        yield "text", say("your text, {value:.2f}", value=there["text"])
    if "shuffled" in there:
        yield "shuffled", say("shuffled tokens, {value:.2f}", value=there["shuffled"])
    if "uniform" in there:
        yield "uniform", say("a head that reads all tokens alike, {value:.2f}", value=there["uniform"])
