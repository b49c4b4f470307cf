"""Downloads: the table of all heads as a file, and the script that makes it."""

from __future__ import annotations

import streamlit as st

from attention_viz.corpus import Opened
from attention_viz.models import Model
from attention_viz.ui.many.chosen_texts import Texts
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.wording import plain, say, tell

Shown = tuple[int, int, str]
"""The layer and the head that are looked at, from 0, and the measure by which their texts are ordered."""


def offer_downloads(opened: Opened, texts: Texts, model: Model, shown: Shown) -> None:
    """The table, the script, and what the collection is."""
    with st.container(horizontal=True):
        st.download_button(
            say("All heads as CSV"),
            data=lambda: heads_csv(opened),
            file_name=f"heads-in-{texts.name.partition('.')[0]}.csv",
            mime="text/csv",
            on_click="ignore",
        )
        drawer(say("Code"), "many code", lambda: _show_script(texts, model, shown))
    if texts.about is not None:
        st.caption(plain(tell(texts.about)))


def heads_csv(opened: Opened) -> bytes:
    """Every head and measure; layer and head from 1 as in all files of the pages, and beside them as the library counts."""
    table = opened.heads()
    indices = {"layer_index": table["layer"], "head_index": table["head"]}
    written: str = table.assign(layer=table["layer"] + 1, head=table["head"] + 1, **indices).to_csv(index=False)
    return written.encode()


def _show_script(texts: Texts, model: Model, shown: Shown) -> None:
    st.code(script(texts, model, shown), language=None, wrap_lines=True)


def script(texts: Texts, model: Model, shown: Shown) -> str:
    """The same with the library."""
    layer, head, measure = shown
    if texts.built_in:
        start = ["from attention_viz.corpus.built_in.collection import OPTIONS, collection"]
        given = f'collection("{texts.name}").texts()'
    else:
        start = ["from attention_viz.corpus.built_in.collection import OPTIONS"]
        given = _read(texts)
    return "\n".join(
        [
            "from attention_viz import corpus",
            *start,
            "",
            f'opened = corpus.measure({given}, {model.source!r}, into="measured", options=OPTIONS)',
            'opened.heads().to_csv("heads.csv", index=False)',
            "for label in opened.labels():",
            "    print(label.layer + 1, label.head + 1, label)",
            f"for text in opened.texts(layer={layer}, head={head}, by={measure!r}):  # layers and heads count from 0 here",
            "    print(round(text.value, 4), text.first, text.links)",
        ]
    )


def _read(texts: Texts) -> str:
    """How the file that was opened is given to the library."""
    columns = texts.columns
    named = [] if columns is None else [("column", columns.first), ("second", columns.second)]
    chosen = [f"{name}={value!r}" for name, value in named if value] + ["as_written=True"] * texts.tags
    return f"corpus.read({', '.join([repr(texts.name), *chosen])})" if chosen else repr(texts.name)
