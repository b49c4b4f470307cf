"""The state of one session: the fields of its Selection, under their own names, and what is in use.

Whoever changes one writes it here: the address, an example, the live view. Widgets follow, see widgets/choices.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from attention_viz.models.catalogue import EMBEDDED
from attention_viz.selection import Selection, options
from attention_viz.ui.session.address import follow_address, from_address, is_new, unread_now
from attention_viz.ui.session.examples import DEFAULT, STARTS, Example
from attention_viz.ui.widgets.notices import show_error, show_note
from attention_viz.ui.wording import browser_language, settle_language
from attention_viz.view.look import FIELDS as LOOKS
from attention_viz.vocabulary import View

FIELDS = tuple(name for name in options() if name != "second")
"""Fields of the Selection; the second text is kept beside them, for it may be typed and switched off."""
READ = tuple(name for name, option in options().items() if option.travels in ("text", "reading") and name != "model")
"""Fields that say what is read and how; the others say how it is looked at."""
BARE = "came by a bare address"
"""Whether the session began without a text, a head or anything else that was chosen elsewhere."""
PINNED_AMONG = "pinned among"
"""The tokens, as they are shown, among which some are pinned."""
CUTS_GONE = "cuts gone"
"""How many cut links went with a text, and the texts that are there instead."""
BUILT = "selection built"
"""The fields that the last selection was built of, and that selection."""


def begin() -> None:
    """Fill what a new session lacks: the default sentence, already chosen; then take over what the address says."""
    if is_new():
        parameters = st.query_params.to_dict()
        start = _start(parameters)
        usual = Selection(
            text=start.first,
            layer=start.layer,
            head=start.head,
            model=start.model,
            view=_view(parameters),
            language=browser_language(),
        )
        if _is_start(parameters):
            usual = usual.at(**start.pinned)
        st.session_state[BARE] = parameters.keys() <= {"language"}
        for name in FIELDS:
            st.session_state.setdefault(name, getattr(usual, name))
        st.session_state.setdefault("second", "")
        st.session_state.setdefault("pair", False)
    follow_address()
    settle_language()
    _show_refusal()


def _start(parameters: Mapping[str, str]) -> Example:
    """The example that a session begins with: that of its language; where the address says what is looked at, which is of a
    text that it does not carry, that of the model it means."""
    given = from_address(parameters)
    if _is_start(parameters):
        return STARTS[given.get("language") or browser_language()]
    return next((start for start in STARTS.values() if start.model == given.get("model", "")), DEFAULT)


def _view(parameters: Mapping[str, str]) -> View:
    """The picture that a session begins with; an address that says what is looked at, but not in which view, means the usual one."""
    return "sentence" if _is_start(parameters) else Selection().view


def _is_start(parameters: Mapping[str, str]) -> bool:
    """Whether an address says nothing of what is looked at."""
    return from_address(parameters).keys() <= {"language"}


def follow_language() -> None:
    """Where nothing but the language was chosen yet, begin with the example of the new one."""
    if is_at_start():
        show_example(STARTS[st.session_state["language"]])


def is_at_start() -> bool:
    """Whether nothing was chosen yet, here or by an address: the example of a language, its head, every head on."""
    state = st.session_state
    if not state.get(BARE):
        return False
    now = (state["text"], state["pair"], state["model"], state["layer"], state["head"], state["off"])
    return now in [(start.first, False, start.model, start.layer, start.head, ()) for start in STARTS.values()]


def enter(page: str) -> None:
    """Note which page is open. page: its part of the address"""
    st.session_state["page"] = page


def _show_refusal() -> None:
    """Say why what the address asked for was refused, until another text is there, and what of it could not be read."""
    note = unread_now()
    if note is not None:
        show_note(note)
    refused, text = st.session_state.get("refused") or (None, "")
    if refused is not None and text == st.session_state["text"]:
        show_error(refused)


def selection(**instead: Any) -> Selection:
    """What this session looks at, built once as long as nothing changes. Raises SelectionError where a text is longer than
    a selection carries.

    instead : fields that are to be other than the session has them
    """
    state = st.session_state
    fields = {name: state[name] for name in FIELDS}
    fields["second"] = second_text()
    fields |= instead
    if BUILT not in state or state[BUILT][0] != fields:
        state[BUILT] = (fields, Selection(**fields))
    built: Selection = state[BUILT][1]
    return built


def second_text() -> str | None:
    """The second text; None where there is none, or nothing was typed into its box yet."""
    return (st.session_state["second"] or None) if st.session_state["pair"] else None


def show_example(example: Example) -> None:
    """Put an example into the boxes, as if it had been typed."""
    prefer_model(example.model)
    st.session_state.update(
        text=example.first,
        second=example.second or "",
        pair=example.second is not None,
        layer=example.layer,
        head=example.head,
        masked=(),
        cuts=(),
    )
    _pin(example.pinned if st.session_state["units"] == Selection().units else {"queries": (), "keys": ()})


def show_text(first: str, second: str | None, layer: int, head: int, link: tuple[int, int] | None) -> None:
    """Look at a head in another text, the model in use; link: the tokens that are pinned, who reads and who is read."""
    st.session_state.update(
        text=first, second=second or "", pair=second is not None, layer=layer, head=head, average="none", masked=()
    )
    pinned = link if st.session_state["units"] == Selection().units else None
    _pin({"queries": () if pinned is None else (pinned[0],), "keys": () if pinned is None else (pinned[1],)})


def show_other_word(example: Example) -> None:
    """Put the word that was chosen of the two of an example into its text; what is pinned stays."""
    st.session_state["text"] = example.with_word(st.session_state["word"])


def word_in_use(example: Example) -> str:
    """Which of the two words of an example stands in the text?"""
    words = example.swap or ("",)
    return next((word for word in words if example.with_word(word) == st.session_state["text"]), words[0])


def _pin(pinned: Mapping[str, tuple[int, ...]]) -> None:
    """Pin tokens of a text that is read only later in this run."""
    st.session_state.pop(PINNED_AMONG, None)
    st.session_state.update(pinned)


def pin(query: int | None, key: int | None) -> None:
    """Pin a query, and a key beside it, for all pages; without a query none is pinned."""
    st.session_state["queries"] = () if query is None else (query,)
    st.session_state["keys"] = () if query is None or key is None else (key,)


def settle_pinned(shown: Selection, queries: Sequence[str], keys: Sequence[str]) -> None:
    """Let go of tokens that were pinned, and of links that were cut, in another text: they stay where the tokens at their
    places are the ones they were.

    shown         : what the picture is about; as long as that is the text before, nothing is let go
    queries, keys : the tokens that are shown, by their labels
    """
    state = st.session_state
    if (shown.text, shown.second) != (state["text"], second_text()):
        return
    before: tuple[Sequence[str], Sequence[str]] | None = state.get(PINNED_AMONG)
    state[PINNED_AMONG] = (queries, keys)
    if before is None:
        return
    stays = [_same_places(old, new) for old, new in zip(before, (queries, keys), strict=True)]
    for name, same in zip(("queries", "keys"), stays, strict=True):
        state[name] = tuple(at for at in state[name] if at in same)
    if not state["queries"]:
        state["keys"] = ()
    cuts = tuple(link for link in state["cuts"] if link[2] in stays[0] and link[3] in stays[1])
    if len(cuts) < len(state["cuts"]):
        state[CUTS_GONE] = (len(state["cuts"]) - len(cuts), state["text"], second_text())
    state["cuts"] = cuts


def _same_places(old: Sequence[str], new: Sequence[str]) -> frozenset[int]:
    """Where the same token stands in two texts."""
    return frozenset(at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one == other)


def cuts_gone() -> int:
    """How many cut links went when the text became the one that is there now."""
    n, *texts = st.session_state.get(CUTS_GONE, (0, "", None))
    return n if texts == [st.session_state["text"], second_text()] else 0


def prefer_model(source: str) -> None:
    """Choose the model with which a text was chosen, where one that comes with the app is in use; another one stays."""
    if st.session_state["model"] in EMBEDDED:
        st.session_state["model"] = source


def open_selection(chosen: Selection) -> None:
    """Look at what somebody saved: every box and picker is set to it. To be called before widgets are drawn."""
    st.session_state.pop(PINNED_AMONG, None)
    for name in FIELDS:
        st.session_state[name] = getattr(chosen, name)
    st.session_state.update(second=chosen.second or "", pair=chosen.second is not None)


def choose(chosen: Selection) -> None:
    """Take over what was chosen in the live view."""
    for name in LOOKS:
        st.session_state[name] = getattr(chosen, name)


def choose_head(layer: int, head: int) -> None:
    """Take over a head that was clicked, before the page runs again."""
    st.session_state.update(layer=layer, head=head)
