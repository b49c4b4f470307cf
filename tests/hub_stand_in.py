"""A model hub on this computer's loopback: the routes the hub client uses, over folders, with faults that can be switched.

In tests, the fixture `hub`:

    hub.add("owner/name", {"config.json": b"{}", ...})     # or hub.add("owner/name", folder)
    hub.faults.append(Fault("drop", on="*/model.safetensors", after=1000, times=1))
    hub.asked                                              # every request as "METHOD path"

By hand or for a browser test: `python tests/hub_stand_in.py FOLDER --fault slow` serves each FOLDER/owner/name and
prints the HF_ENDPOINT to set.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

LARGE = (".safetensors", ".bin", ".h5", ".msgpack")
"""The hub keeps these in large-file storage: their ETag is a sha256 instead of git's sha1."""

CODES = {401: "RepoNotFound", 403: "GatedRepo", 404: "RepoNotFound"}
KINDS = ("silent", "slow", "drop", "stall", "status", "html", "wrong")


@dataclass
class Fault:
    """What goes wrong, and with which requests.

    kind   : "silent" accepts and never answers; "slow" waits before each piece; "drop" hangs up after some bytes of
             the body; "stall" stays silent after them; "status" answers with `status`; "html" with a web page;
             "wrong" with a body of the right length and other content
    on     : pattern on the path of the address, as in a shell
    after  : bytes of the body that still come ("drop", "stall"), or come at once ("slow")
    times  : how many requests it meets; None = all
    """

    kind: str
    on: str = "*"
    after: int = 0
    status: int = 500
    pause: float = 0.2
    times: int | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def meets(self, path: str) -> bool:
        if self.times == 0 or not fnmatch(path, self.on):
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(frozen=True)
class Repository:
    """One model: its files, and the marks a hub gives them. `sizes` are what it says of a file, where that is untrue."""

    files: Mapping[str, bytes]
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def sha(self) -> str:
        parts = (f"{name}:{self.etag(name)}" for name in sorted(self.files))
        return hashlib.sha1("\n".join(parts).encode()).hexdigest()

    def etag(self, name: str) -> str:
        content = self.files[name]
        if name.endswith(LARGE):
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    def siblings(self) -> list[dict[str, Any]]:
        """The files as `/api/models/R` lists them."""
        return [
            {"rfilename": name, "size": self._size(name), "blobId": self._oid(name), **self._large(name, "sha256")}
            for name in self.files
        ]

    def tree(self) -> list[dict[str, Any]]:
        """The files as `/api/models/R/tree/SHA` lists them."""
        return [
            {"type": "file", "path": name, "size": self._size(name), "oid": self._oid(name), **self._large(name, "oid")}
            for name in self.files
        ]

    def _size(self, name: str) -> int:
        return self.sizes.get(name, len(self.files[name]))

    def _oid(self, name: str) -> str:
        return "0" * 40 if name.endswith(LARGE) else self.etag(name)

    def _large(self, name: str, key: str) -> dict[str, Any]:
        if not name.endswith(LARGE):
            return {}
        return {"lfs": {key: self.etag(name), "size": self._size(name), "pointerSize": 134}}


