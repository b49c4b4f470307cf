"""The page Teach: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.page import Page

PAGE = Page(
    file="teaching.py",
    title=Message("Teach"),
    question=Message("How do I run a lesson with this, and what do I prepare?"),
    steps=(
        Message("Before the lesson: try the address with another device, and print the worksheets."),
        Message("In the room: give out the address and the access code."),
        Message("Follow the plan, or make your own from the lessons."),
        Message("Let the class answer the questions before and after, and look at the counts."),
    ),
)
