"""The page Switch heads off: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.page import Page
from attention_viz.ui.session.setting import Setting

PAGE = Page(
    file="without.py",
    title=Message("Switch heads off"),
    question=Message("What does the model say when these heads are gone?"),
    steps=(
        Message("Switch heads off on the board: click, or use the arrow keys and the space bar."),
        Message("Compare what the model says with every head on, and without those heads."),
        Message("Let every head be switched off in turn to see which ones matter on this text."),
    ),
    settings={
        "ablation_curve": Setting(bool),
        "ablation_normalised": Setting(bool),
        "ablation_importance": Setting(bool),
    },
)
