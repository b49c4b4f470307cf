"""The sdist of this checkout, and the wheel that is built from that sdist; nothing is downloaded."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILD = "import sys; from hatchling import build; print(getattr(build, sys.argv[1])(sys.argv[2]))"


@dataclass(frozen=True)
class Built:
    """The two files that are published."""

    sdist: Path
    wheel: Path


def build(kind: str, source: Path, into: Path) -> Path:
    """What `python -m build --no-isolation` asks of the build backend. kind: build_sdist or build_wheel"""
    command = [sys.executable, "-c", BUILD, kind, str(into)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=True)
    return into / done.stdout.splitlines()[-1]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built")
    sdist = build("build_sdist", ROOT, folder)
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return Built(sdist, build("build_wheel", folder / sdist.name.removesuffix(".tar.gz"), folder))
