"""Flow: where does what a token knows come from, and which method that says so can be trusted?"""

import streamlit as st

from attention_viz.ui.explore import captions
from attention_viz.ui.flow import answer_attributions, attribution_tables, attributions, flow_controls
from attention_viz.ui.flow.flow_pictures import by_layer, cells, effects, mixing_chart, side_by_side
from attention_viz.ui.flow.ribbon_diagram import show_ribbons
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain, say, tell


def flow(subject: Subject, usual: int) -> None:
    """Rollout of every layer, and beside it max-flow, for one token."""
    attention = subject.attention
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        query = flow_controls.pick_query(attention, usual)
        pickers.pick_head(attention)
        residual = flow_controls.pick_residual()
    layer, head = subject.look().layer, subject.look().head
    rolled = attributions.rollout(subject, residual)
    if rolled is None:
        return
    st.html(by_layer(attention, rolled[:, query], query))
    columns = {say("rollout"): rolled[layer, query]}
    through_head = attributions.head_rollout(subject, layer, head, residual)
    if through_head is not None:
        columns[say("through head {head}", head=head + 1)] = through_head[query]
    columns[say("attention")] = attributions.layer_mean(attention, layer)[query]
    with errors_shown():
        flowed = attributions.max_flow(subject, query, layer, residual)
        if flowed is not None:
            columns[say("flow")] = flowed
    caption = say(
        "What “{token}” draws from each token, up to layer {layer}",
        token=attention.query_tokens.labels[query],
        layer=layer + 1,
    )
    st.html(attribution_tables.token_table(caption, attention, columns))
    st.caption(plain(captions.about_flow(residual)))


def norms(subject: Subject, usual: int) -> None:
    """Weights, the norms of what they add, and the difference."""
    attention = subject.attention
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        query = flow_controls.pick_query(attention, usual)
        pickers.pick_head(attention)
        together = flow_controls.pick_all_heads()
    selection = subject.look()
    added = attributions.contributions(subject, selection.layer, None if together else selection.head)
    if added is None:
        return
    shares = attribution_tables.row_shares(added.lengths)
    st.html(
        side_by_side(
            cells(attention, added.weights, say("Attention weights"), query),
            cells(attention, added.lengths, say("Norms: weight × length"), query, float(added.lengths.max())),
            cells(attention, shares - added.weights, say("Share of the norms − weight"), query, signed=True),
        )
    )
    caption = say("What “{token}” reads", token=attention.query_tokens.labels[query])
    st.html(
        attribution_tables.token_table(caption, attention, attribution_tables.norm_columns(added, query), changes=1)
    )
    st.caption(plain(captions.about_norms()))


def mixing(subject: Subject, usual: int) -> None:
    """How much each layer mixes in from other tokens, by five methods."""
    attention = attributions.reread(subject)
    if attention is None:
        return
    query = flow_controls.pick_query(attention, usual)
    found = attributions.mixing(subject)
    if found is None:
        return
    st.html(mixing_chart(found))
    st.html(attribution_tables.mixing_table(found, None, say("Mean of all tokens")))
    st.html(attribution_tables.mixing_table(found, query, f"{query + 1} · {attention.query_tokens.labels[query]}"))
    st.caption(plain(captions.about_mixing()))


def gradients(subject: Subject, usual: int) -> None:
    """What the answer depends on: relevance of each token, and gradient x attention of one head."""
    found = answer_attributions.relevance(subject)
    if found is None:
        return
    attention = answer_attributions.attention_of(subject, found)
    st.markdown(plain(say("The gradient is of this number: {score}.", score=tell(found.score))))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        query = flow_controls.pick_query(attention, usual)
        pickers.pick_head(attention)
    selection = subject.look()
    products = found.products(selection.layer)[selection.head]
    name = say("Gradient × attention, layer {layer}, head {head}", layer=selection.layer + 1, head=selection.head + 1)
    st.html(cells(attention, products, name, query, signed=True))
    caption = say(
        "How relevant each token is to the answer, and what “{token}” reads", token=attention.query_tokens.labels[query]
    )
    columns = attribution_tables.relevance_columns(found, products[query])
    st.html(attribution_tables.token_table(caption, attention, columns, changes=1))
    st.caption(plain(captions.about_gradients(alone=answer_attributions.reads_apart(subject))))


def trust(subject: Subject, _usual: int) -> None:
    """Which of the methods agrees with what really changes the answer."""
    found = answer_attributions.faithfulness(subject)
    if found is None:
        return
    st.html(attribution_tables.faithfulness_table(found) + effects(found))
    st.caption(plain(captions.about_faithfulness(found)))


SECTIONS = {"flow": flow, "norms": norms, "mixing": mixing, "gradients": gradients, "trust": trust}

with errors_shown():
    subject = choose_subject()
    if subject is not None:
        usual = flow_controls.usual_query(subject)
        query = flow_controls.followed_query(subject.attention, usual)
        show_ribbons(subject, query, st.session_state.get("flow_section", "flow"))
        section = flow_controls.pick_section()
        with errors_shown():
            SECTIONS[section](subject, usual)
        st.caption(plain(captions.about_model(subject.model, subject.attention)))
        keep_address(subject.look())
