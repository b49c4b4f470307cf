"""The page Causes: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.causes.pair_controls import PARTS
from attention_viz.ui.page import Page
from attention_viz.ui.session.setting import Setting

PAGE = Page(
    file="causes.py",
    title=Message("Causes"),
    question=Message("Which head carries the answer?"),
    steps=(
        Message(
            "Give two sentences with as many tokens that differ in one thing, so that the model answers differently."
        ),
        Message(
            "The map says how much of that difference each head carries by itself. Press a head to look at it below."
        ),
        Message("Below stand what each head writes into the answer, and what the model would say after each layer."),
        Message("Press two tokens in the sentence: why does the first attend to the second in this head?"),
    ),
    settings={"causes_parts": Setting(str, choices=PARTS)},
)
