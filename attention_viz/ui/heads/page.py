"""The page Heads: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.heads.head_controls import GROUPS
from attention_viz.ui.page import Page
from attention_viz.ui.session.setting import Setting

PAGE = Page(
    file="heads.py",
    title=Message("Heads"),
    question=Message("What does each head of this model do in my text, and which heads do the same?"),
    steps=(
        Message("Each row is one head: its picture, its pattern, and what was measured on your text."),
        Message("Choose the title of a column to sort by it."),
        Message("Choose a head to see it large on the page Explore."),
        Message("On the map, heads that attend alike lie near each other."),
        Message("A measure is about this text: try another before you believe it."),
    ),
    settings={
        "heads_groups": Setting(int, GROUPS),
        "heads_importance": Setting(bool),
    },
)
