"""How to use a page: a few steps in the sidebar, those of the page that is open."""

from __future__ import annotations

from functools import cache

import streamlit as st

from attention_viz.errors import Message
from attention_viz.ui.wording import language, plain, say, tell_in

STEPS = {
    "": (
        Message("Type a sentence or choose an example."),
        Message("Choose a head: click a small picture, or press the arrow keys."),
        Message("Read the large picture row by row: the row's token reads the tokens whose cells are strong."),
        Message("Point at a cell for its weight; click to keep its row."),
        Message("The list names the tokens that the head reads most."),
        Message("Download the picture or the weights."),
    ),
    "anatomy": (
        Message("Choose a head, the token that reads, and one token that it reads."),
        Message("Go down step by step: the formula, its picture, its numbers."),
        Message("A check mark says that a step gives what the model itself computes; the difference stands beside it."),
        Message("Change how scores are made, or the temperature, and see what becomes of the weights."),
    ),
    "heads": (
        Message("Each row is one head: its picture, its pattern, and what was measured on your text."),
        Message("Choose the title of a column to sort by it."),
        Message("Choose a head to see it large on the page Explore."),
        Message("On the map, heads that attend alike lie near each other."),
        Message("A measure is about this text: try another before you believe it."),
    ),
    "flow": (
        Message("Choose the token whose vector is followed down through the layers."),
        Message("Compare the ways to follow it; each says what it counts and what it leaves out."),
        Message("Change the share that the residual connection keeps."),
        Message(
            "Let the ways be tested on your text: does a token that they call important change much when it is left out?"
        ),
    ),
    "without": (
        Message("Switch heads off on the board: click, or use the arrow keys and the space bar."),
        Message("Compare what the model says with every head on, and without those heads."),
        Message("Let every head be switched off in turn to see which ones matter on this text."),
    ),
    "compare": (
        Message("Choose what is compared: two texts, heads, layers or models."),
        Message("Point at a cell: the same one is shown on both sides and in the difference."),
        Message("The list ranks the heads by how much they changed; choose one to see it."),
    ),
    "lessons": (
        Message("Choose a lesson."),
        Message("Answer the question before you look."),
        Message("Change something and see what happens."),
        Message("Print the worksheet for your class."),
    ),
    "teaching": (
        Message("Before the lesson: try the address with another device, and print the worksheets."),
        Message("In the room: give out the address and the access code."),
        Message("Follow the plan, or make your own from the lessons."),
    ),
}
"""By the page's part of the address."""


def show_how_to(page: str) -> None:
    """The steps of one page; a page that has none is left without."""
    if page in STEPS:
        st.markdown(f"**{say('How to use this page')}**\n\n{_steps(page, language())}")


@cache
def _steps(page: str, language: str) -> str:
    return "\n".join(f"{number}. {plain(tell_in(language, step))}" for number, step in enumerate(STEPS[page], start=1))
