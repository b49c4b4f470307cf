"""Compare: where do two texts, two heads, two layers or two models read differently?"""

import streamlit as st

from attention_viz.ui.compare import comparison_controls, ranking
from attention_viz.ui.compare.comparison import compare
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.pinned_link import pinned_pieces, show_pinned_link
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.widgets.panels import show_panels
from attention_viz.ui.wording import plain, say


def comparison(subject: Subject) -> None:
    """What is compared, the two side by side, and the heads that changed most."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = comparison_controls.pick_kind()
        pickers.pick_head(subject.attention)
        comparison_controls.pick_second_side(kind, subject.attention)
    if kind == "texts":
        comparison_controls.pick_second_text()
    selection = subject.look()
    keep_address(selection)
    show_pinned_link(subject, selection, told=False)
    with errors_shown():
        sides = comparison_controls.sides(kind, subject, selection)
        if sides is not None:
            found = compare(*sides, say("Difference: second minus first"))
            st.markdown(f"**{plain(ranking.changed_most(found))}**")
            show_panels(
                found.panels,
                key="panels",
                pinned=found.place_of(*pinned_pieces(subject.attention.query_tokens, subject.attention.key_tokens)),
            )
            st.caption(plain(ranking.how_to_read(kind, found)))
            ranking.show_ranked_changes(kind, *sides)


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        comparison(subject)
