"""The hub client, in a process of its own: its retries can last minutes, and only a process can be ended.

Run by `process`, not imported. One JSON object a line:
    in   {"repo", "revision", "folder", "timeout"}, after "found" {"names": [...]}, after "need" {}
    out  ready, found, need, then file, answer, bytes, waiting, and in the end done or fault
When its input ends, it stops.
"""

import ipaddress
import json
import logging
import os
import shutil
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx2
from huggingface_hub import HfApi, constants, get_session, snapshot_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from huggingface_hub.file_download import repo_folder_name
from tqdm import tqdm

PIECE = 64 * 1024  # bytes; the client would count, and notice a stop, only every 10 MB
UNFINISHED_AGE = (
    900.0  # seconds without a new byte after which an unfinished file belongs to a download that was killed
)
PULSE = 1  # seconds between two signs that another download of the same file is being waited for
GRACE = 2.0  # seconds for an orderly stop
STANDS_FOR_A_NAME = ipaddress.ip_network("198.18.0.0/15")  # given by proxies that look the name up themselves

EVENTS = sys.stdout
STOPPED = threading.Event()


class InputClosedError(Exception):
    """The other side has closed our input."""


class ForeignError(Exception):
    """What answered is no model hub."""


class SentInsideError(Exception):
    """A hub elsewhere sends us on to a computer of the network that this one stands in."""


def send(event: str, **values: Any) -> None:
    EVENTS.write(json.dumps({"event": event, **values}) + "\n")  # one write: several threads speak
    EVENTS.flush()


def receive() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        raise InputClosedError
    return dict(json.loads(line))


class Counter(tqdm):  # type: ignore[misc]  # tqdm declares no types
    """Stands where the client expects a progress bar; the bars that count bytes are passed on."""

    byte_bars: ClassVar[list["Counter"]] = []

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "disable": True})
        if options.get("unit") == "B":
            self.byte_bars.append(self)

    def update(self, n: float | None = 1) -> None:
        if STOPPED.is_set():
            raise InputClosedError
        self.n += n or 0
        if self in self.byte_bars:
            # The client counts bytes as they arrive in one bar and as they are written in another.
            send("bytes", done=max(int(bar.n) for bar in self.byte_bars))


class LockWatch(logging.Handler):
    """Says that another download of the same file is being waited for, which is no silence of the hub."""

    def emit(self, record: logging.LogRecord) -> None:
        if "acquire lock" in record.getMessage():
            send("waiting")


def asked(request: httpx2.Request) -> None:
    hub = urlsplit(constants.ENDPOINT).hostname or ""
    if request.url.host != hub and is_inside(request.url.host) and not is_inside(hub):
        raise SentInsideError(request.url.host)
    _, resolved, tail = request.url.path.partition("/resolve/")
    if resolved:
        send("file", name=tail.partition("/")[2])


def answered(response: httpx2.Response) -> None:
    send("answer", status=response.status_code)


