"""Waiting: a job of this session with its progress on the page, while the rest of the page stays usable."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import streamlit as st

from attention_viz.ui.caches import jobs
from attention_viz.ui.jobs import Job
from attention_viz.ui.notices import show_error
from attention_viz.ui.wording import plain, say, tell

POLL = 0.5
"""Seconds between two looks at a job."""


def wait_for(slot: str, key: Hashable, ask: Callable[[], Job], doing: str) -> Job | None:
    """The job, once it has ended; until then None, and its progress is shown.

    slot : where the session keeps the job; one that has ended can only be asked for anew
    """
    job: Job | None = st.session_state.get(slot)
    if job is None or job.key != key:
        job = st.session_state[slot] = ask()
    if job.done:
        return job
    _progress(slot, job, doing)
    return None


def show_end(slot: str, job: Job) -> None:
    """Why a job ended without a result, and a button that asks for it again."""
    if job.error is not None:
        show_error(job.error)
    else:
        st.info(say("It was stopped."))
    st.button(say("Try again"), key=f"{slot} again", on_click=lambda: st.session_state.pop(slot, None))


@st.fragment(run_every=POLL)
def _progress(slot: str, job: Job, doing: str) -> None:
    if job.look().done:
        st.rerun()
    ahead = jobs().ahead(job)
    text = say("Waiting: {n} before this one", n=ahead) if ahead else tell(job.doing) if job.doing else doing
    st.progress(job.fraction or 0.0, text=plain(text))
    st.button(say("Stop"), key=f"{slot} stop", on_click=job.stop.set)
