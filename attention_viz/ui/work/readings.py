"""Readings: what a model reads in a text, at once where it is short, else as a job with its progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attention_viz.selection import Selection
from attention_viz.ui.wording import say
from attention_viz.ui.work.caches import ask_for_reading, known_reading, read, reading_key
from attention_viz.ui.work.text_lengths import check_characters, cut_at_once, encoded, is_long
from attention_viz.ui.work.waiting import outcome

if TYPE_CHECKING:
    from attention_viz.models import Model, Reading


def reading(slot: str, model: Model, selection: Selection) -> Reading | None:
    """What the model reads; None while it is under way, or where it was stopped. Raises TextError for what it cannot read.

    slot : where the session keeps the job
    """
    known = known_reading(model, selection)
    if known is not None:
        return known
    check_characters(selection)
    cut = encoded(model, selection) if cut_at_once(selection) else None
    if not is_long(model, selection, cut):
        return read(model, selection, cut=cut)
    key, doing = reading_key(model, selection), say("Reading a long text")
    found: Reading | None = outcome(slot, key, lambda: ask_for_reading(model, selection, cut), doing)
    return found
