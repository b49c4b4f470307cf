"""Head table: the table, the map and the charts by layer of all heads as one component, and the words it shows."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import streamlit as st

from attention_viz.characters import isolated
from attention_viz.errors import Message
from attention_viz.palettes import THEMES, palette
from attention_viz.patterns import NAMES, Label
from attention_viz.ui.all_heads.head_measures import HeadMap, HeadMeasures
from attention_viz.ui.wording import say, tell
from attention_viz.view import bundle

PATTERNS = {
    "sep": Message("mostly [SEP]"),
    "cls": Message("mostly [CLS]"),
    "punctuation": Message("mostly punctuation"),
    "previous": Message("previous token"),
    "next": Message("next token"),
    "self": Message("mostly itself"),
    "same_token": Message("same token"),
    "vertical_diagonal": Message("special and neighbour"),
    "block": Message("own text of the pair"),
    "broad": Message("broad"),
    "mixed": Message("mixed"),
}
"""What the labels of `patterns.NAMES` are called on the screen."""

MEASURES = {
    "entropy": Message("Entropy, nats"),
    "confidence": Message("Confidence"),
    "distance": Message("Distance, tokens"),
    "previous": Message("previous"),
    "next": Message("next"),
    "self": Message("itself"),
    "same_token": Message("same token"),
    "cls": Message("to [CLS]"),
    "sep": Message("to [SEP]"),
    "punctuation": Message("punctuation"),
    "other_segment": Message("other text"),
    "importance": Message("Importance"),
}
"""What the measures are called, in the order they are shown."""

SHARES = ("previous", "next", "self", "same_token", "cls", "sep", "punctuation", "other_segment")
"""Measures that are shares of a head's attention; one hue each."""

_head_table = st.components.v2.component(
    "attention_head_summary",
    html='<div\nclass="head-summary"></div>',
    css=bundle.style("head-table"),
    js=bundle.script("heads/head-summary"),
)


@dataclass(frozen=True)
class RowWords:
    """What each row of the table says: the pattern, the number beside it, and the sentence behind it."""

    does: Sequence[str]
    badges: Sequence[str]
    rules: Sequence[str]

    @classmethod
    def of(cls, labels: Sequence[Label]) -> RowWords:
        """Of labels that were given on one text."""
        return cls(
            [in_brief(label) for label in labels],
            [badge(label) for label in labels],
            [tell(label.message) for label in labels],
        )


def show_head_table(
    measured: HeadMeasures,
    chosen: int,
    *,
    head_map: tuple[HeadMap, int] | None = None,
    importance: np.ndarray | None = None,
    words: RowWords | None = None,
    on_choose: Callable[[int], None],
    key: str = "head table",
) -> int | None:
    """What does every head do? Draws all heads, and returns the row of the one to be opened in Explore.

    chosen     : the row that is looked at; on_choose is called with another before the page runs again
    head_map   : the map, and how many groups are drawn on it
    importance : (layer, head)
    words      : what the rows say; None = what the labels say
    """

    def row_sent(name: str) -> int | None:
        row = st.session_state.get(key, {}).get(name)
        return row if type(row) is int and 0 <= row < len(measured.table) else None

    def choose(name: str) -> None:
        row = row_sent(name)
        if row is not None:
            on_choose(row)

    component = _head_table(
        key=key,
        data={
            "facts": table_data(measured, head_map, importance, words),
            "labels": table_labels(),
            "chosen": chosen,
            "palettes": {theme: asdict(palette(theme)) for theme in THEMES},
        },
        on_choose_change=lambda: choose("choose"),
        on_open_change=lambda: choose("open"),
    )
    opened: int | None = component.get("open")
    return opened


def table_data(
    measured: HeadMeasures,
    head_map: tuple[HeadMap, int] | None,
    importance: np.ndarray | None,
    words: RowWords | None = None,
) -> dict[str, Any]:
    """The numbers of all heads, as the component reads them."""
    told = words or RowWords.of(measured.labels)
    table, labels = measured.table, measured.labels
    columns = {name: _numbers(table.columns[name]) for name in (*MEASURES, "uniform_entropy") if name in table.columns}
    if not np.any(table.columns["other_segment"] > 0):  # a single text
        del columns["other_segment"]
    if importance is not None:
        columns["importance"] = _numbers(importance[table.layers, table.heads])
    spots = list(zip(table.layers.tolist(), table.heads.tolist(), strict=True))
    return {
        "layers": table.layers.tolist(),
        "heads": table.heads.tolist(),
        "names": [f"{layer + 1}-{head + 1}" for layer, head in spots],
        "opens": [
            say("Open layer {layer}, head {head} in Explore", layer=layer + 1, head=head + 1) for layer, head in spots
        ],
        "patterns": [NAMES.index(label.name) for label in labels],
        "does": list(told.does),
        "badges": list(told.badges),
        "rules": list(told.rules),
        "columns": columns,
        "shares": [name for name in SHARES if any(value is not None for value in columns.get(name, ()))],
        "size": measured.pictures.shape[1:],
        "pictures": base64.b64encode(measured.pictures.tobytes()).decode("ascii"),
        "map": None if head_map is None else _map_data(*head_map),
    }


def in_brief(label: Label) -> str:
    """What a head does, in a word or two: its pattern; of a head without one, its strongest link."""
    if label.link is None:
        return tell(PATTERNS[label.name])
    query, key = map(isolated, label.link.tokens)
    return f"{query} → {key}"


def badge(label: Label) -> str:
    """The number beside it: the share that fired its rule; of a broad head, its part of the uniform entropy; of a link, its weight."""
    numbers = label.numbers
    if label.link is not None:
        return f"{label.link.weight:.2f}"
    if label.name == "broad":
        return f"{numbers['entropy'] / numbers['uniform_entropy']:.2f}"
    if label.name == "block":
        return f"{numbers['own_segment']:.2f}"
    return f"{numbers[label.name]:.2f}" if label.name in numbers else ""


def table_labels() -> dict[str, Any]:
    """The words of the component in the language of the session."""
    return {
        "measures": {name: tell(message) for name, message in MEASURES.items()},
        "words": {
            "table": say("All heads"),
            "place": say("Head"),
            "pattern": say("Pattern"),
            "entropy": say("Entropy"),
            "distance": say("Distance"),
            "share": say("Shares"),
            "group": say("Group"),
            "layer": say("Layer"),
            "more_above": say("{n} more above", n="{n}"),
            "more_below": say("{n} more below", n="{n}"),
            "shares_title": say("Shares of the attention, each bar from 0 to 1; choose one to sort by:"),
            "map": say("Map: like heads near each other"),
            "map_keys": say("Map of all heads; arrow keys choose another, Enter opens it in Explore."),
            "depth": say("Each measure by layer"),
        },
    }


def _map_data(head_map: HeadMap, groups: int) -> dict[str, Any]:
    return {
        "x": head_map.coordinates[:, 0].round(5).tolist(),
        "y": head_map.coordinates[:, 1].round(5).tolist(),
        "groups": head_map.groups(groups).tolist(),
    }


def _numbers(column: np.ndarray) -> list[float | None]:
    """JSON knows no NaN."""
    return [None if np.isnan(value) else round(float(value), 6) for value in column]
