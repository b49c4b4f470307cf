"""Cut choice: the pinned link is cut, in this head or in more; what is cut already can be restored."""

from __future__ import annotations

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink, Pair, cut_in, toggled
from attention_viz.errors import AttentionVizError, InputError
from attention_viz.options import MOST_CUT
from attention_viz.selection import Selection, options
from attention_viz.ui.explore.piece_links import piece_links
from attention_viz.ui.session import state
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import plain, say, tell, translate
from attention_viz.vocabulary import CUT_SCOPES, CUT_WAYS

MOST_LISTED = 8
"""Cut links that are listed, each with a button that restores it."""
WAYS_WIDTH = 330
"""In pixels."""


def offer_cut(subject: Subject, attention: Attention, selection: Selection) -> None:
    """A button that cuts the pinned link in the head that is looked at, and restores it; nothing where none is pinned.

    attention : in the units of the selection
    """
    pairs = selection.pinned_pairs
    if not pairs:
        return
    name = say("{n} links", n=len(pairs)) if len(pairs) > 1 else link_name(attention, pairs[0])
    st.button(
        plain(say("Restore {link}", link=name) if _is_cut(selection) else say("Cut {link}", link=name)),
        key="cut",
        on_click=_set_cuts,
        args=(_then(selection),),
        disabled=_reason_against(subject, selection) is not None,
        help=say("The model answers with this link again. Key: x, in the picture.")
        if _is_cut(selection)
        else say(
            "The token that reads gets nothing from the other one any more, and the model answers anew. Key: x, in the picture."
        ),
    )


def show_cuts(subject: Subject, attention: Attention, selection: Selection) -> None:
    """Why the pinned link cannot be cut; where and how links are cut, and which are. Nothing where there is nothing to say.

    attention : in the units of the selection
    """
    _tell_gone(selection)
    reason = _reason_against(subject, selection)
    if reason is not None:
        st.caption(plain(tell(reason.message)))
    if selection.cuts:
        with st.container(horizontal=True, vertical_alignment="center", key="cut-choices"):
            if selection.pinned_pairs and reason is None:
                _pick_scope(selection)
            _pick_way()
        _list_cuts(attention, selection)


def _pick_scope(selection: Selection) -> None:
    """Where the pinned links are cut: those that are cut already are cut there instead."""

    def move() -> None:
        if _is_cut(selection):
            there = selection.at(cut_scope=st.session_state["cut_scope"]).cut_place
            _set_cuts(toggled(_then(selection), selection.pinned_pairs, there))

    option = options()["cut_scope"]
    st.segmented_control(
        translate(option.label),
        CUT_SCOPES,
        format_func=lambda scope: translate(option.names[scope]),
        required=True,
        label_visibility="collapsed",
        **chosen_as("cut_scope", CUT_SCOPES, then=move, shows="default"),
    )


def _is_cut(selection: Selection) -> bool:
    """Whether the pinned links are cut already, where the next ones would be."""
    return set(selection.pinned_pairs) <= set(cut_in(selection.cuts, selection.cut_place))


def _then(selection: Selection) -> tuple[CutLink, ...]:
    """The links that are cut after the button is pressed."""
    return toggled(selection.cuts, selection.pinned_pairs, selection.cut_place)


def _pick_way() -> None:
    option = options()["cut_way"]
    st.selectbox(
        translate(option.label),
        CUT_WAYS,
        format_func=lambda way: translate(option.names[way]),
        label_visibility="collapsed",
        width=WAYS_WIDTH,
        **chosen_as("cut_way", CUT_WAYS, shows="index"),
    )


def _reason_against(subject: Subject, selection: Selection) -> AttentionVizError | None:
    """Why the pinned links cannot be cut; what is cut can always be restored."""
    from attention_viz.experiments.interventions.hooked_model import check_switchable

    pairs = selection.pinned_pairs
    if _is_cut(selection):
        return None
    if len(_then(selection)) > MOST_CUT:
        return InputError(
            "At most {most} links are cut at once. Pin fewer tokens, or restore some links.", most=MOST_CUT
        )
    if subject.model.causal and any(key > query for query, key in pairs):
        return InputError(
            "This model reads no later token, so there is no such link. Pin a key that stands before its query."
        )
    try:
        check_switchable(subject.model)
        pinned = selection.at(cuts=tuple((None, None, *pair) for pair in pairs))
        piece_links(subject.model, subject.attention, pinned)
    except AttentionVizError as error:
        return error
    return None


def _list_cuts(attention: Attention, selection: Selection) -> None:
    """Each link that is cut, as a button that restores it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="cut-links"):
        st.markdown(plain(say("Cut, a click restores:")), width="content")
        for number, link in enumerate(selection.cuts[:MOST_LISTED]):
            st.button(
                plain(f"{link_name(attention, link[2:])} · {_place_name(link)}"),
                key=f"restore {number}",
                icon=":material/close:",
                type="tertiary",
                on_click=_set_cuts,
                args=(tuple(each for each in selection.cuts if each != link),),
            )
        more = len(selection.cuts) - MOST_LISTED
        if more > 0:
            st.markdown(plain(say("and {n} more", n=more)), width="content")
        if len(selection.cuts) > 1:
            st.button(say("Restore all"), key="restore all", on_click=_set_cuts, args=((),))


def link_name(attention: Attention, pair: Pair) -> str:
    """Who reads whom."""
    query, key = pair
    return say("{query} → {key}", query=attention.query_tokens.labels[query], key=attention.key_tokens.labels[key])


def _place_name(link: CutLink) -> str:
    layer, head = link[:2]
    if layer is None:
        return say("all heads of all layers") if head is None else say("head {head} of every layer", head=head + 1)
    return say("all heads of layer {layer}", layer=layer + 1) if head is None else f"{layer + 1}-{head + 1}"


def _set_cuts(cuts: tuple[CutLink, ...]) -> None:
    st.session_state["cuts"] = cuts


def _tell_gone(selection: Selection) -> None:
    """That cut links are no longer there: with another text, or in another model."""
    gone = state.cuts_gone()
    if gone:
        st.caption(
            plain(say("Links that are no longer cut, because other tokens stand at their places now: {n}.", n=gone))
        )
    absent = len(st.session_state["cuts"]) - len(selection.cuts)
    if absent > 0:
        st.caption(plain(say("Links that this model or this text does not have, and that are not cut: {n}.", n=absent)))
