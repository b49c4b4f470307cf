"""The page Explore: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.page import Page
from attention_viz.ui.session.setting import Setting

PAGE = Page(
    file="explore.py",
    title=Message("Explore"),
    question=Message("What does a word look at?"),
    steps=(
        Message("Type a sentence, then press Analyse; or choose an example."),
        Message("Click the word that reads, then the one that is read: all heads are ranked by that link."),
        Message("Choose a head: in the ranking, among the small pictures, or with the arrow keys."),
        Message(
            "See the same weights as a heatmap, row by row: the row's token reads the tokens whose cells are strong."
        ),
        Message("Cut the pinned link, and read what the model says without it."),
        Message("Point at a word or a cell for its weight."),
        Message("Download the picture or the weights."),
    ),
    settings={"cut_ranking": Setting(bool)},
    home=True,
    about=Message("Every head of a pretrained Transformer, on your sentence."),
)
