"""Show: the live view on a page of its own, for a notebook, a mail or a folder. No server, no network."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attention_viz.attention import Attention
from attention_viz.characters import joined
from attention_viz.export.embedded_metadata import page_metadata
from attention_viz.export.facts import facts
from attention_viz.palettes import DARK, LIGHT, Palette
from attention_viz.selection import Selection
from attention_viz.view import bundle, plan
from attention_viz.view.labels import LABELS
from attention_viz.view.look import Filters, look_of
from attention_viz.view.theme import appearance

HEIGHT = 760
"""Pixels that the view takes in a notebook."""
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
"""What the page may do: run what is written in it, and nothing from elsewhere."""
VIEW = "page"


@dataclass(frozen=True)
class View:
    """A page that shows itself in a notebook; `html` is all of it, `save` writes it to a file."""

    html: str

    def __repr__(self) -> str:
        return f"View({len(self.html) // 1000:,} kB of HTML; .save(path) writes it to a file)"

    def save(self, path: str | Path) -> Path:
        """Write the page to a file that any browser opens."""
        Path(path).write_text(self.html, encoding="utf-8")
        return Path(path)

    def _repr_html_(self) -> str:
        """The page in a frame of its own: it neither sees the notebook nor changes it."""
        return (
            f'<iframe sandbox="allow-scripts" style="width: 100%; height: {HEIGHT}px; border: 0" '
            f'title="attention" srcdoc="{html.escape(self.html)}"></iframe>'
        )


def show(
    attention: Attention,
    layer: int | None = None,
    head: int = 0,
    *,
    selection: Selection | None = None,
    labels: Mapping[str, str] = LABELS,
    language: str = "en",
) -> View:
    """What do all heads of this text look like? The live view, in a notebook or a file.

    layer     : None = the first that has attention weights
    selection : opens the page with this look (view, pinned tokens, filters, ...) instead of one head's heatmap, and is
                written into the page, so that `export.read_state` finds it again
    labels : the sentences of attention_viz.view.labels in another language; language is what the page then declares
    Raises SelectionError for a layer or a head that does not exist. A text too long to be carried whole is pooled, and
    the page says so.
    """
    first = attention.layers[0] if layer is None else layer
    chosen = Selection(layer=first, head=head) if selection is None else selection
    attention.tile(chosen.layer, chosen.head, slice(0, 0), slice(0, 0))
    model = joined(attention.model)  # no file holds half a pair
    title = " · ".join(filter(None, (labels["page_title"], model)))
    frames = plan.everything(attention, VIEW, chosen.layer, chosen.head, Filters.of(chosen, attention))
    about = "" if selection is None else page_metadata(json.dumps(facts(attention, selection)))
    return View(page(frames, look_of(chosen), title, labels, language, about))


def page(
    frames: Sequence[bytes],
    look: Mapping[str, Any],
    title: str,
    labels: Mapping[str, str] = LABELS,
    language: str = "en",
    about: str = "",
) -> str:
    """One HTML page with the weights, the view and its first look.

    frames : of one view named VIEW, the first of the text first
    look   : fields of look.js, counted from 0
    about  : a line of HTML for the head of the page
    """
    content = {
        "view": VIEW,
        "frames": [base64.b64encode(frame).decode("ascii") for frame in frames],
        "look": {"serial": 1, "text": plan.text_of(frames[0]), "look": dict(look)},
        **appearance(labels),
    }
    return PAGE.format(
        language=html.escape(language),
        title=html.escape(title),
        about=about,
        policy=POLICY,
        style=bundle.style(),
        light=_colours(LIGHT),
        dark=_colours(DARK),
        content=_in_script(content),
        program=bundle.program("live/page"),
    )


def _colours(theme: Palette) -> str:
    """What the view takes from the page around it."""
    line = f"color-mix(in srgb, {theme.secondary} 40%, {theme.ground})"
    return (
        f"background: {theme.ground}; --st-background-color: {theme.ground}; --st-text-color: {theme.text}; "
        f"--st-border-color: {line}; --st-secondary-background-color: {theme.weights[0]};"
    )


def _in_script(content: dict[str, Any]) -> str:
    """JSON that cannot end the script element it stands in, whatever the tokens are."""
    return json.dumps(content).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
{about}
<style>
{style}
:root {{ color-scheme: light dark; {light} }}
@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}
body {{ margin: 1rem; font-family: system-ui, sans-serif; }}
h1 {{ margin: 0 0 1rem; font-size: 1rem; font-weight: 400; color: var(--st-text-color); }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<div class="attention"></div>
</main>
<script type="application/json">{content}</script>
<script type="module">
{program}
</script>
</body>
</html>
"""
