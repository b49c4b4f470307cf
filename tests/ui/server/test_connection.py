"""However fast somebody sends, the framework is given one run after the other, and others keep their turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from attention_viz.ui.server import connection
from attention_viz.ui.server.connection import ARRIVE, RUNS, Connection, ConnectionLimits

FASTEST = (7, 20)
"""Messages of a browser in its fastest second and its fastest five, recorded while somebody typed a word and sent it, 20
times on end, pressed arrow keys on sliders and clicked about in a picture."""


class Socket:
    """The other end: what was sent to the server, and what the server sent."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outgoing: list[dict[str, Any]] = []
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.connection = Connection(self.incoming.get, self.send, "192.0.2.7")

    async def send(self, message: dict[str, Any]) -> None:
        self.outgoing.append(message)

    def say(self, message: BackMsg) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "bytes": message.SerializeToString()})

    async def next(self, within: float = 5.0) -> dict[str, Any]:
        return await asyncio.wait_for(self.connection.receive(), within)

    async def deliver(self) -> None:
        """The framework says that a run is delivered."""
        finished = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
        await self.connection.send({"type": "websocket.send", "bytes": finished.SerializeToString()})


def in_a_loop(work: Callable[[Socket], Awaitable[None]]) -> None:
    async def whole() -> None:
        socket = Socket()
        assert (await socket.next())["type"] == "websocket.connect"
        try:
            await work(socket)
        finally:
            socket.connection.end()

    with ThreadPoolExecutor(1) as elsewhere:  # a browser's event loop may run in this thread
        elsewhere.submit(asyncio.run, whole()).result()


def run(text: str = "") -> BackMsg:
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="box", string_value=text)
    return message


def text(message: dict[str, Any]) -> str:
    return BackMsg.FromString(message["bytes"]).rerun_script.widget_states.widgets[0].string_value


def test_while_a_run_is_drawn_the_newest_waits_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE", 60.0)

    async def work(socket: Socket) -> None:
        socket.connection._patience = 60.0
        socket.say(run("first"))
        assert text(await socket.next()) == "first"
        for number in range(100):
            socket.say(run(f"{number}"))
        with pytest.raises(TimeoutError):
            await socket.next(within=0.1)
        await socket.deliver()
        assert text(await socket.next()) == "99"

    in_a_loop(work)


def test_what_a_browser_held_before_the_end_of_a_run_is_sent_anew_after_it() -> None:
    """At the end of a run it forgets what it has not used for some runs; told that it has it, the page would break."""

    def hashes(message: dict[str, Any]) -> list[str]:
        return list(BackMsg.FromString(message["bytes"]).rerun_script.cached_message_hashes)

    def holding(said: str) -> BackMsg:
        message = run(said)
        message.rerun_script.cached_message_hashes.append("known")
        return message

    async def work(socket: Socket) -> None:
        socket.say(holding("first"))
        assert hashes(await socket.next()) == ["known"]
        socket.say(holding("while it runs"))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(socket.next())
        await asyncio.sleep(0.05)
        await socket.deliver()
        assert hashes(await waiting) == []
        await socket.deliver()
        socket.say(holding("at rest"))
        assert hashes(await socket.next()) == ["known"]

    in_a_loop(work)


def test_a_run_that_takes_long_is_ended_by_the_next_a_little_later_each_time() -> None:
    async def work(socket: Socket) -> None:
        waits = []
        for number in range(4):
            socket.say(run(f"{number}"))
            begun = asyncio.get_running_loop().time()
            await socket.next()
            waits.append(asyncio.get_running_loop().time() - begun)
        assert waits[1] >= connection.PATIENCE - 0.05
        assert waits[3] >= 4 * connection.PATIENCE - 0.05

    in_a_loop(work)


