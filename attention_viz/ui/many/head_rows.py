"""Head rows: every head over all texts, as the table, the map and the charts of Heads draw them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from attention_viz import measures
from attention_viz.corpus import HeadLabel, Opened
from attention_viz.measures import COLUMNS
from attention_viz.patterns import Label
from attention_viz.ui.all_heads.head_measures import THUMBNAIL, HeadMap, HeadMeasures
from attention_viz.ui.all_heads.head_table import PATTERNS, SHARES, RowWords, show_head_table
from attention_viz.ui.many.measure_choice import IN_SENTENCE
from attention_viz.ui.wording import plain, say, tell
from attention_viz.ui.work.caches import cached_result
from attention_viz.ui.work.results import size_of

GROUPS = 8
"""Groups that are drawn on the map."""


def show_heads(
    opened: Opened, labels: Sequence[HeadLabel], measure: str, chosen: int, on_choose: Callable[[int], None]
) -> int | None:
    """Every head in the table, on the map and by depth; the row of the one to be opened in Explore."""
    rows, head_map, (least, most) = cached_result(
        ("many rows", str(opened.folder.path), measure), lambda: _rows(opened, measure), size_of
    )
    words = RowWords(
        [tell(PATTERNS[each.name]) for each in labels],
        [f"{each.share.value:.1%}" for each in labels],
        [tell(each.message) for each in labels],
    )
    found = show_head_table(
        rows, chosen, head_map=(head_map, GROUPS), words=words, on_choose=on_choose, key="many table"
    )
    st.caption(
        plain(
            say(
                "Means over all texts; the percentage beside a pattern is the share of the texts that have it. Each small picture is the spread of one measure, {measure}: the texts from {least:.2f} on the left to {most:.2f} on the right.",
                measure=tell(IN_SENTENCE[measure]),
                least=least,
                most=most,
            )
        )
    )
    return found


def _rows(opened: Opened, measure: str) -> tuple[HeadMeasures, HeadMap, tuple[float, float]]:
    table = opened.table()
    quantiles = opened.figures.heads["model"].quantiles[:, :, COLUMNS.index(measure)]  # (share, row)
    span = (0.0, 1.0 if measure in SHARES or measure == "confidence" else float(np.nanmax(quantiles)) or 1.0)
    pictures = np.stack([_histogram(each, *span) for each in quantiles.T])
    distances = _distances(np.stack([table.columns[name] for name in SHARES], axis=1))
    labels = tuple(Label(each.name, "", {}) for each in opened.labels())
    return HeadMeasures(table, labels, pictures), HeadMap(distances, measures.place(distances, "metric")), span


def _histogram(quantiles: np.ndarray, least: float, most: float) -> np.ndarray:
    """How many texts have which value, as a picture with a column a value: (THUMBNAIL, THUMBNAIL) uint8."""
    if np.isnan(quantiles).any():
        return np.zeros((THUMBNAIL, THUMBNAIL), dtype=np.uint8)
    inner = quantiles[1:-1]
    counts, _ = np.histogram(inner, bins=THUMBNAIL, range=(least, most))
    heights = np.ceil(counts / max(1, counts.max()) * THUMBNAIL)
    from_top = np.arange(THUMBNAIL, 0, -1)
    return np.where(from_top[:, None] <= heights, 255, 0).astype(np.uint8)


def _distances(shares: np.ndarray) -> np.ndarray:
    """How differently two heads spread their attention, on average: the root of the Jensen-Shannon divergence of their shares.

    shares : (row, share); what is left of the attention counts as one more
    """
    shares = np.nan_to_num(shares)
    whole = np.concatenate([shares, np.clip(1 - shares.sum(axis=1, keepdims=True), 0, None)], axis=1)
    whole /= np.maximum(whole.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(np.sqrt(measures.jensen_shannon(whole[:, None, :].astype(np.float32))))
