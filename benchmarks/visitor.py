"""A visitor without a browser: one websocket session that speaks Streamlit's protocol, for measuring the server alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).parents[1]
WIDGETS = ("text_area", "selectbox", "radio", "checkbox", "number_input", "button_group")
LONGEST, START = 60.0, 120.0
"""Seconds after which a run that does not end, and a server that does not start, is an error."""


@dataclass
class Visitor:
    """One open session. `run` sends a rerun and waits until the page is delivered.

    widgets : the state of every widget on the page, as a browser keeps it; text_areas: ids, in the order of the page
    cached  : what the last run brought and need not be sent again, as a browser tells the server
    """

    socket: websockets.ClientConnection
    widgets: dict[str, WidgetState] = field(default_factory=dict)
    text_areas: list[str] = field(default_factory=list)
    received: int = 0
    errors: list[str] = field(default_factory=list)
    cached: set[str] = field(default_factory=set)

    async def run(self, text: str | None = None) -> float:
        """Rerun the page, with a new text in its first text area if one is given; seconds until it was delivered."""
        request = BackMsg()
        request.rerun_script.query_string = ""
        if text is not None:
            self.widgets[self.text_areas[0]].string_value = text
        request.rerun_script.widget_states.widgets.extend(self.widgets.values())
        request.rerun_script.cached_message_hashes.extend(self.cached)
        self.cached = set()
        begun = time.perf_counter()
        await self.socket.send(request.SerializeToString())
        await asyncio.wait_for(self._until_finished(), LONGEST)
        return time.perf_counter() - begun

    async def _until_finished(self) -> None:
        while True:
            raw = await self.socket.recv()
            self.received += len(raw)
            message = ForwardMsg.FromString(raw)
            kind = message.WhichOneof("type")
            if kind == "ref_hash" or message.metadata.cacheable:
                self.cached.add(message.ref_hash or message.hash)
            if kind == "delta":
                self._look_at(message)
            elif kind == "script_finished":
                return

    def _look_at(self, message: ForwardMsg) -> None:
        kind = message.delta.new_element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(message.delta.new_element.exception.message)
        elif kind in WIDGETS:
            self._keep(kind, getattr(message.delta.new_element, kind))

    def _keep(self, kind: str, widget: Any) -> None:
        """The state of a widget: what the server sets, else what it was, else its default."""
        if kind == "text_area" and widget.id not in self.text_areas:
            self.text_areas.append(widget.id)
        if widget.id in self.widgets and not widget.set_value:
            return
        state = self.widgets[widget.id] = WidgetState(id=widget.id)
        match kind:
            case "text_area":
                state.string_value = widget.value if widget.set_value else widget.default
            case "selectbox" | "radio" if widget.set_value and widget.raw_value:
                state.string_value = widget.raw_value
            case "checkbox":
                state.bool_value = widget.value if widget.set_value else widget.default
            case "number_input":
                state.double_value = widget.value if widget.set_value else widget.default
            case "button_group":
                state.string_array_value.data.extend(widget.raw_values)
            case _:
                del self.widgets[widget.id]


@contextlib.asynccontextmanager
async def visit(port: int) -> AsyncIterator[Visitor]:
    """Open a session and close it again, without reading what is still under way."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(address, max_size=None, subprotocols=["streamlit"], close_timeout=1) as socket:
        yield Visitor(socket)


@contextlib.contextmanager
def serving(port: int, script: str = "app.py") -> Iterator[subprocess.Popen[bytes]]:
    """The app, or another script, on a port of this machine, from its first healthy answer until the end of the block."""
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true", f"--server.port={port}"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START
        while not _healthy(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:  # too busy to hear it
            server.kill()
            server.wait(10)


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def cpu_seconds(pid: int) -> float:
    """CPU time a process has used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Memory a process holds now (Linux)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
