"""The page Anatomy: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.anatomy.scoring_comparison import NAMES as SCORINGS
from attention_viz.ui.anatomy.walk_weights import COLDEST, HOTTEST
from attention_viz.ui.page import Page
from attention_viz.ui.session.setting import Setting

PAGE = Page(
    file="anatomy.py",
    title=Message("Anatomy"),
    question=Message("Which numbers lead from a token to what one head reads, and on to what its layer makes of it?"),
    steps=(
        Message("Choose a head, the token that reads, and one token that it reads."),
        Message("Go from stage to stage with the arrow keys or the slider: the formula, its picture, its numbers."),
        Message("A check mark says that a step gives what the model itself computes; the difference stands beside it."),
        Message("Change how scores are made, or the temperature, and see what becomes of the weights."),
    ),
    settings={
        "anatomy_scaled": Setting(bool),
        "anatomy_scoring": Setting(str, choices=SCORINGS),
        "anatomy_seed": Setting(int),
        "anatomy_temperature": Setting(float, (COLDEST, HOTTEST)),
    },
)
