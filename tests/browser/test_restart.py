"""The server is killed in the middle of work and started anew: visitors go on where they were, without a reload."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import attention_viz as av

from .conftest import Server, Visit

pytestmark = pytest.mark.browser

SOON = 60_000
"""Milliseconds within which a server that has just been started, on a machine that does other things, shows a page."""

TEXT, SECOND = "The river froze early.", "It was cold."
NEXT = "Nobody skated on the river."


@pytest.fixture
def mortal(server: Server) -> Iterator[Server]:
    """The server of all tests, which this one may kill; afterwards it lives."""
    yield server
    if server.process is not None and server.process.poll() is None:
        server.signal(signal.SIGCONT)
    else:
        server.start()


@pytest.mark.slow
@pytest.mark.timeout(400)  # on a busy machine a server takes a minute to start
def test_after_a_kill_in_the_middle_of_work_everything_comes_back_without_a_reload(
    browser: Browser, mortal: Server, tiny_bert_folder: Path
) -> None:
    visit = Visit(browser.new_context(viewport={"width": 1366, "height": 900}).new_page(), mortal.address)
    page = visit.open("/?layer=2&head=3&exclude=special&threshold=0.04&off=1-2,2-1")
    chooses(visit, str(tiny_bert_folder))
    page.evaluate("window.loaded = 'once'")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    answer = answers_a_lesson(visit)
    visit.turn_to("Explore")
    expect(page.get_by_role("application", name="Layer 2, head 3").first).to_be_visible(timeout=SOON)
    visit.settle()

    mortal.freeze()
    page.get_by_label("Your text").fill(NEXT)
    page.get_by_label("Your text").press("Control+Enter")
    page.get_by_role("application").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("application", name="Layer 2, head 2").first).to_be_visible(timeout=SOON)
    mortal.kill()
    expect(page.get_by_text("Connecting")).to_be_visible(timeout=SOON)
    mortal.start()

    model = av.load_model(str(tiny_bert_folder))
    n = model.attend(NEXT, SECOND).n_tokens
    expect(page.get_by_text(f"{n} of 60 tokens used")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("application", name="Layer 2, head 2").first).to_be_visible(timeout=SOON)
    visit.settle()
    page.wait_for_url(
        lambda url: {"layer=2", "head=2", "threshold=0.04", "exclude=special"} <= set(re.split("[?&]", url))
    )
    same_subject(page, tiny_bert_folder)
    visit.turn_to("Switch heads off")
    expect(page.get_by_text("2 of 6 heads are off")).to_be_visible(timeout=SOON)
    same_subject(page, tiny_bert_folder)
    visit.turn_to("Learn")
    expect(page.get_by_text(answer)).to_be_visible(timeout=SOON)
    assert page.evaluate("window.loaded") == "once"
    assert broken == []
    page.context.close()


def chooses(visit: Visit, folder: str) -> None:
    """A text, a second one, a model, and a token that is pinned."""
    page = visit.page
    page.get_by_text("Add a second sentence").click()
    page.get_by_label("Second sentence", exact=True).fill(SECOND)
    page.get_by_label("Your text").fill(TEXT)
    page.get_by_label("Your text").press("Control+Enter")
    page.get_by_role("combobox", name="Model").fill(folder)
    page.get_by_role("combobox", name="Model").press("Enter")
    expect(page.get_by_text("of 60 tokens used")).to_be_visible(timeout=SOON)
    visit.settle()
    page.get_by_role("application").first.focus()
    page.keyboard.press("]")
    page.wait_for_url(re.compile("queries="))
    visit.settle()


def answers_a_lesson(visit: Visit) -> str:
    """Opens the first lesson, answers its first question, and returns what is said of it."""
    page = visit.page
    visit.turn_to("Learn")
    page.locator("[data-testid=stButton] button").first.click()
    visit.settle()
    page.get_by_role("radiogroup").last.get_by_text("apple", exact=True).click()
    page.get_by_role("button", name="Show the answer").click()
    verdict = page.get_by_text(re.compile("^(Right|It is):"))
    expect(verdict).to_be_visible(timeout=SOON)
    return verdict.inner_text()


def same_subject(page: Page, folder: Path) -> None:
    expect(page.get_by_label("Your text")).to_have_value(NEXT, timeout=SOON)
    expect(page.get_by_label("Second sentence", exact=True)).to_have_value(SECOND, timeout=SOON)
    expect(page.get_by_role("combobox", name="Model")).to_have_value(str(folder), timeout=SOON)
