"""The model in use: the chosen one once it is loaded; until then, and if it fails, the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.ui.caches import ask_for_model, embedded_model, jobs, loaded_model
from attention_viz.ui.jobs import Job
from attention_viz.ui.notices import show_error
from attention_viz.ui.wording import plain, say, tell

if TYPE_CHECKING:
    from attention_viz.models import Model

POLL = 0.5
"""Seconds between two looks at a model that is being loaded."""


def model_in_use() -> Model:
    """The model to work with now. Shows the progress, or the failure, of another that was asked for."""
    wanted = st.session_state["model"] or ""
    model = embedded_model() if wanted == "" else loaded_model(wanted)
    if model is not None:
        st.session_state["in_use"] = wanted
        return model
    _wait_or_explain(wanted)
    return loaded_model(st.session_state.get("in_use", "")) or embedded_model()


def _wait_or_explain(wanted: str) -> None:
    failed: Job | None = st.session_state.get("failed")
    if failed is None or failed.key != ("model", wanted):
        _loading(wanted)
        return
    if failed.error is not None:
        show_error(failed.error)
    else:
        st.info(say("Loading was stopped."))
    in_use = loaded_model(st.session_state.get("in_use", "")) or embedded_model()
    st.caption(plain(say("The picture below still comes from {model}.", model=in_use.name)))
    st.button(say("Try again"), on_click=lambda: st.session_state.pop("failed"))


@st.fragment(run_every=POLL)
def _loading(wanted: str) -> None:
    """Progress of the model that is being loaded; the rest of the page stays usable."""
    job = _job(wanted)
    if job.done:
        if loaded_model(wanted) is None:
            st.session_state["failed"] = job
        del st.session_state["loading"]
        st.rerun()
    doing = tell(job.doing) if job.doing else say("Loading {model}", model=wanted)
    ahead = jobs().ahead(job)
    text = say("Waiting: {n} before this one", n=ahead) if ahead else doing
    st.progress(job.fraction or 0.0, text=plain(text))
    st.button(say("Stop"), on_click=job.stop.set)


def _job(wanted: str) -> Job:
    """The job that this session waits for; it is kept, because one that has ended can only be asked for anew."""
    job: Job | None = st.session_state.get("loading")
    if job is None or job.key != ("model", wanted):
        job = st.session_state["loading"] = ask_for_model(wanted)
    return job.look()
