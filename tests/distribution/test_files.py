"""What is published holds every file of the library and of the app, and nothing else."""

from __future__ import annotations

import subprocess
import tarfile
import zipfile
from email import message_from_bytes

from attention_viz.version import VERSION

from .conftest import ROOT, Built

APP = ("app.py", "pages", ".streamlit")


def tracked(*paths: str) -> set[str]:
    """Files of the checkout, also those that are not committed yet, without what git ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *paths]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())


def test_the_wheel_holds_the_library_and_the_files_of_the_app(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == tracked("attention_viz") | {f"attention_viz/_app/{name}" for name in tracked(*APP)}


def test_the_sdist_holds_what_the_wheel_is_built_from_and_no_test(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert tracked("attention_viz", *APP) <= names
    assert {"pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "requirements.txt"} <= names
    assert names - {"PKG-INFO"} <= tracked()
    assert not any(name.startswith(("tests/", "benchmarks/", "deploy/")) for name in names)


def test_the_version_is_that_of_the_program(built: Built) -> None:
    assert built.wheel.name == f"attention_viz-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(built.wheel) as archive:
        described = message_from_bytes(archive.read(f"attention_viz-{VERSION}.dist-info/METADATA"))
    assert described["Version"] == VERSION
    assert described["License-Expression"] == "MIT"
    assert described["Requires-Python"] == ">=3.11"
