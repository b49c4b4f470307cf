"""The page Learn: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.page import Page

PAGE = Page(
    file="lessons.py",
    title=Message("Learn"),
    question=Message("How does attention work, from the formula to this head of this model?"),
    steps=(
        Message("Choose a lesson."),
        Message("Answer the question before you look."),
        Message("Change something and see what happens."),
        Message("Print the worksheet for your class."),
    ),
)