def is_inside(host: str) -> bool:
    """Whether a name or address is that of no computer on the internet: this one, one of its network, or a cloud's own
    services. A name that only a proxy can look up is none of these."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    addresses = [ipaddress.ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
    return any(not each.is_global and each not in STANDS_FOR_A_NAME for each in addresses)


def watch_input() -> None:
    """Stop when nobody listens any more, even while the hub keeps us waiting."""
    sys.stdin.read()
    STOPPED.set()
    time.sleep(GRACE)
    os._exit(1)


def listing(request: dict[str, Any]) -> None:
    """Ask what the model consists of."""
    api = HfApi()
    try:
        found = api.model_info(
            request["repo"], revision=request["revision"], files_metadata=True, timeout=request["timeout"]
        )
        files = [
            {
                "name": file.rfilename,
                "size": file.size or 0,
                "sha256": file.lfs.sha256 if file.lfs else "",
                "blob": "" if file.lfs else file.blob_id or "",
            }
            for file in found.siblings or []
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ForeignError from error
    send("found", repo=found.id, revision=found.sha or "", files=files)
    request.update(repo=found.id, commit=found.sha)  # the hub may have sent us on from an old name


def compare(request: dict[str, Any], names: list[str]) -> None:
    """Say which of these files are missing here, and how much space there is."""
    target = Path(request["folder"]) if request["folder"] else storage(request["repo"])
    present = target if request["folder"] else target / "snapshots" / request["commit"]
    clear_unfinished(target)
    missing = [name for name in names if not (present / name).is_file()]
    send("need", names=missing, folder=str(target), free=free_space(target))


def download(request: dict[str, Any], names: list[str]) -> None:
    path = snapshot_download(
        request["repo"],
        revision=request["revision"] or constants.DEFAULT_REVISION,
        local_dir=request["folder"] or None,
        allow_patterns=names,
        tqdm_class=Counter,
        max_workers=1,  # one file after the other, so that the one under way has a name
        etag_timeout=request["timeout"],
    )
    send("done", folder=path)


def storage(repo: str) -> Path:
    """The client's own folder for a model in its cache."""
    return Path(constants.HF_HUB_CACHE, repo_folder_name(repo_id=repo, repo_type="model"))


def free_space(folder: Path) -> int:
    """Bytes free where this folder is, or will be made."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    return shutil.disk_usage(there).free


def clear_unfinished(folder: Path) -> None:
    """Remove what killed downloads left: the client starts each one under a new name."""
    for path in folder.rglob("*.incomplete"):
        if time.time() - path.stat().st_mtime > UNFINISHED_AGE:
            path.unlink(missing_ok=True)


def fault(error: BaseException) -> dict[str, Any]:
    """What went wrong, for the sentences on the other side."""
    while isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None:
        error = error.__cause__  # the client found no copy on this computer either; why it looked for one counts
    match error:
        case SentInsideError():
            return {"kind": "inside", "host": str(error)}
        case HfHubHTTPError():
            return {
                "kind": "status",
                "status": error.response.status_code,
                "code": error.response.headers.get("X-Error-Code", ""),
                "wait": error.response.headers.get("Retry-After", ""),
            }
        case httpx2.TimeoutException():
            return {"kind": "silent"}
        case httpx2.ConnectError() if "CERTIFICATE" in str(error).upper():
            return {"kind": "certificate"}
        case httpx2.ConnectError() | httpx2.ProxyError() | httpx2.UnsupportedProtocol():
            return {"kind": "unreachable"}
        case httpx2.HTTPError():
            return {"kind": "broken"}
        case OSError() if error.errno is not None:
            return {"kind": "disk", "errno": error.errno, "reason": os.strerror(error.errno), "path": error.filename}
        case OSError() if "Consistency check" in str(error):
            return {"kind": "broken"}
        case _:
            return {"kind": "foreign"}


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends Ctrl-C to us too; the other side decides
    sys.stdout = sys.stderr
    constants.DOWNLOAD_CHUNK_SIZE, constants.FILELOCK_LOG_EVERY_SECONDS = PIECE, PULSE
    logger = logging.getLogger("huggingface_hub")
    logger.addHandler(LockWatch(logging.INFO))
    logger.setLevel(logging.INFO)
    hooks = get_session().event_hooks
    get_session().event_hooks = {
        "request": [*hooks["request"], asked],
        "response": [*hooks["response"], answered],
    }
    send("ready")
    try:
        serve(receive())
    except InputClosedError:
        pass
    except (httpx2.HTTPError, OSError, ForeignError, SentInsideError, ValueError) as error:
        send("fault", **fault(error))


def serve(request: dict[str, Any]) -> None:
    listing(request)
    names = receive()["names"]
    compare(request, names)
    receive()
    threading.Thread(target=watch_input, daemon=True).start()
    download(request, names)


if __name__ == "__main__":
    main()
    EVENTS.flush()
    os._exit(0)  # the client's own threads may still wait for the hub
