"""The app as a visitor meets it: a real server on loopback and a real Chromium."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hub_stand_in import HubStandIn
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect
from playwright.sync_api import TimeoutError as NotInTime
from tabs import Tabs

ROOT = Path(__file__).parents[2]
START = 120.0
"""Seconds that a server may take to start on a busy machine."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="session")
def hub_of_the_server() -> Iterator[HubStandIn]:
    """The model hub that the server knows."""
    with HubStandIn() as stand_in:
        yield stand_in


class Server:
    """The app on a port of its own, which it keeps when it is started again. log: what it writes; variables: of its environment"""

    def __init__(self, log: Path, **variables: str) -> None:
        self.port, self.log, self.variables = free_port(), log, os.environ | variables
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Until it is healthy."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, f"--server.port={self.port}"],
                cwd=ROOT,
                env=self.variables,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START
        try:
            while not healthy(self.address):
                assert self.process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
        except BaseException:
            self.process.kill()
            raise

    def freeze(self) -> None:
        """It answers nothing any more, as one that is busy without end."""
        self.signal(signal.SIGSTOP)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        self.process.wait(20)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, hub_of_the_server: HubStandIn) -> Iterator[Server]:
    """The app, started as the README says, once for all tests."""
    home = tmp_path_factory.mktemp("hub")
    server = Server(home / "log", HF_HOME=str(home), HF_ENDPOINT=hub_of_the_server.endpoint)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def address(server: Server) -> str:
    return server.address


class Visit:
    """One open page, and what went wrong on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.problems: list[str] = []
        self.elsewhere: list[str] = []
        self._listeners: dict[str, Callable[[Any], None]] = {
            "console": self._heard,
            "pageerror": lambda error: self.problems.append(str(error)),
            "request": self._asked,
            "dialog": lambda dialog: self.problems.append(f"dialog {dialog.message}"),
        }
        for event, listener in self._listeners.items():
            page.on(event, listener)  # type: ignore[call-overload]

    def leave(self) -> None:
        """Hear no more of the page."""
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self._of_a_replaced_download(message):
            self.problems.append(message.text)

    def _of_a_replaced_download(self, message: ConsoleMessage) -> bool:
        """Streamlit asks whether the file behind a button is there, also when a later run has just replaced it."""
        return "/media/" in message.location["url"] or message.text.startswith("Client Error: Download Button source")

    def _asked(self, request: Request) -> None:
        own = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(own):
            self.elsewhere.append(request.url)

    def open(self, path: str = "/") -> Page:
        """The page, once its picture is drawn."""
        self.page.goto(self.address + path)
        try:
            self.page.locator("canvas").first.wait_for(timeout=60_000)
        except NotInTime as error:
            raise AssertionError(f"no picture of {path}; {self.state()}") from error
        self.settle()
        return self.page

    def turn_to(self, title: str) -> Page:
        """Another page of the app, by its link, once it has taken the place of the one before and is at rest."""
        self.link_to(title).click()
        expect(self.page).to_have_title(re.compile(f"^{re.escape(title)} · "))
        self.settle()
        return self.page

    def link_to(self, title: str) -> Locator:
        """The link to another page: in the bar, or in the menu, which is then opened."""
        in_bar = self.page.get_by_role("link", name=title, exact=True)
        if not in_bar.count():
            self.page.get_by_test_id("stTopNavSection").click()
        return in_bar.or_(self.page.get_by_role("menuitem", name=title, exact=True)).first

    def choose(self, label: str, option: str, typed: str = "") -> None:
        """Pick from a list. A list that was opened while the page still moved closes by itself; then it is opened again."""
        self.settle()
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(3):
            self.page.get_by_role("combobox", name=label).click()
            self.page.keyboard.type(typed)
            try:
                wanted.click(timeout=5_000)
                break
            except NotInTime:
                self.page.keyboard.press("Escape")
        self.settle()

    def state(self) -> str:
        """What stands on the page, and what it is doing: for the message of a test that fails."""
        app = self.page.locator("[data-testid=stApp]")
        views = self.page.locator(".attention").evaluate_all("all => all.map(each => each.className)")
        run = app.get_attribute("data-test-script-state", timeout=1_000)
        return f"run: {run}; views: {views}; problems: {self.problems}; text:\n{app.inner_text(timeout=1_000)}"

    def settle(self) -> None:
        """Wait until no run is under way."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)


Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[Tabs]:
    """Where visits take place, one after the other."""
    tabs = Tabs(browser)
    yield tabs
    tabs.close()


@pytest.fixture
def visit(tabs: Tabs, address: str) -> Iterator[Open]:
    """Opens visits: `visit(width, height, dark, locale, alone)`. After the test nothing may have gone wrong on any of them."""
    visits = []

    def begin(
        width: int = 1366, height: int = 768, dark: bool = False, locale: str = "en-US", alone: bool = False
    ) -> Visit:
        visits.append(Visit(tabs.take(width, height, dark, alone=alone, locale=locale), address))
        return visits[-1]

    yield begin
    for each in visits:
        each.leave()
        tabs.give_back(each.page, f"{address}/_stcore/health")
    for each in visits:
        assert each.problems == []
        assert each.elsewhere == []