def test_runs_that_are_delivered_at_once_still_come_no_faster_than_their_rate() -> None:
    async def work(socket: Socket) -> None:
        given = 0
        end = asyncio.get_running_loop().time() + 0.5
        while (left := end - asyncio.get_running_loop().time()) > 0:
            socket.say(run())
            try:
                await socket.next(within=left)
            except TimeoutError:
                break
            await socket.deliver()
            given += 1
        assert given <= RUNS[0] + 0.5 / RUNS[1] + 1

    in_a_loop(work)


def test_ten_times_the_fastest_real_use_is_never_closed() -> None:
    burst, pause = ARRIVE
    second, five = FASTEST
    assert 10 * second < burst
    assert 10 * five < burst
    assert 10 * five / 5 < 1 / pause  # for ever


def test_whoever_floods_is_cut_off_and_read_no_more(caplog: pytest.LogCaptureFixture) -> None:
    async def work(socket: Socket) -> None:
        for _ in range(3_000):
            socket.say(run())
        while (message := await socket.next())["type"] == "websocket.receive":
            pass
        assert message == {"type": "websocket.disconnect", "code": 1008}
        assert socket.incoming.qsize() > 2_000
        assert socket.outgoing == []  # no closing handshake, during which a socket would be read on
        with pytest.raises(OSError, match="closed"):
            await socket.deliver()

    with caplog.at_level(logging.WARNING):
        in_a_loop(work)
    assert "192.0.2.7 sent more messages than any page does" in caplog.text


def test_a_browser_that_does_not_read_is_given_no_more_runs() -> None:
    async def work(socket: Socket) -> None:
        stuck = asyncio.Event()

        async def wait(message: dict[str, Any]) -> None:
            await stuck.wait()

        socket.connection._send = wait
        sending = asyncio.create_task(socket.connection.send({"type": "websocket.send", "bytes": b"x" * 1_000}))
        await asyncio.sleep(0)
        socket.say(run())
        with pytest.raises(TimeoutError):
            await socket.next(within=0.1)
        stuck.set()
        await sending
        assert text(await socket.next()) == ""

    in_a_loop(work)


@pytest.mark.parametrize("message", [{"bytes": b"\xff\xff"}, {"text": "words"}, {"bytes": b""}])
def test_what_no_page_sends_ends_the_connection(message: dict[str, Any]) -> None:
    async def work(socket: Socket) -> None:
        socket.incoming.put_nowait({"type": "websocket.receive", **message})
        assert (await socket.next())["type"] == "websocket.disconnect"

    in_a_loop(work)


def test_a_browser_that_goes_is_heard_at_once_whatever_waits() -> None:
    async def work(socket: Socket) -> None:
        socket.say(run("first"))
        await socket.next()
        for _ in range(10):
            socket.say(run())
        socket.incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
        assert await socket.next(within=1.0) == {"type": "websocket.disconnect", "code": 1001}

    in_a_loop(work)


def test_other_traffic_is_left_alone() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    async def work(socket: Socket) -> None:
        await ConnectionLimits(app)({"type": "http"}, socket.incoming.get, socket.send)
        assert seen == [({"type": "http"}, socket.incoming.get, socket.send)]

    in_a_loop(work)


def test_one_address_has_so_many_pages_open_and_another_has_its_own(limited: Callable[[str], None]) -> None:
    limited("[connections]\nof_one_address = 2\nin_all = 3\n")

    async def work(socket: Socket) -> None:
        leave, inside = asyncio.Event(), list[str]()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            inside.append(scope["client"][0])
            await leave.wait()

        async def come(address: str) -> None:
            await ConnectionLimits(app)({"type": "websocket", "client": (address, 5)}, socket.incoming.get, socket.send)

        coming = [asyncio.create_task(come(address)) for address in (*["192.0.2.1"] * 4, "192.0.2.2", "192.0.2.3")]
        await asyncio.sleep(0)
        assert inside == ["192.0.2.1", "192.0.2.1", "192.0.2.2"]
        assert [each["type"] for each in socket.outgoing] == ["websocket.close"] * 3
        leave.set()
        await asyncio.gather(*coming)
        assert not connection.OPEN

    in_a_loop(work)
