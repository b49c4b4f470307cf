"""Compare: where do two texts, two heads, two layers or two models read differently?"""

import streamlit as st

from attention_viz.ui.compare import changes, rivals
from attention_viz.ui.compare.compared import compare
from attention_viz.ui.compare.panels import show_panels
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain, say


def comparison(subject: Subject) -> None:
    """What is compared, the two side by side, and the heads that changed most."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = rivals.pick_kind()
        pickers.pick_head(subject.attention)
        rivals.pick_rival(kind, subject.attention)
    if kind == "texts":
        rivals.pick_text()
    look = subject.look()
    keep_address(look)
    with errors_shown():
        sides = rivals.sides(kind, subject, look)
        if sides is not None:
            found = compare(*sides, say("Difference: second minus first"))
            show_panels(found.panels, key="panels")
            st.caption(plain(changes.how_to_read(kind, found)))
            changes.show_ranks(kind, *sides)


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        comparison(subject)
