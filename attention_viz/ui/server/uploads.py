"""Uploads: files that visitors open, bounded for each of them and in all, and dropped once no widget holds them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from attention_viz.errors import Message
from attention_viz.ui.server.client_address import client_address
from attention_viz.ui.server.connection import OPEN
from attention_viz.ui.server.limits import MB, limits
from attention_viz.ui.server.login_page import language_asked
from attention_viz.ui.server.rate_limit import network
from attention_viz.ui.wording import tell_in

PREFIX = "/_stcore/upload_file/"
"""Streamlit's addresses: behind it the session and the file."""
GRACE = 10.0
"""Seconds in which a widget may say that it holds a file, after it arrived or after its page lost the connection."""
PERIOD = 2.0
"""Seconds between two looks for files that nobody holds."""
STALLED = 30.0
"""Seconds without a byte after which an upload is given up."""
SHARE = 2
"""One address may hold 1 / SHARE of what all may."""

TOO_MANY = Message("Too many files are open on this server. Close one, or try again in a moment.")
NO_LENGTH = Message("This file does not say how long it is. Open it with a browser.")


@dataclass
class Upload:
    """A file that arrives, or that has: its size, whose it is, and when a widget was last seen to hold it."""

    session: str
    address: str
    nbytes: int
    arrived: bool = False
    seen: float = field(default_factory=time.monotonic)


class UploadLimits:
    """Middleware before Streamlit's place for uploads, which takes any number of files under any name.

    held   : ids of the files that widgets hold now; remove: drops the file of a session
    """

    def __init__(
        self,
        app: ASGIApp,
        held: Callable[[], set[str]] | None = None,
        remove: Callable[[str, str], None] | None = None,
    ) -> None:
        self.app = app
        self.held, self.remove = held or held_in_pages, remove or remove_file
        self.files: dict[str, Upload] = {}
        self._watched = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        session, _, file = scope.get("path", "").removeprefix(PREFIX).partition("/")
        ours = scope["type"] == "http" and scope["path"].startswith(PREFIX)
        if ours and scope["method"] == "PUT":
            await self._put(session, file, scope, receive, send)
            return
        await self.app(scope, receive, send)
        if ours and scope["method"] == "DELETE":
            self.files.pop(file, None)

    async def _put(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        length = Headers(scope=scope).get("content-length", "")
        if not length.isascii() or not length.isdecimal() or len(length) > 12:
            await _refuse(scope, 411, NO_LENGTH)(scope, receive, send)
            return
        upload = Upload(session, network(client_address(scope)), int(length))
        if file in self.files or not self._has_room(upload):
            await _refuse(scope, 413, TOO_MANY)(scope, receive, send)
            return
        self.files[file] = upload
        status: list[int] = []

        async def send_on(message: Event) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
            await send(message)

        try:
            await self.app(scope, _in_time(receive), send_on)
        finally:
            if status[:1] == [204]:
                upload.arrived, upload.seen = True, time.monotonic()
                self._watch()
            else:
                del self.files[file]

    def _has_room(self, new: Upload) -> bool:
        most = limits().uploads
        by_session = self._nbytes(each for each in self.files.values() if each.session == new.session)
        by_address = self._nbytes(each for each in self.files.values() if each.address == new.address)
        return (
            by_session + new.nbytes <= most.of_one_visitor_mb * MB
            and by_address + new.nbytes <= most.in_all_mb * MB // SHARE
            and self._nbytes(self.files.values()) + new.nbytes <= most.in_all_mb * MB
        )

    @staticmethod
    def _nbytes(uploads: Iterable[Upload]) -> int:
        return sum(each.nbytes for each in uploads)

    def _watch(self) -> None:
        if not self._watched:
            self._watched = True
            asyncio.get_running_loop().call_later(PERIOD, self._look)

    def _look(self) -> None:
        """Drop what no widget holds, and look again as long as there is something."""
        self._watched = False
        self.drop_unheld()
        if self.files:
            self._watch()

    def drop_unheld(self) -> None:
        """Drop the files that arrived, and that no widget has held for a while."""
        held, now = self.held(), time.monotonic()
        for file, upload in list(self.files.items()):
            if file in held:
                upload.seen = now
            elif upload.arrived and now - upload.seen > GRACE:
                self.remove(upload.session, file)
                del self.files[file]


def held_in_pages() -> set[str]:
    """The files that the widgets of open pages hold."""
    return {file for connection in OPEN for file in connection.files}


def remove_file(session: str, file: str) -> None:
    """Drop a file of a session from where Streamlit keeps it."""
    if runtime.exists() and isinstance(kept := runtime.get_instance().uploaded_file_mgr, MemoryUploadedFileManager):
        kept.remove_file(session, file)


def _in_time(receive: Receive) -> Receive:
    async def next_part() -> Event:
        try:
            return await asyncio.wait_for(receive(), STALLED)
        except TimeoutError:
            return {"type": "http.disconnect"}

    return next_part


def _refuse(scope: Scope, status: int, why: Message) -> Response:
    text = tell_in(language_asked(Headers(scope=scope).get("accept-language", "")), why)
    return PlainTextResponse(f"{text}\n", status, {"Cache-Control": "no-store", "Connection": "close"})
