"""Connection: one visitor's websocket, whose messages reach the framework no faster than their runs are drawn."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from weakref import WeakSet

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from attention_viz.ui.server.backlog import Backlog
from attention_viz.ui.server.browser_message import held_files, read_message
from attention_viz.ui.server.client_address import client_address
from attention_viz.ui.server.limits import limits
from attention_viz.ui.server.rate_limit import network
from attention_viz.ui.server.token_bucket import TokenBucket

ARRIVE = (500, 1 / 100)
"""Messages that arrive: so many at once, then one every so many seconds. The fastest typing and dragging of a browser that
was recorded sent 7 in a second and 20 in five; this is more than ten times as many."""
RUNS = (20, 1 / 5)
"""Runs of the page that are begun, likewise; those that wait are joined."""
OTHERS = (60, 1 / 30)
"""Other messages that are answered, likewise."""
PATIENCE = 0.25
"""Seconds that a run has before the next one ends it; doubled each time that one is ended so."""
LONGEST_PATIENCE = 2.0
SHORT = 512
"""Bytes of a message to the browser among which the end of a run is looked for; it has about 60."""
OPEN: WeakSet[Connection] = WeakSet()
"""The connections of this process."""


class ConnectionLimits:
    """Middleware between the websockets and the framework, which starts a thread for every run that it is sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        connection = Connection(receive, send, network(client_address(scope)))
        if not _has_room(connection.address):
            await WebSocketClose(1013)(scope, receive, send)  # before it is accepted: an answer 403
            return
        OPEN.add(connection)
        try:
            await self.app(scope, connection.receive, connection.send)
        finally:
            OPEN.discard(connection)
            connection.end()


class Connection:
    """What stands between one websocket and the framework.

    A reader takes messages from the socket as they come and lets the newest wait in the place of older ones. The
    framework is given the next run when the one before it was delivered, or has had its time. Whoever sends on and on is
    no longer read, and is cut off without a word: a socket that is asked to close is read until its other end agrees.

    address : where the visitor comes from, as it is counted; files: ids of the uploaded files that the page's widgets hold
    """

    def __init__(self, receive: Receive, send: Send, address: str = "") -> None:
        self.address, self.files = address, set[str]()
        self._receive, self._send = receive, send
        self._backlog = Backlog()
        self._arrive, self._runs, self._others = (TokenBucket(*rate) for rate in (ARRIVE, RUNS, OTHERS))
        self._changed, self._room = asyncio.Event(), asyncio.Event()
        self._accepted = False
        self._reader: asyncio.Task[None] | None = None
        self._over: Message | None = None
        self._begun: float | None = None
        self._patience = PATIENCE
        self._sending = 0

    async def receive(self) -> Message:
        """The next message for the framework, when it may have it."""
        if not self._accepted:
            self._accepted = True
            return await self._receive()  # that somebody connects
        if self._reader is None:
            self._reader = asyncio.create_task(self._read(), name="websocket reader")
        while self._over is None:
            self._changed.clear()
            wait = self._wait()
            if wait == 0:
                return self._hand_over()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait)
        return self._over

    async def send(self, message: Message) -> None:
        """A message of the framework to the browser."""
        if self._over is not None:
            raise OSError("the connection was closed")  # which Starlette takes for a browser that has gone
        self._sending += 1
        try:
            await self._send(message)
        finally:
            self._sending -= 1
        if _ends_run(message):
            self._begun, self._patience = None, PATIENCE
        if self._backlog:
            self._changed.set()

    def end(self) -> None:
        """The framework is through with this connection."""
        if self._reader is not None:
            self._reader.cancel()

    async def _read(self) -> None:
        while self._over is None:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                self._close(message)
            elif self._arrive.wait():
                self._cut_off("sent more messages than any page does")
            else:
                self._arrive.take()
                await self._keep(message)

    async def _keep(self, message: Message) -> None:
        read = read_message(message.get("bytes") or b"")
        if read is None:
            self._cut_off("sent what no page sends")
            return
        if read.WhichOneof("type") == "rerun_script":
            self.files = held_files(read) | (self.files if read.rerun_script.fragment_id else set())
            if self._begun is not None or self._sending:  # once that run has ended, the browser forgets some of these
                read.rerun_script.ClearField("cached_message_hashes")
        self._backlog.add(read)
        self._changed.set()
        while self._backlog.full and self._over is None:
            self._room.clear()
            await self._room.wait()

    def _wait(self) -> float | None:
        """Seconds until the next message may be handed over; None = until something changes."""
        if not self._backlog or (self._backlog.begins_with_run and self._sending):
            return None
        if not self._backlog.begins_with_run:
            return self._others.wait()
        in_time = 0.0 if self._begun is None else self._begun + self._patience - time.monotonic()
        return max(in_time, self._runs.wait())

    def _hand_over(self) -> Message:
        if self._backlog.begins_with_run:
            self._runs.take()
            if self._begun is not None:
                self._patience = min(2 * self._patience, LONGEST_PATIENCE)
            self._begun = time.monotonic()
        else:
            self._others.take()
        content = self._backlog.take()
        self._room.set()
        return {"type": "websocket.receive", "bytes": content}

    def _cut_off(self, why: str) -> None:
        logging.getLogger(__name__).log(logging.WARNING, "A connection of %s %s, and was closed", self.address, why)
        self._close({"type": "websocket.disconnect", "code": 1008})

    def _close(self, message: Message) -> None:
        self._over = message
        self._changed.set()


def _has_room(address: str) -> bool:
    """Whether one more may come from there."""
    most = limits().connections
    return len(OPEN) < most.in_all and sum(each.address == address for each in OPEN) < most.of_one_address


def _ends_run(message: Message) -> bool:
    """Whether the browser is told that a run is delivered."""
    content = message.get("bytes") or b""
    return len(content) < SHORT and ForwardMsg.FromString(content).WhichOneof("type") == "script_finished"
