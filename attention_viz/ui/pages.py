"""Pages: those of the app, in the order in which they are offered, and the menu that some of them stand in."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.ablation.page import PAGE as ABLATION
from attention_viz.ui.anatomy.page import PAGE as ANATOMY
from attention_viz.ui.causes.page import PAGE as CAUSES
from attention_viz.ui.compare.page import PAGE as COMPARE
from attention_viz.ui.explore.page import PAGE as EXPLORE
from attention_viz.ui.flow.page import PAGE as FLOW
from attention_viz.ui.heads.page import PAGE as HEADS
from attention_viz.ui.lessons.page import PAGE as LESSONS
from attention_viz.ui.many.page import PAGE as MANY
from attention_viz.ui.page import Section
from attention_viz.ui.teaching.page import PAGE as TEACHING

SECTIONS = (
    Section(None, (LESSONS, EXPLORE, TEACHING)),
    Section(Message("Investigate"), (ANATOMY, HEADS, MANY, FLOW, ABLATION, CAUSES, COMPARE)),
)
PAGES = tuple(page for section in SECTIONS for page in section.pages)
