"""Pages: those of the app, in the order in which they are offered. The first one is that of the bare address."""

from __future__ import annotations

from attention_viz.ui.ablation.page import PAGE as ABLATION
from attention_viz.ui.anatomy.page import PAGE as ANATOMY
from attention_viz.ui.compare.page import PAGE as COMPARE
from attention_viz.ui.explore.page import PAGE as EXPLORE
from attention_viz.ui.flow.page import PAGE as FLOW
from attention_viz.ui.heads.page import PAGE as HEADS
from attention_viz.ui.lessons.page import PAGE as LESSONS
from attention_viz.ui.teaching.page import PAGE as TEACHING

PAGES = (EXPLORE, ANATOMY, HEADS, FLOW, ABLATION, COMPARE, LESSONS, TEACHING)
