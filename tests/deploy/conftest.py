"""Two replicas, run as their containers would run, behind nginx with our configuration; all on loopback."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from .container import DEPLOY, ROOT, Container, compose

START = 120.0
"""Seconds that a server may take to start on a busy machine."""
CODE = "Maple-42"
SECRET = "the same at both replicas"
MODEL = "school/tiny-bert"
"""The model in the folder that was filled beforehand."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until an address answers 200."""
    deadline = time.monotonic() + START
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, f"{address} did not answer: {log.read_text()}"
            time.sleep(0.1)


@contextmanager
def running(command: list[str], log: Path, **how: object) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **how)  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


@dataclass
class Replica:
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@dataclass
class Front:
    """nginx and what stands behind it. log: what nginx wrote, errors included; certificate: where it speaks TLS"""

    port: int
    tls_port: int
    replicas: dict[str, Replica]
    log: Path
    certificate: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answered_by(self, path: str, least: int = 0) -> list[str]:
        """Which replicas answered the requests for a path, in their order, as nginx says; it writes a line only after
        the answer, so that at least so many are waited for."""
        deadline = time.monotonic() + 10
        while len(lines := self._lines(path)) < least and time.monotonic() < deadline:
            time.sleep(0.05)
        ports = [line.rsplit(":", 1)[1] for line in lines]
        return [name for port in ports for name, replica in self.replicas.items() if str(replica.port) == port]

    def _lines(self, path: str) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if f' {path}" ' in line]


@pytest.fixture(scope="module")
def front(tiny_bert_folder: Path, nginx_program: str) -> Iterator[Front]:
    """Started once for a file of tests. A folder of its own under /tmp, since nobody may not look into pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="attention-viz-"))
    folder.chmod(0o755)
    shutil.copytree(tiny_bert_folder, folder / "models" / MODEL)
    for file in (folder / "models" / MODEL).iterdir():
        file.chmod(0o644)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        replicas = {name: stack.enter_context(replica(folder / name, folder / "models")) for name in ("1", "2")}
        for each in replicas.values():
            wait_for(f"http://127.0.0.1:{each.port}/readyz", each.process, each.log)
        yield stack.enter_context(nginx(folder / "nginx", replicas))


@contextmanager
def replica(folder: Path, models: Path) -> Iterator[Replica]:
    """One service of compose.yaml."""
    (folder / "scratch").mkdir(parents=True)
    said = compose(COOKIE_SECRET=SECRET, ATTENTION_VIZ_CODE=CODE)["services"]["app1"]["environment"]
    said |= {"FORWARDED_ALLOW_IPS": "127.0.0.1", "ATTENTION_VIZ_MODELS": str(models)}
    container = Container(folder / "scratch", said)
    port, log = free_port(), folder / "log"
    with running(container.command(port), log, cwd=ROOT, env=container.surroundings()) as process:
        yield Replica(port, process, log)


@contextmanager
def nginx(folder: Path, replicas: dict[str, Replica], files: tuple[str, ...] = ("nginx.conf",)) -> Iterator[Front]:
    """deploy/nginx.conf, and tls/tls.conf where it is wanted, with addresses and paths of this test and no other change."""
    port, tls_port, log, certificate = free_port(), free_port(), folder / "log", folder / "tls" / "certificate.pem"
    certificate.parent.mkdir(parents=True, exist_ok=True)
    changes = {
        "172.30.8.11:8501": f"127.0.0.1:{replicas['1'].port}",
        "172.30.8.12:8501": f"127.0.0.1:{replicas['2'].port}",
        r"172\.30\.8\.11:8501": rf"127\.0\.0\.1:{replicas['1'].port}",
        r"172\.30\.8\.12:8501": rf"127\.0\.0\.1:{replicas['2'].port}",
        "listen 8080": f"listen 127.0.0.1:{port}",
        "listen 8443": f"listen 127.0.0.1:{tls_port}",
        "/etc/nginx/tls": str(folder / "tls"),
        " /tmp/": f" {folder}/",
    }
    for file in files:
        said = (DEPLOY / Path(file).name).read_text(encoding="utf-8")
        (folder / file).write_text(replaced(said, changes), encoding="utf-8")
    _, *words = compose(COOKIE_SECRET=SECRET)["services"]["nginx"]["entrypoint"]
    command = [found_nginx() or "nginx", "-c", str(folder / "nginx.conf"), *words]
    with running(command, log) as process:
        front = Front(port, tls_port, replicas, log, certificate)
        wait_for(f"{front.address}/readyz", process, log)
        yield front


def replaced(text: str, changes: dict[str, str]) -> str:
    return re.sub(
        "|".join(map(re.escape, sorted(changes, key=len, reverse=True))), lambda found: changes[found[0]], text
    )


def found_nginx() -> str | None:
    """Debian installs it where only root looks."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")


@pytest.fixture(scope="session")
def nginx_program() -> str:
    """Where nginx is. What needs it is skipped where there is none; CI must have it."""
    found = found_nginx()
    if found is None:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("Not installed, but needed for a server in front: nginx-light")
    return str(found)
