"""The wall clock jumps by an hour under load, forwards and back: nobody is let out, nothing waits, nothing is forgotten."""

from __future__ import annotations

import ast
import asyncio
import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import websockets

from benchmarks.visitor import Visitor, serving

ROOT = Path(__file__).parents[2]
HOUR, CODE, VISITORS = 3600, "Maple-42", 4
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WALL = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
READS_IT = {
    "attention_viz/ui/server/signed_cookie.py": "when its holder entered the code, also after the server was started anew",
    "attention_viz/models/hub/client.py": "how old an unfinished file is, of a download that was killed",
}
"""Files that read the wall clock, and what for; all others measure with the monotonic one."""


def test_the_wall_clock_is_read_where_a_time_must_outlive_the_process_and_nowhere_else() -> None:
    files = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "attention_viz").rglob("*.py")]
    found = set()
    for file in files:
        tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        names = {ast.unparse(node) for node in tree if isinstance(node, ast.Attribute)}
        if names & WALL or any(name.endswith(tuple(f".{each}" for each in WALL)) for name in names):
            found.add(file.relative_to(ROOT).as_posix())
    assert found == set(READS_IT)


def ask(port: int, method: str, body: str = "", cookie: str = "") -> tuple[int, str]:
    """The status of an answer, and the cookie that it brings."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, "/", body, {**FORM, "Cookie": cookie, "Accept": "text/html"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, (answer.headers["Set-Cookie"] or "").partition(";")[0]


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).with_name("moved_clock")))
    monkeypatch.setenv("CLOCK", str(tmp_path / "clock"))
    monkeypatch.setenv("ATTENTION_VIZ_CODE", CODE)
    return tmp_path / "clock"


@pytest.fixture
def port(clock: Path) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with serving(port):
        yield port


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("hours", [(1, 0), (-1, 0)], ids=["forwards and back", "back and forwards"])
def test_visitors_go_on_and_who_guessed_stays_blocked(port: int, clock: Path, hours: tuple[int, ...]) -> None:
    status, cookie = ask(port, "POST", f"code={CODE}")
    assert status == 303
    assert _guesses(port) >= 60
    with ThreadPoolExecutor(1) as elsewhere:  # a browser's event loop may run in this thread
        elsewhere.submit(asyncio.run, _visitors(port, clock, cookie, hours)).result()


def _guesses(port: int) -> int:
    """How many wrong codes are looked at before the next is refused unread."""
    guesses = 0
    while ask(port, "POST", "code=wrong-code")[0] != 429:
        guesses += 1
    return guesses


async def _visitors(port: int, clock: Path, cookie: str, hours: tuple[int, ...]) -> None:
    ended = asyncio.Event()
    working = [asyncio.create_task(_work(port, cookie, number, ended)) for number in range(VISITORS)]
    for hour in hours:
        await asyncio.sleep(3)
        clock.write_text(str(hour * HOUR))
        assert await asyncio.to_thread(ask, port, "GET", "", cookie) == (200, "")  # still in
        assert 0 < await asyncio.to_thread(_guesses, port) < 20  # one for every two seconds that have passed
        assert await _comes(port, cookie) == []
    await asyncio.sleep(3)
    ended.set()
    for waits in await asyncio.gather(*working):
        assert len(waits) > 2
        assert max(waits) < 20


async def _work(port: int, cookie: str, number: int, ended: asyncio.Event) -> list[float]:
    """Read one text after the other on one connection; how long each took."""
    waits: list[float] = []
    async with _connect(port, cookie) as connection:
        visitor = Visitor(connection)
        await visitor.run()
        while not ended.is_set():
            waits.append(await visitor.run(f"Visitor {number} reads text {len(waits)}."))
        assert visitor.errors == []
    return waits


async def _comes(port: int, cookie: str) -> list[str]:
    """Somebody connects anew; what goes wrong."""
    async with _connect(port, cookie) as connection:
        visitor = Visitor(connection)
        await visitor.run()
        await visitor.run("Somebody new reads this.")
        return visitor.errors


def _connect(port: int, cookie: str) -> websockets.connect:
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    return websockets.connect(address, max_size=None, subprotocols=["streamlit"], additional_headers={"Cookie": cookie})
