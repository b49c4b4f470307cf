"""Two replicas behind nginx serve as one: visitors stay with theirs, outlive it, and leave no text in any log."""

from __future__ import annotations

import asyncio
import http.client
import ssl
import subprocess
import urllib.parse
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from pathlib import Path
from typing import TypeVar

import pytest
import streamlit
import websockets
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from attention_viz.ui.server.access import COOKIE
from attention_viz.ui.server.headers import headers
from attention_viz.ui.server.limits import MB, limits
from benchmarks.visitor import Visitor

from .certificate import make_certificate
from .conftest import CODE, MODEL, Front, free_port, nginx
from .container import can_close_in, health_check

pytestmark = pytest.mark.slow

BY_LINK, BY_SESSION, BY_BROWSER = "zweitausendfuss", "dreitausendfuss", "viertausendfuss"
TEXTS = (BY_LINK, BY_SESSION, BY_BROWSER)
"""Words that nothing but these tests writes."""
STATIC = Path(streamlit.__file__).parent / "static"
SCRIPT = "/" + next(STATIC.glob("static/js/index.*.js")).relative_to(STATIC).as_posix()
Answer = tuple[int, http.client.HTTPMessage, bytes]
T = TypeVar("T")


class Browserless:
    """Somebody with cookies, who speaks HTTP."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **more: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.front.port, timeout=30)
        try:
            connection.request(method, path, body, {"Accept": "text/html", "Cookie": self.cookie, **more})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.keep(answer.headers.get_all("Set-Cookie", []))
        return answer.status, answer.headers, content

    def keep(self, cookies: list[str]) -> None:
        for line in cookies:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def enter(self, path: str = "/") -> Browserless:
        form = urllib.parse.urlencode({"code": CODE}).encode()
        status, _, _ = self.ask(path, "POST", form, **{"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 303
        return self

    def session(self) -> websockets.connect:
        address = f"ws://127.0.0.1:{self.front.port}/_stcore/stream"
        return websockets.connect(
            address, max_size=None, subprotocols=["streamlit"], additional_headers={"Cookie": self.cookie}
        )


def run(work: Callable[[], Awaitable[T]]) -> T:
    """In a thread of its own: a browser's event loop may run in this one."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, work()).result()


@pytest.fixture
def visitor(front: Front) -> Browserless:
    return Browserless(front)


def test_a_replica_starts_as_nobody_on_a_file_system_that_nobody_can_write_to(front: Front) -> None:
    for replica in front.replicas.values():
        said = replica.log.read_text()
        assert "Traceback" not in said
        assert "rror" not in said
        if can_close_in():
            process = Path(f"/proc/{replica.process.pid}")
            status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
            assert status["Uid"].split() == ["65534"] * 4
            assert int(status["CapBnd"], 16) == int(status["CapEff"], 16) == 0
            assert status["NoNewPrivs"].strip() == "1"
            mounts = [line.split() for line in (process / "mounts").read_text().splitlines()]
            assert [options.split(",")[0] for _, place, _, options, *_ in mounts if place == "/"] == ["ro"]


def test_the_health_check_tells_a_replica_that_is_ready_from_none(front: Front) -> None:
    checks = [health_check(port) for port in (front.replicas["1"].port, free_port())]
    ready, none = (subprocess.run(check, capture_output=True).returncode for check in checks)
    assert (ready == 0, none == 0) == (True, False)


def test_visitors_without_a_cookie_are_spread_and_then_stay(front: Front) -> None:
    before = len(front.answered_by("/_stcore/health"))
    visitors = [Browserless(front).enter() for _ in range(16)]  # all from one address, as a class is
    for _ in range(3):
        for number, each in enumerate(visitors):
            assert each.ask(f"/_stcore/health?{number}")[0] == 200
    answered = front.answered_by("/_stcore/health", before + 48)[before:]
    assert set(answered) == {"1", "2"}
    assert [answered[number::16] for number in range(16)] == [[each.cookies["replica"]] * 3 for each in visitors]


def test_a_pass_holds_at_both_replicas_and_the_query_of_a_link_survives_the_entrance(visitor: Browserless) -> None:
    path = f"/?text={BY_LINK}&layer=2"
    assert b"<form" in visitor.ask(path)[2]
    visitor.enter(path)
    for replica in ("1", "2"):
        visitor.cookies["replica"] = replica
        assert b'id="root"' in visitor.ask(path)[2]


def test_a_session_goes_through_and_files_go_where_the_session_is(front: Front, visitor: Browserless) -> None:
    before = len(front.answered_by("/_stcore/stream"))
    visitor.enter()

    async def work() -> None:
        async with visitor.session() as socket:
            session = Visitor(socket)
            await session.run()
            await session.run(f"The {BY_SESSION} sat.")
            assert session.errors == []
            assert session.widgets[session.text_areas[0]].string_value == f"The {BY_SESSION} sat."

    run(work)
    assert front.answered_by("/_stcore/stream", before + 1)[-1] == visitor.cookies["replica"]


