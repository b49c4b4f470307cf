"""Download: one conversation with the hub client, and what is known from it so far."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attention_viz.errors import ModelError
from attention_viz.models.hub import copies, faults
from attention_viz.models.hub.order import Order, Progress
from attention_viz.models.hub.process import HubProcess, SilenceError
from attention_viz.models.hub.repository import RemoteFile, check_contents, is_damaged, megabytes, needed, parse


class Download:
    """Fetches the files of one order.

    repo, commit : the model's name and its commit, as the hub says
    files        : what is needed of it
    """

    def __init__(self, order: Order, report: Callable[[Progress], None] | None) -> None:
        self.repo, self.commit = order.name, ""
        self.files: tuple[RemoteFile, ...] = ()
        self._order = order
        self._report = report
        self._progress = Progress(0, 0)

    def run(self, stop: threading.Event | None) -> Path:
        """Fetch what is missing. Returns the folder; raises ModelError for all that can go wrong on the way."""
        order = self._order
        with HubProcess(self._request(), order.endpoint) as client:
            try:
                for event in client.events(order.limits.silence, stop):
                    if event["event"] == "done":
                        return Path(event["folder"])
                    self._handle(event, client)
            except SilenceError as silence:
                raise self._silent(silence.status) from None
            if stop is not None and stop.is_set():
                raise faults.stopped(order.name)
            raise faults.crashed(order.name, client.last_remark())

    def damaged(self, folder: Path) -> list[Path]:
        """Which files have arrived with another content than the hub lists?"""
        paths = ((folder / file.name, file.digest) for file in self.files)
        return [path for path, digest in paths if is_damaged(path, digest)]

    def finish(self, folder: Path) -> None:
        """Report the end, and write it down in a folder that was filled."""
        self._show(Progress(self._progress.total, self._progress.total))
        if self._order.target is not None:
            copies.finish(folder, self.repo, self.commit, self.files)

    def _request(self) -> dict[str, Any]:
        order = self._order
        folder = "" if order.target is None else str(order.target)
        return {"repo": order.name, "revision": order.revision, "folder": folder, "timeout": order.limits.silence}

    def _handle(self, event: dict[str, Any], client: HubProcess) -> None:
        order, progress = self._order, self._progress
        match event["event"]:
            case "found":
                self._choose(event, client)
            case "need":
                self._make_room(event)
                client.send({})
            case "waiting":  # for another download of the same file
                self._show(progress)
            case "file":
                self._show(Progress(progress.done, progress.total, event["name"]))
            case "bytes":
                self._show(Progress(event["done"], max(progress.total, event["done"]), progress.file))
            case "fault" if event["kind"] == "silent":
                raise self._silent(0)
            case "fault":
                raise faults.from_event(event, order.name, order.revision, order.endpoint, progress.file)

    def _choose(self, event: dict[str, Any], client: HubProcess) -> None:
        """Judge the model by the list of its files, and ask for those that are needed."""
        self.repo, self.commit = event["repo"], event["revision"]
        files = parse(event["files"])
        check_contents(self.repo, files, self._order.limits.size)
        self.files = needed(files)
        client.send({"names": [file.name for file in self.files]})

    def _make_room(self, event: dict[str, Any]) -> None:
        """Before the first byte comes: is there space, and is the folder marked as unfinished?"""
        missing = sum(file.size for file in self.files if file.name in event["names"])
        if missing > event["free"]:
            raise faults.no_space(self.repo, event["folder"], megabytes(missing), megabytes(event["free"]))
        if self._order.target is not None:
            copies.begin(self._order.target, self.repo)
        self._show(Progress(0, missing))

    def _show(self, progress: Progress) -> None:
        self._progress = progress
        if self._report is not None:
            self._report(progress)

    def _silent(self, status: int) -> ModelError:
        order = self._order
        if status:
            return faults.from_status(status, "", order.name, order.revision, order.endpoint)
        return faults.silent(order.name, order.endpoint, order.limits.silence)
