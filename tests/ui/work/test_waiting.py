"""Long work on the pages of several visitors: shown, shared, and each may leave it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from attention_viz.errors import (
    AttentionVizError,
    BusyError,
    HubError,
    InputError,
    OutOfMemoryError,
    SelectionError,
    TextError,
)
from attention_viz.ui.work.caches import jobs

PATIENCE = 20.0


class Work:
    """Something long that is held up until it may go."""

    def __init__(self) -> None:
        self.runs, self.go = 0, threading.Event()

    def __call__(self, job: Any) -> str:
        self.runs += 1
        while not self.go.wait(0.005):
            job.step(1, 4)
        return "made"


@pytest.fixture
def work() -> Iterator[Work]:
    made = Work()
    yield made
    made.go.set()
    settle()


def settle(done: Callable[[], bool] = lambda: jobs().idle) -> None:
    for _ in range(int(PATIENCE / 0.01)):
        if done():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not happen")


def page(work: Callable[[Any], Any], about: str = "one") -> AppTest:
    """A visitor who asks for something long in the place "work"."""

    def script(work, about):  # type: ignore[no-untyped-def]
        import streamlit as st

        from attention_viz.ui.work.caches import jobs
        from attention_viz.ui.work.visitor import visitor
        from attention_viz.ui.work.waiting import show_end, wait_for

        about = st.session_state.get("about", about)
        ticket = wait_for("work", about, lambda: jobs().ask(about, work, visitor()), "Working")
        if ticket is not None and ticket.result is None:
            show_end("work", ticket)
        elif ticket is not None:
            st.text(f"found {ticket.result}")

    return AppTest.from_function(script, args=(work, about), default_timeout=PATIENCE)


def told(shown: AppTest) -> str:
    """What the bar of the progress says."""
    (bar,) = shown.get("progress")
    return str(bar.proto.text).replace("\\", "")


def test_every_visitor_has_a_name_of_his_own(work: Work) -> None:
    names = {page(work).run().session_state["visitor"] for _ in range(3)}
    assert len(names) == 3


def test_two_visitors_share_one_run_and_the_stop_of_one_leaves_it_to_the_other(work: Work) -> None:
    one, other = page(work).run(), page(work).run()
    one.button(key="work stop").click().run()
    assert [each.value for each in one.run().info] == ["It was stopped."]
    assert told(other.run()) == "Working"
    work.go.set()
    settle()
    assert other.run().text[0].value == "found made"
    assert work.runs == 1


def test_the_stop_of_the_only_visitor_ends_the_work(work: Work) -> None:
    one = page(work).run()
    one.button(key="work stop").click().run()
    settle()
    assert not work.go.is_set()
    one.button(key="work again").click().run()
    work.go.set()
    settle()
    assert one.run().text[0].value == "found made"


def test_asking_for_something_else_in_the_same_place_stops_what_was_asked_for_before(work: Work) -> None:
    one = page(work).run()
    before = one.session_state["work"].job
    one.session_state["about"] = "two"
    one.run()
    assert before.stop.is_set()
    assert one.session_state["work"].key == "two"


def test_what_was_found_is_not_held_by_every_visitor(work: Work) -> None:
    one = page(work).run()
    assert "work" in one.session_state
    work.go.set()
    settle()
    assert one.run().text[0].value == "found made"
    assert "work" not in one.session_state


def test_who_waits_sees_the_place_in_the_line_and_who_finds_it_full_is_told(
    work: Work, limited: Callable[[str], None]
) -> None:
    limited("[work]\nat_once = 1\nwaiting = 2\n")
    pages = [page(work, about).run() for about in ("runs", "next", "after that")]
    assert [told(each.run()) for each in pages] == ["Working", "Waiting: next in line", "Waiting: 1 before this one"]
    late = page(work, "late").run()
    assert "Try again in a moment" in late.error[0].value.replace("\\", "")
    late.run()
    assert len(late.error) == 1, "it is not asked for again by itself"
    pages[1].button(key="work stop").click().run()
    late.button(key="work again").click().run()
    assert told(late.run()) == "Waiting: 1 before this one"


def of_full_disk() -> InputError:
    error = InputError("There is no more space.")
    error.__cause__ = OSError()
    return error


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (InputError("The file has no such column."), False),
        (TextError("This text is too long."), False),
        (SelectionError("There is no such layer."), False),
        (OutOfMemoryError("There is not enough memory."), True),
        (HubError("The hub does not answer."), True),
        (BusyError("The server is busy."), True),
        (AttentionVizError("A fault in the program ended this."), True),
        (of_full_disk(), True),
    ],
)
def test_it_can_be_asked_for_again_where_that_can_help(error: AttentionVizError, again: bool) -> None:
    def fails(job: Any) -> None:
        raise error

    one = page(fails, "fails").run()
    settle()
    one.run()
    assert error.message.template[:-1] in one.error[0].value
    assert [each.label for each in one.button] == (["Try again"] if again else [])


@pytest.fixture(autouse=True)
def nothing_else_runs() -> None:
    settle()