class HubStandIn:
    """The server. A context manager: it listens on entry and lets go of every request on exit."""

    def __init__(self, port: int = 0) -> None:
        self.repositories: dict[str, Repository] = {}
        self.aliases: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.ranges: list[str] = []
        self.closing = threading.Event()
        hub = self

        class Handler(_Handler):
            stand_in = hub

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def add(self, name: str, files: Mapping[str, bytes] | Path) -> Repository:
        """Serve these files as the model `name`; a folder is read once, hidden files left out."""
        if isinstance(files, Path):
            paths = (path for path in sorted(files.rglob("*")) if path.is_file())
            names = ((path.relative_to(files), path) for path in paths)
            files = {part.as_posix(): path.read_bytes() for part, path in names if part.parts[0][0] != "."}
        self.repositories[name] = Repository(dict(files))
        return self.repositories[name]

    def close(self) -> None:
        """Stop listening: from now on connections are refused."""
        if not self.closing.is_set():
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def __enter__(self) -> HubStandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Handler(BaseHTTPRequestHandler):
    stand_in: HubStandIn
    protocol_version = "HTTP/1.1"
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in `asked`, not printed."""

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _serve(self) -> None:
        path = unquote(urlsplit(self.path).path)
        hub = self.stand_in
        hub.asked.append(f"{self.command} {path}")
        self._fault = next((fault for fault in hub.faults if fault.meets(path)), None)
        match self._fault:
            case Fault(kind="silent"):
                hub.closing.wait()
                self.close_connection = True
            case Fault(kind="status", status=status, headers=headers):
                self._refuse(status, CODES.get(status, ""), **headers)
            case Fault(kind="html"):
                self._answer(200, b"<!doctype html><title>Log in to this network</title>", "text/html")
            case _:
                self._route(path)

    def _route(self, path: str) -> None:
        if api := re.fullmatch(r"/api/models/([^/]+(?:/[^/]+)?)(?:/(revision|tree)/([^/]+))?", path):
            self._api(*api.groups())
        elif found := re.fullmatch(r"/([^/]+(?:/[^/]+)?)/resolve/([^/]+)/(.+)", path):
            self._file(*found.groups())
        else:
            self._refuse(404)

    def _api(self, name: str, kind: str | None, revision: str | None) -> None:
        if name in self.stand_in.aliases:
            self._answer(307, b"", Location=self.path.replace(name, self.stand_in.aliases[name], 1))
        elif (repository := self._repository(name, revision)) is not None:
            info = {"id": name, "sha": repository.sha, "siblings": repository.siblings(), "private": False}
            self._answer(200, json.dumps(repository.tree() if kind == "tree" else info).encode(), "application/json")

    def _file(self, name: str, revision: str, file: str) -> None:
        repository = self._repository(name, revision)
        if repository is None:
            return None
        if file not in repository.files:
            return self._refuse(404, "EntryNotFound", **{"X-Repo-Commit": repository.sha})
        content, first = repository.files[file], 0
        marks = {"ETag": f'"{repository.etag(file)}"', "X-Repo-Commit": repository.sha, "Accept-Ranges": "bytes"}
        if wanted := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")):
            first = int(wanted[1])
            self.stand_in.ranges.append(wanted[0])
            marks["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        if isinstance(self._fault, Fault) and self._fault.kind == "wrong":
            content = bytes(byte ^ 1 for byte in content)
        self._answer(206 if first else 200, content[first:], "application/octet-stream", **marks)
        return None

    def _repository(self, name: str, revision: str | None) -> Repository | None:
        """The repository, or None after the answer that there is none."""
        repository = self.stand_in.repositories.get(name)
        if repository is None:
            self._refuse(404, "RepoNotFound")
        elif revision not in (None, "main", repository.sha):
            self._refuse(404, "RevisionNotFound")
            return None
        return repository

    def _refuse(self, status: int, code: str = "", **headers: str) -> None:
        marks = {"X-Error-Code": code} if code else {}
        self._answer(status, json.dumps({"error": code}).encode(), "application/json", **marks, **headers)

    def _answer(self, status: int, body: bytes, kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self._send(body)

    def _send(self, body: bytes) -> None:
        """Send the body, or as much of it as the fault leaves."""
        fault = self._fault
        if fault is None or fault.kind not in ("slow", "drop", "stall") or len(body) <= fault.after:
            self.wfile.write(body)
            return
        self.wfile.write(body[: fault.after])
        self.wfile.flush()
        if fault.kind == "slow":
            for piece in _pieces(body[fault.after :]):
                if self.stand_in.closing.wait(fault.pause):
                    break
                self.wfile.write(piece)
                self.wfile.flush()
            return
        if fault.kind == "stall":
            self.stand_in.closing.wait()
        self.close_connection = True


def _pieces(body: bytes, n: int = 20) -> Iterator[bytes]:
    size = max(1, -(-len(body) // n))
    return (body[start : start + size] for start in range(0, len(body), size))


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve FOLDER/owner/name as a model hub on this computer.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", choices=KINDS)
    parser.add_argument("--on", default="*", help="pattern on the path that the fault meets")
    parser.add_argument("--after", type=int, default=0, help="bytes that still come")
    parser.add_argument("--status", type=int, default=500)
    options = parser.parse_args()
    with HubStandIn(options.port) as hub:
        for config in sorted(options.folder.glob("*/*/config.json")):
            hub.add(config.parent.relative_to(options.folder).as_posix(), config.parent)
        if options.fault:
            hub.faults.append(Fault(options.fault, options.on, options.after, options.status))
        print(f"{len(hub.repositories)} models. HF_ENDPOINT={hub.endpoint}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    main()
