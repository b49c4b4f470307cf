"""Token lines: which token reads which, as lines between two rows of tokens, as HTML without script or SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from attention_viz.errors import InputError
from attention_viz.palettes import DARK, LIGHT
from attention_viz.view.chart import segment

FAINT = 0.02
"""A line that carries less than this is not drawn."""
CELL = 4.2
"""Least width of a token, in em: more tokens scroll sideways."""


def token_lines(
    weights: np.ndarray, *, name: str, queries: Sequence[str], keys: Sequence[str] = (), query: int | None = None
) -> str:
    """Which token reads which? A `figure` of HTML: queries above, keys below, a line for each weight.

    weights : (query, key), 0 to 1: the thicker and the less transparent the line, the higher the weight; True = 1
    queries, keys : their labels; without keys, the keys are the queries
    query   : the one whose lines are in the accent colour, the others faint
    Raises InputError where labels and weights do not fit.
    """
    drawn = np.asarray(weights, dtype=float)
    below = list(keys) or list(queries)
    if drawn.ndim != 2 or drawn.shape != (len(queries), len(below)) or 0 in drawn.shape:
        raise InputError(
            "There are {readers} tokens above and {read} below for links of the shape {shape}. Give one label for each.",
            readers=len(queries),
            read=len(below),
            shape=drawn.shape,
        )
    pairs = [(row, key) for row, key in np.argwhere(drawn >= FAINT).tolist() if row != query]
    pairs += [(query, key) for key in range(len(below)) if query is not None and drawn[query, key] >= FAINT]
    lines = "".join(_line(drawn, row, key, row == query, query is None) for row, key in pairs)
    width = CELL * max(len(queries), len(below))
    label = escape(name, quote=True)
    return (
        f'<figure class="av-token-lines"><figcaption>{escape(name)}</figcaption>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><div style="min-width:{width:.1f}em">'
        f'{_tokens(queries, query)}<div class="lines" role="img" aria-label="{label}">{lines}</div>{_tokens(below, None)}'
        "</div></div></figure>"
    )


def _line(weights: np.ndarray, query: int, key: int, chosen: bool, alone: bool) -> str:
    n_queries, n_keys = weights.shape
    weight = float(weights[query, key])
    start, end = (100 * (query + 0.5) / n_queries, 0.0), (100 * (key + 0.5) / n_keys, 100.0)
    thick = 0.4 + 1.8 * weight
    opacity = 0.25 + 0.75 * weight if chosen or alone else 0.12
    return f'<i class="{"on" if chosen else "off"}" style="{segment(start, end, thick)};opacity:{opacity:.2f}"></i>'


def _tokens(texts: Sequence[str], chosen: int | None) -> str:
    cells = "".join(
        f'<span{" class=on" if index == chosen else ""} title="{escape(text, quote=True)}"><bdi>{escape(text)}</bdi></span>'
        for index, text in enumerate(texts)
    )
    return f'<div class="tokens">{cells}</div>'


STYLE = f"""<style>
.av-token-lines {{ margin: 0 0 1rem; max-width: 100%; font-size: 13px; print-color-adjust: exact; --on: light-dark({LIGHT.accent}, {DARK.accent}); --line: light-dark({LIGHT.weights[7]}, {DARK.weights[7]}); }}
.av-token-lines figcaption {{ font-size: 14px; font-weight: 600; padding-bottom: 4px; }}
.av-token-lines .scroll {{ overflow-x: auto; scrollbar-width: thin; }}
.av-token-lines .scroll:focus-visible {{ outline: 2px solid var(--on); }}
.av-token-lines .tokens {{ display: flex; }}
.av-token-lines .tokens span {{ flex: 1 1 0; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: center; font-family: ui-monospace, monospace; font-size: 12px; }}
.av-token-lines .tokens .on {{ color: var(--on); font-weight: 600; }}
.av-token-lines .lines {{ position: relative; height: 150px; }}
.av-token-lines .lines i {{ position: absolute; inset: 0; background: var(--line); }}
.av-token-lines .lines i.on {{ background: var(--on); }}
</style>"""
"""To stand once on a page that shows them."""