def test_nobody_gets_a_session_without_the_code(visitor: Browserless) -> None:
    async def work() -> int:
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with visitor.session():
                pytest.fail("was let in")
        return int(refusal.value.response.status_code)

    assert run(work) == 403


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 200),
        ("/heads", "GET", 200),
        ("/readyz", "GET", 200),
        ("/_stcore/health", "GET", 200),
        ("/media/nothing.png", "GET", 404),
        ("/component/nothing/x.js", "GET", 404),
        ("/_stcore/upload_file/nobody/1", "PUT", 403),
        ("/healthz", "POST", 405),
        (SCRIPT, "GET", 200),
    ],
)
def test_every_answer_has_every_header_once(visitor: Browserless, path: str, method: str, status: int) -> None:
    visitor.enter()
    found, answered, content = visitor.ask(path, method)
    assert found == status, content[:200]
    for name, value in headers(f"127.0.0.1:{visitor.front.port}").items():
        assert answered.get_all(name) == [value], name


def test_an_upload_may_be_as_large_as_the_limits_say_and_no_larger(visitor: Browserless) -> None:
    path, most = "/_stcore/upload_file/nobody/1", limits().uploads.mb * MB
    for size, status in ((most, 403), (most + 2 * MB, 413)):  # 403: it came through, to a session that is not there
        found, _, _ = visitor.enter().ask(path, "PUT", bytes(size))
        assert found == status


@pytest.fixture
def secure(front: Front, tmp_path: Path) -> Iterator[Front]:
    """The same with TLS, and a certificate for 127.0.0.1 that only this test trusts."""
    make_certificate(tmp_path / "tls")
    with nginx(tmp_path, front.replicas, ("nginx.conf", "tls/tls.conf")) as secure:
        yield secure


def test_with_tls_nobody_is_served_without_it_and_cookies_stay_in_it(secure: Front) -> None:
    status, answered, _ = Browserless(secure).ask(f"/?text={BY_LINK}")
    assert (status, answered["Location"]) == (308, f"https://127.0.0.1/?text={BY_LINK}")
    trust = ssl.create_default_context(cafile=str(secure.certificate))
    connection = http.client.HTTPSConnection("127.0.0.1", secure.tls_port, timeout=30, context=trust)
    form = urllib.parse.urlencode({"code": CODE})
    connection.request("POST", "/", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    cookies = SimpleCookie("\n".join(answer.headers.get_all("Set-Cookie", [])))
    connection.close()
    assert answer.status == 303
    assert cookies[COOKIE]["secure"]
    assert int(answer.headers["Strict-Transport-Security"].removeprefix("max-age=")) > 0


def texts_in_logs(front: Front) -> list[str]:
    """Where a log has a word that a visitor wrote."""
    logs = [front.log, *(replica.log for replica in front.replicas.values())]
    return [f"{log}: {word}" for log in logs for word in TEXTS if word in log.read_text()]


def test_no_log_has_a_text_that_came_by_link_or_in_a_session(front: Front) -> None:
    assert "/_stcore/stream" in front.log.read_text()
    assert texts_in_logs(front) == []


@pytest.mark.browser
def test_when_a_replica_is_killed_its_visitors_go_on_at_the_other_with_their_text_and_model(
    front: Front, visitor: Browserless, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="en-US")
    page = context.new_page()
    page.goto(f"{front.address}/?model={MODEL}&layer=2&head=3")
    expect(page.get_by_label("Access code")).to_be_focused()
    assert [(each["id"], each["nodes"]) for each in Axe().run(page).response["violations"]] == []
    page.get_by_label("Access code").fill(CODE)
    page.get_by_role("button", name="Enter").click()
    heads = page.get_by_text("2 layers × 3 heads")
    expect(heads).to_be_visible(timeout=30_000)
    text = page.get_by_label("Your text")
    text.fill(f"The {BY_BROWSER} sat down.")
    text.press("Control+Enter")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    victim = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "replica")
    visitor.cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies()}

    async def work() -> None:
        async with visitor.session() as socket:
            await Visitor(socket).run()
            front.replicas[victim].kill()
            with pytest.raises(websockets.ConnectionClosed):
                await Visitor(socket).run()
        async with visitor.session() as socket:
            session = Visitor(socket)
            await session.run()
            await session.run(f"The {BY_SESSION} ran.")
            assert session.errors == []
            visitor.keep(socket.response.headers.get_all("Set-Cookie"))

    run(work)
    assert visitor.cookies["replica"] != victim
    assert visitor.ask(f"/?text={BY_LINK}")[0] == 200
    visitor.cookies["replica"] = victim  # somebody who has not noticed yet
    assert visitor.ask(f"/?text={BY_LINK}")[0] == 200
    expect(page.locator("[data-testid=stConnectionStatus]")).to_be_hidden(timeout=60_000)
    expect(text).to_have_value(f"The {BY_BROWSER} sat down.")
    text.fill("It was tired.")
    text.press("Control+Enter")
    expect(page.get_by_role("cell", name="tired", exact=True)).to_be_visible(timeout=30_000)
    expect(heads).to_be_visible()
    assert {cookie["value"] for cookie in context.cookies() if cookie["name"] == "replica"} == {"1", "2"} - {victim}
    context.close()
    assert texts_in_logs(front) == []
