"""Script: the Python code that gives the numbers of the page."""

from __future__ import annotations

import streamlit as st

from attention_viz.ui.causes.asked import Asked


def show_script(asked: Asked, parts: str) -> None:
    """The script, with a button that copies it."""
    st.code(script(asked, parts), language=None, wrap_lines=True)


def script(asked: Asked, parts: str) -> str:
    """The calls of the library with the texts in use. Layers, heads and tokens count from 0 in it."""
    model = f"av.load_model({asked.selection.model!r})" if asked.selection.model else "av.load_model()"
    mask = f", mask={list(asked.masked)}" if asked.masked else ""
    second = f", second={asked.second!r}" if asked.second is not None else ""
    beside = f", second={asked.beside!r}" if asked.beside is not None else ""
    lines = [
        "import attention_viz as av",
        "from attention_viz import experiments",
        "",
        f"model = {model}",
        f"text = {asked.text!r}",
    ]
    if asked.other:
        compared = f", second={asked.given_second!r}" if asked.given_second is not None else ""
        lines += [
            f"found = experiments.patch(model, text, {asked.other!r}, {parts!r}{compared}{mask})",
            "print(found.carried.round(2), found.removed.round(2))",
        ]
    layer, head = asked.selection.layer, asked.selection.head
    lines += [
        "",
        f"written = experiments.writes(model, text{second}{mask})",
        "print(written.heads.round(2), written.total, written.difference)",
        f"said = experiments.logit_lens(model, text{second}{mask})",
        "print(said.numbers, [[guesses[0].text for guesses in place.guesses] for place in said.places])",
        "",
        f"layer, head = {layer}, {head}  # on the screen: layer {layer + 1}, head {head + 1}",
        f"parts = experiments.score_parts(model, text, layer, head, {asked.query}{beside})",
        "print(parts.parts, parts.against_the_mean.round(2))",
        f"print(experiments.no_op(model, text, [(layer, head)]{second}{mask}).heads)",
    ]
    return "\n".join(lines)
