"""The subject of a page: the model in use, what it reads, and the selection it belongs to. All pages share one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import SelectionError
from attention_viz.selection import Selection
from attention_viz.ui.server.allow_list import offered
from attention_viz.ui.session import state
from attention_viz.ui.session.examples import EXAMPLES, example_of
from attention_viz.ui.session.model_in_use import model_in_use
from attention_viz.ui.session.text_in_use import text_before, text_in_use
from attention_viz.ui.session.text_notes import show_text_notes
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import show_error
from attention_viz.ui.wording import plain, say, tell

if TYPE_CHECKING:
    from attention_viz.attention import Attention
    from attention_viz.models import Model, Reading


EXAMPLES_WIDTH, MODEL_WIDTH = 180, 310
"""In pixels: the longest name of a model that comes along is read whole; on a phone the lists stand one below the other."""


@dataclass(frozen=True)
class Subject:
    """What a page is about. `selection` is what the reading belongs to: while a new text fails, the one before."""

    model: Model
    reading: Reading
    selection: Selection

    @property
    def attention(self) -> Attention:
        """The attention between word pieces."""
        return self.reading.attention

    @property
    def text_read(self) -> str:
        """The first text, as far as it was read: of one that is too long the beginning, if that is what was chosen."""
        tokens, look = self.attention.query_tokens, self.selection
        if self.attention.left_out == 0 or look.second is not None or look.overlong == "windows":
            return look.text
        return look.text[: max(stop for _, stop in tokens.spans)]

    def look(self) -> Selection:
        """What is looked at now (widgets may have changed it in this run), at the text that is read."""
        return state.selection(**{name: getattr(self.selection, name) for name in state.READ})


def choose_subject() -> Subject | None:
    """The sentence, the examples, the model, and what stands out about the text; None where nothing could be read yet.

    Raises AttentionVizError for what was typed and cannot be read.
    """
    _choose()
    with st.container(key="notices"):  # whatever it holds, all below keeps its place: a box that moves forgets its file
        model = model_in_use()
        if len(model.parts) > 1:
            pickers.pick_part(model.parts)
        in_use = _text_in_use(model)
        if in_use is not None:
            show_text_notes(in_use[0].attention, model)
        if st.session_state["overlong"] == "windows" or (in_use is not None and in_use[0].attention.left_out):
            pickers.pick_overlong()
    if in_use is None:
        return None
    reading, selection = in_use
    return Subject(model, reading, selection)


def _text_in_use(model: Model) -> tuple[Reading, Selection] | None:
    try:
        wanted = state.selection()
    except SelectionError as error:  # a text longer than any that is read: it stays in its box
        show_error(error)
        return text_before(model)
    return text_in_use(model, wanted)


def _choose() -> None:
    """The text, then the other choices beside it; on a narrow screen `page.MARGINS` puts these below the picture."""
    with st.container(horizontal=True, gap="medium", key="subject"):
        with st.container():
            pickers.pick_text()
        with st.container(width=EXAMPLES_WIDTH + MODEL_WIDTH + 20, key="choices"):
            with st.container(horizontal=True):
                pickers.pick_listed(
                    say("Examples"), EXAMPLES, "example", say("Choose an example"), state.show_example, EXAMPLES_WIDTH
                )
                pickers.pick_source(say("Model"), "model", offered(), MODEL_WIDTH)
            pickers.pick_pair()
    with st.container(horizontal=True, vertical_alignment="center", key="analyse"):
        st.button(say("Analyse"))  # a click leaves the box, by which its text is read
        _show_example()


def _show_example() -> None:
    """Of an example, what to look for, and the switch between its two words."""
    example = example_of(st.session_state["text"], state.second_text())
    if example is None:
        return
    if example.swap is not None:
        st.session_state["word"] = state.word_in_use(example)
        pickers.pick_word(example.swap, lambda: state.show_other_word(example))
    st.caption(plain(tell(example.look_for)))
