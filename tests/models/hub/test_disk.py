"""Disks that cannot be written, or are full in the middle."""

from __future__ import annotations

import contextlib
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hub_folder import NAME, NEEDED, contents, unfinished
from hub_stand_in import HubStandIn, Repository

from attention_viz.errors import ModelError
from attention_viz.models.hub import fetch


def test_a_cache_that_cannot_be_written_is_said(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, files)
    (tmp_path / "file").touch()
    monkeypatch.setenv("HF_HOME", str(tmp_path / "file" / "hf_home"))
    with pytest.raises(ModelError, match=r"cannot be written .*HF_HOME"):
        fetch(NAME)
    with pytest.raises(ModelError, match="cannot be written"):
        fetch(NAME, folder=tmp_path / "file")


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow larger, also none of a process that is started meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_in_the_middle_is_said_and_nothing_half_written_stays(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    hub.add(NAME, files)
    with largest_file(300_000), pytest.raises(ModelError, match="The disk is full"):
        fetch(NAME)
    assert unfinished(tmp_path) == []
    assert set(contents(fetch(NAME).folder)) == NEEDED


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts the cache on a disk of its own, mounted with these options."""
    folder = tmp_path / "disk"
    folder.mkdir()
    monkeypatch.setenv("HF_HOME", str(folder))
    mounted: list[Path] = []

    def mount(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("only root may mount a disk")
        mounted.append(folder)

    yield mount
    for each in mounted:
        subprocess.run(["umount", "--lazy", str(each)], check=True)


def test_a_real_disk_that_is_full_in_the_middle_is_said(
    hub: HubStandIn, files: dict[str, bytes], disk: Callable[[str], None], tmp_path: Path
) -> None:
    disk("size=300k")
    hub.repositories[NAME] = Repository(files, sizes={"model.safetensors": 1_000})  # so that it looks as if it fitted
    with pytest.raises(ModelError, match=r"The disk is full.*Free some space"):
        fetch(NAME)
    assert unfinished(tmp_path) == []


def test_a_disk_that_may_only_be_read_is_said(
    hub: HubStandIn, files: dict[str, bytes], disk: Callable[[str], None]
) -> None:
    hub.add(NAME, files)
    disk("ro")
    with pytest.raises(ModelError, match=r"cannot be written \(Read-only file system\).*HF_HOME"):
        fetch(NAME)
