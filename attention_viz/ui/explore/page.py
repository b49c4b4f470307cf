"""The page Explore: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.page import Page

PAGE = Page(
    file="explore.py",
    title=Message("Explore"),
    question=Message("What does a word look at?"),
    steps=(
        Message("Type a sentence or choose an example."),
        Message("Choose a head: click a small picture, or press the arrow keys."),
        Message("Read the large picture row by row: the row's token reads the tokens whose cells are strong."),
        Message("Point at a cell for its weight; click to keep its row."),
        Message("The list names the tokens that the head reads most."),
        Message("Download the picture or the weights."),
    ),
    home=True,
    about=Message("Every head of a pretrained BERT, on your sentence."),
)
