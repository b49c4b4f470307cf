"""The page Flow: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.flow.drawn_readings import READINGS
from attention_viz.ui.flow.flow_controls import SECTIONS
from attention_viz.ui.page import Page
from attention_viz.ui.session.setting import Setting

PAGE = Page(
    file="flow.py",
    title=Message("Flow"),
    question=Message("Where does what a token knows come from, and which method that says so can be trusted?"),
    steps=(
        Message(
            "Choose a token in the sentence: what reaches it is drawn, from the tokens below up through the layers."
        ),
        Message("Compare the four readings on the same drawing, and point at a ribbon to see its number."),
        Message(
            "Below stand the numbers of each method; there you change the share that the residual connection keeps."
        ),
        Message(
            "Let the ways be tested on your text: does a token that they call important change much when it is left out?"
        ),
    ),
    settings={
        "flow_all_heads": Setting(bool),
        "flow_reading": Setting(str, choices=READINGS),
        "flow_residual": Setting(float, (0, 1)),
        "flow_section": Setting(str, choices=SECTIONS),
    },
)
