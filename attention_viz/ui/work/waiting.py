"""Waiting: a job of this session with its progress on the page, while the rest of the page stays usable."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from attention_viz.errors import InputError, SelectionError, TextError
from attention_viz.ui.widgets.notices import show_error
from attention_viz.ui.wording import plain, say, tell
from attention_viz.ui.work.ticket import Ticket

POLL = 0.5
"""Seconds between two checks of a job."""


def wait_for(slot: str, key: Hashable, ask: Callable[[], Ticket], doing: str) -> Ticket | None:
    """The ticket of a job that has ended; until then None, and its progress is shown.

    slot : where the session keeps the ticket: of one job at a time, another one in its place leaves the one before. What
           failed or was stopped stays there, and can only be asked for anew; what succeeded is in a cache, bounded.
    """
    ticket: Ticket | None = st.session_state.get(slot)
    if ticket is None or ticket.key != key or ticket.lapsed:
        if ticket is not None:
            ticket.leave()
        ticket = st.session_state[slot] = ask()
    if not ticket.done:
        _progress(slot, ticket, doing)
        return None
    if ticket.result is not None:
        del st.session_state[slot]
    return ticket


def outcome(slot: str, key: Hashable, ask: Callable[[], Ticket], doing: str) -> Any:
    """The result of the job; None while it is under way, and where it failed or was stopped, which is said."""
    ticket = wait_for(slot, key, ask, doing)
    if ticket is not None and ticket.result is None:
        show_end(slot, ticket)
    return None if ticket is None else ticket.result


def show_end(slot: str, ticket: Ticket) -> None:
    """Why a job ended without a result, and a button that asks for it again where that can help."""
    if ticket.error is not None:
        show_error(ticket.error)
    else:
        st.info(say("It was stopped."))
    if can_succeed(ticket):
        st.button(say("Try again"), key=f"{slot} again", on_click=lambda: st.session_state.pop(slot, None))


def can_succeed(ticket: Ticket) -> bool:
    """Whether a job that ended without a result may have one another time.

    Not where what was given to it is at fault; but a disk may have space later, and a file that is gone may be opened again.
    """
    is_of_disk = ticket.error is not None and isinstance(ticket.error.__cause__, OSError)
    return is_of_disk or not isinstance(ticket.error, (InputError, SelectionError, TextError))


@st.fragment(run_every=POLL)
def _progress(slot: str, ticket: Ticket, doing: str) -> None:
    if ticket.keep_alive().done:
        st.rerun()
    show_progress(ticket, doing)
    st.button(say("Stop"), key=f"{slot} stop", on_click=ticket.leave)


def show_progress(ticket: Ticket, doing: str) -> None:
    """How many jobs begin before it; once it has begun, how far it is. doing: what it does, where it does not say so itself."""
    job, ahead = ticket.job, ticket.ahead()
    if job.started:
        text = tell(job.doing) if job.doing else doing
    else:
        text = say("Waiting: {n} before this one", n=ahead) if ahead else say("Waiting: next in line")
    st.progress(job.fraction or 0.0, text=plain(text))
