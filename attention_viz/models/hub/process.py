"""HubProcess: one run of the hub client as a process that is listened to, with a clock, and that can be ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

CLIENT = Path(__file__).with_name("client.py")
START = 60.0  # seconds that a busy computer may take to start the client
PATIENCE = 1.0  # seconds the client has to tidy up before it is killed
TICK = 0.05  # seconds between two looks at the clock

SETTINGS = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""Defaults for the client: plain HTTP, whose bytes are counted and which stops when told to; no reports to anyone."""


class SilenceError(Exception):
    """The hub has said nothing for too long. `status` is the last refusal that the client heard, 0 for none."""

    def __init__(self, status: int = 0) -> None:
        super().__init__(status)
        self.status = status


class HubProcess:
    """A context manager: the process lives no longer than the block, whatever happens in it."""

    def __init__(self, request: dict[str, Any], endpoint: str) -> None:
        self._remarks = tempfile.TemporaryFile()  # noqa: SIM115 - closed on exit
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(CLIENT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._remarks,
            encoding="utf-8",
            env={**SETTINGS, **os.environ, "HF_ENDPOINT": endpoint},
        )
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.send(request)

    def send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):  # a client that has died is noticed by its events
            self._input.write(json.dumps(message) + "\n")
            self._input.flush()

    def events(self, silence: float, stop: threading.Event | None = None) -> Iterator[dict[str, Any]]:
        """What the client says, until it ends or `stop` is set.

        Raises SilenceError after so many seconds without a sign of the hub.
        """
        heard, status, limit = time.monotonic(), 0, START
        while stop is None or not stop.is_set():
            try:
                line = self._lines.get(timeout=TICK)
            except queue.Empty:
                if time.monotonic() - heard > limit:
                    raise SilenceError(status) from None
                continue
            if line is None:
                return
            event = json.loads(line)
            if event["event"] == "answer" and event["status"] >= 400:
                status = event["status"]
            elif event["event"] != "file":  # a question, or a refusal the client tries to get round, is no sign of life
                heard, status, limit = time.monotonic(), 0, silence
            yield event

    def last_remark(self) -> str:
        """The last line of what the client wrote for its own user: the reason, when it has crashed."""
        self._remarks.seek(0)
        lines = self._remarks.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    def __enter__(self) -> HubProcess:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._input.close()  # the sign to stop
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        self._output.close()
        self._remarks.close()

    def _read(self) -> None:
        for line in self._output:
            self._lines.put(line)
        self._lines.put(None)

    @property
    def _input(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout
