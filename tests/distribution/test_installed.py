"""The installed package works in an empty folder: the library by itself, the command, the app."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from attention_viz.version import VERSION

from .conftest import ROOT, Built

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the folders of a virtual environment differ there")

LONGEST = 90.0
"""Seconds after which a server that has not started, or a program that has not ended, is an error."""

LIBRARY = """
import sys
for name in ("streamlit", "starlette", "anyio", "uvicorn"):
    sys.modules[name] = None  # from here on, importing it raises
import attention_viz as av
from attention_viz import export, measures
attention = av.load_model().attend("The cat sat down because it was tired.")
av.plot_head(attention, layer=2, head=3).savefig("head.pdf")
measures.table(attention)
with open("view.html", "w", encoding="utf-8") as page:
    page.write(av.show(attention).html)
print(av.__file__, attention.tokens[:4])
"""

PAGES = """
import sys
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest
from attention_viz.ui.app_files import app_folder
begin = PagesManager.__init__
def begin_without_folder(self, *given, **named):
    begin(self, *given, **named)
    PagesManager.uses_pages_directory = False
PagesManager.__init__ = begin_without_folder  # what the server's start says once, AppTest forgets before each run
page = AppTest.from_file(str(app_folder() / "app.py"), default_timeout=80).run()
print(len(page.exception), page.text_area[0].value)
page = page.switch_page("pages/lessons.py").run()
page = page.button(key="open scores").click().run()
print(len(page.exception), len(page.error), sys.modules["pages.pictures"].__path__[0])
"""


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel in it; all other packages are those of the tests."""

    folder: Path

    def command(self, *words: str) -> list[str]:
        return [str(self.folder / "bin" / words[0]), *words[1:]]

    def run(self, *words: str, within: Path) -> str:
        done = subprocess.run(
            self.command(*words), cwd=within, env=environment(within), capture_output=True, text=True, timeout=LONGEST
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def environment(home: Path) -> dict[str, str]:
    """Without settings of the developer, and without the checkout on Python's path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STREAMLIT_", "ATTENTION_VIZ_"))}
    kept.pop("PYTHONPATH", None)
    return kept | {"HOME": str(home), "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "default"}


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """pip may fetch nothing: what the package and its extra ask for is met by the packages of the tests."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (own,) = folder.glob("lib/python*/site-packages")
    (own / "packages_of_the_tests.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-index", f"{built.wheel}[app]"], check=True)
    return Installed(folder)


@pytest.mark.slow
def test_the_library_reads_draws_and_exports_where_streamlit_cannot_be_imported(
    installed: Installed, tmp_path: Path
) -> None:
    said = installed.run("python", "-c", LIBRARY, within=tmp_path)
    assert "'[CLS]', 'the', 'cat', 'sat'" in said
    assert said.startswith(str(installed.folder))
    assert (tmp_path / "head.pdf").read_bytes().startswith(b"%PDF")
    assert "<!doctype html>" in (tmp_path / "view.html").read_text(encoding="utf-8")


def test_the_command_says_its_version_and_its_commands(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("attention-viz", "--version", within=tmp_path) == f"attention-viz {VERSION}\n"
    assert "fetch" in installed.run("attention-viz", "--help", within=tmp_path)


def test_types_and_the_files_of_the_app_are_found_where_they_are_installed(
    installed: Installed, tmp_path: Path
) -> None:
    script = (
        "from importlib.resources import files; from attention_viz.ui.app_files import app_folder\n"
        "print(files('attention_viz').joinpath('py.typed').is_file(), app_folder())"
    )
    typed, folder = installed.run("python", "-c", script, within=tmp_path).split()
    assert typed == "True"
    assert Path(folder).is_relative_to(installed.folder)
    assert (Path(folder) / ".streamlit" / "limits.toml").read_bytes() == (
        ROOT / ".streamlit" / "limits.toml"
    ).read_bytes()


@pytest.mark.slow
def test_the_first_page_and_a_lesson_with_its_picture_are_shown(installed: Installed, tmp_path: Path) -> None:
    first, lessons = installed.run("python", "-c", PAGES, within=tmp_path).splitlines()[-2:]
    assert first.startswith("0 ")
    assert len(first) > 10
    assert lessons.startswith(f"0 0 {installed.folder}")


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def server(installed: Installed, port: int, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The app as `attention-viz` opens it, but that no browser is opened, once it is healthy."""
    command = installed.command("attention-viz", "app", "--server.headless", "true", "--server.port", str(port))
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the app did not start: {process.poll()}")


def test_the_app_serves_this_computer_alone_and_ends_quietly(server: subprocess.Popen[str], port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
        assert b'<div id="root">' in page.read()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as ready:
        assert ready.status == 200
    with pytest.raises(OSError, match=r"refused|assign|timed out"):
        socket.create_connection(("127.0.0.2", port), timeout=5)
    server.send_signal(signal.SIGINT)
    log, _ = server.communicate(timeout=LONGEST)
    assert server.returncode == 130
    assert f"URL: http://127.0.0.1:{port}" in log
    for unwanted in ("External URL", "Network URL", "Aborted", "Traceback", "usage statistics"):
        assert unwanted not in log
