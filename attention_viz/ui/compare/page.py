"""The page Compare: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.compare.comparison_controls import KINDS
from attention_viz.ui.page import Page
from attention_viz.ui.session.setting import Setting

PAGE = Page(
    file="compare.py",
    title=Message("Compare"),
    question=Message("Where do two texts, two heads, two layers or two models read differently?"),
    steps=(
        Message("Choose what is compared: two texts, heads, layers or models."),
        Message("Point at a cell: the same one is shown on both sides and in the difference."),
        Message("The list ranks the heads by how much they changed; choose one to see it."),
    ),
    settings={
        "compare": Setting(str, choices=KINDS),
        "compare_head": Setting(int),
        "compare_layer": Setting(int),
        "compare_model": Setting(str),
        "compare_text": Setting(str),
    },
)
