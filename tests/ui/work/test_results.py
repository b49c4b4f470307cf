"""What is worked out from a reading: once for all who ask, at once or with its progress and a Stop."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attention_viz.errors import InputError, StoppedError
from attention_viz.ui.work import results
from attention_viz.ui.work.caches import jobs

PATIENCE = 20.0


@dataclass(frozen=True)
class Held:
    numbers: np.ndarray
    names: tuple[str, ...]


def test_the_size_of_a_result_is_at_least_that_of_its_arrays_wherever_they_are_held() -> None:
    numbers = np.zeros((100, 7))
    assert results.size_of(numbers) >= numbers.nbytes
    assert results.size_of([Held(numbers, ("a",)), {"b": numbers}]) >= 2 * numbers.nbytes
    assert results.size_of(3) > 0


class Work:
    """Something that is counted and can be held up."""

    def __init__(self) -> None:
        self.runs, self.go, self.stopped = 0, threading.Event(), False

    def make(self, progress: Any) -> str:
        self.runs += 1
        if progress is not None:
            for step in range(400):
                try:
                    progress(step, 400)
                except StoppedError:
                    self.stopped = True
                    raise
                if self.go.wait(0.05):
                    break
        return "made"


def page(work: Work, about: str, quick: bool) -> AppTest:
    def script(make, about, quick):  # type: ignore[no-untyped-def]
        import streamlit as st

        from attention_viz.ui.work.results import result

        found = result("work", about, make, doing="Working", quick=quick)
        st.write(f"found {found}")

    return AppTest.from_function(script, args=(work.make, about, quick), default_timeout=PATIENCE)


def until(done: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline
        threading.Event().wait(0.02)


def nothing_runs() -> bool:
    return jobs().idle


def test_a_quick_result_is_there_at_once_and_made_once_for_everybody() -> None:
    work = Work()
    for _ in range(2):
        shown = page(work, "quick", quick=True).run()
        assert shown.markdown[0].value == "found made"
    assert work.runs == 1


def test_a_long_result_shows_its_progress_and_is_there_once_it_ended() -> None:
    work = Work()
    shown = page(work, "long", quick=False).run()
    assert shown.markdown[0].value == "found None"
    assert [each.label for each in shown.button] == ["Stop"]
    work.go.set()
    until(nothing_runs)
    assert shown.run().markdown[0].value == "found made"
    assert page(work, "long", quick=False).run().markdown[0].value == "found made"
    assert work.runs == 1


def test_a_long_result_is_stopped_and_can_be_asked_for_again() -> None:
    work = Work()
    shown = page(work, "stopped", quick=False).run()
    shown.button(key="work stop").click().run()
    until(nothing_runs)
    assert work.stopped
    assert "It was stopped." in [each.value for each in shown.run().info]
    work.go.set()
    shown.button(key="work again").click().run()
    until(nothing_runs)
    assert shown.run().markdown[0].value == "found made"


@pytest.mark.parametrize("quick", [True, False])
def test_what_a_user_caused_is_told(quick: bool) -> None:
    def refuse(_: Any) -> None:
        raise InputError("This text has {n} tokens. Shorten it.", n=9)

    def script(make, quick):  # type: ignore[no-untyped-def]
        from attention_viz.ui.widgets.notices import errors_shown
        from attention_viz.ui.work.results import result

        with errors_shown():
            result("refused", f"refused {quick}", make, doing="Working", quick=quick)

    shown = AppTest.from_function(script, args=(refuse, quick), default_timeout=PATIENCE).run()
    until(nothing_runs)
    (error,) = shown.run().error
    assert "This text has 9 tokens" in error.value.replace("\\", "")
