"""Measuring: what a model does in a collection: measured beforehand, on this server before, or now, as long work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from attention_viz import corpus
from attention_viz.corpus import Opened, Options, Progress
from attention_viz.corpus.built_in.collection import OPTIONS, collection
from attention_viz.errors import InputError, Message
from attention_viz.models import Model
from attention_viz.ui.many.chosen_texts import Texts
from attention_viz.ui.many.store import folder_of, in_use, touch
from attention_viz.ui.server.limits import limits
from attention_viz.ui.wording import plain, say
from attention_viz.ui.work.caches import cached_result, jobs
from attention_viz.ui.work.job import Job
from attention_viz.ui.work.visitor import visitor
from attention_viz.ui.work.waiting import can_succeed, show_end, wait_for

RUN = replace(OPTIONS, shard_texts=64)
"""As the built-in results are made, in smaller pieces: the bar moves more often."""
SLOT_OF_LINK = "many link"
"""Where the session keeps the work that counts a link."""
BYTES = 4_000_000
"""About what the figures of a collection take in memory."""


def measured(texts: Texts, model: Model) -> Opened | None:
    """What the model does in these texts. None until it is measured, which is offered here, or under way."""
    if texts.built_in and (results := collection(texts.name).results(model.source)) is not None:
        return opened(results)
    options = RUN if texts.tags else replace(RUN, relations=())
    found = _measured(texts, model, options, "many", say("Measuring every head in every text"))
    if found is not None and "model" not in found.figures.heads:
        raise _nothing_read(found)
    return found


def _nothing_read(found: Opened) -> InputError:
    """Why no text of a collection was measured, as far as its first text tells."""
    if not found.figures.failed:
        return InputError("There is no text in this collection. Look into the file.")
    (_, reason), *_ = found.errors(1)
    return InputError("No text of this collection could be read. The first: {reason}", reason=reason)


def asked(texts: Texts, model: Model, relation: corpus.Relation) -> Opened | None:
    """Which heads link the words of a relation in these texts? None while it is counted."""
    options = Options(measures=False, strongest=0, shuffled_every=0, relations=(relation,), shard_texts=64)
    return _measured(texts, model, options, SLOT_OF_LINK, say("Counting this link in every text"))


def opened(folder: Path) -> Opened:
    """What lies in a folder; its figures are read once for all visitors."""

    def make() -> Opened:
        found = corpus.open(folder)
        found.figures  # noqa: B018  read now, and kept with it
        return found

    found: Opened = cached_result(("many", str(folder)), make, lambda _: BYTES)
    return found


def _measured(texts: Texts, model: Model, options: Options, slot: str, doing: str) -> Opened | None:
    text = limits().text
    options = replace(options, most_characters=text.characters, most_tokens=text.tokens)
    folder = folder_of(texts.digest, model, options) / "measured"
    if _is_complete(folder):
        touch(folder.parent)
        return opened(folder)
    wanted = f"{slot} wanted"
    if st.session_state.get(wanted) != str(folder):
        _offer(texts, model, folder, wanted, slot)
        return None
    key = (slot, str(folder))
    ticket = wait_for(
        slot, key, lambda: jobs().ask(key, lambda job: _run(texts, model, options, folder, job), visitor()), doing
    )
    if ticket is None:
        return None
    if ticket.result is None:
        show_end(slot, ticket)
        if can_succeed(ticket) and _is_begun(folder):
            st.caption(plain(say("What is done is kept: once more, and it goes on from there.")))
        return None
    return opened(folder)


def _offer(texts: Texts, model: Model, folder: Path, wanted: str, slot: str) -> None:
    """A button that begins, or goes on; a link that was asked for begins at once."""
    if slot != "many":
        st.session_state[wanted] = str(folder)
        st.rerun()
    if _is_begun(folder):
        sentence = say("Of this collection a part is measured already.")
        label = say("Go on measuring")
    else:
        sentence = say(
            "{model} was not measured in this collection yet. That takes a few minutes; you can go on working meanwhile, and stop it.",
            model=model.name,
        )
        label = say("Measure every head in these texts")
    st.info(plain(sentence))
    st.button(label, type="primary", on_click=lambda: st.session_state.update({wanted: str(folder)}))


def _run(texts: Texts, model: Model, options: Options, folder: Path, job: Job) -> bool:
    """The long work: begins, or goes on where it was."""

    def tell(progress: Progress) -> None:
        job.report(progress.share, _so_far(progress))

    with in_use(folder.parent), texts.source() as source:
        corpus.measure(source, model, into=folder, options=options, progress=tell, stop=job.stop)
    return True


def _so_far(progress: Progress) -> Message:
    values: dict[str, object] = {"n": progress.texts, "rate": progress.per_second}
    left = progress.seconds_left
    if left is None:
        return Message("{n:,} texts, {rate:.0f} a second", values)
    if left < 90:
        return Message("{n:,} texts, {rate:.0f} a second, {left:.0f} s left", values | {"left": left})
    return Message("{n:,} texts, {rate:.0f} a second, {left:.0f} minutes left", values | {"left": left / 60})


def _is_complete(folder: Path) -> bool:
    try:
        return corpus.open(folder).complete
    except InputError:
        return False


def _is_begun(folder: Path) -> bool:
    return any((folder / "shards").glob("*/*.parquet"))
