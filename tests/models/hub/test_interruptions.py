"""Downloads that break, are stopped or are killed on the way: what stays of them, and what the next try does."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hub_folder import NAME, NEEDED, ON_WEIGHTS, asked_for_files, contents, unfinished
from hub_stand_in import Fault, HubStandIn

from attention_viz.errors import HubError, StoppedError
from attention_viz.models.hub import Progress, fetch, process


def test_a_dropped_connection_is_resumed_where_it_broke(hub: HubStandIn, files: dict[str, bytes]) -> None:
    hub.add(NAME, files)
    hub.faults.append(Fault("drop", on=ON_WEIGHTS, after=200_000, times=2))  # HEAD and the first GET
    fetched = fetch(NAME)
    assert contents(fetched.folder)["model.safetensors"] == files["model.safetensors"]
    begun = [int(asked.removeprefix("bytes=").rstrip("-")) for asked in hub.ranges]
    assert len(begun) == 1
    assert 0 < begun[0] <= 200_000


def test_a_line_that_stays_broken_is_said_and_the_next_try_fetches_only_what_is_missing(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    hub.add(NAME, files)
    hub.faults.append(Fault("drop", on=ON_WEIGHTS))
    with pytest.raises(HubError, match=r"broke again and again while model\.safetensors"):
        fetch(NAME)
    assert unfinished(tmp_path) == []

    hub.faults.clear()
    hub.asked.clear()
    assert set(contents(fetch(NAME).folder)) == NEEDED
    assert {line.rsplit("/", 1)[1] for line in asked_for_files(hub)} == {"model.safetensors"}


def test_a_stop_lets_the_client_tidy_up_what_it_had_begun(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 20.0)  # for a busy computer
    hub.add(NAME, files)
    hub.faults.append(Fault("slow", on=ON_WEIGHTS, after=100_000, pause=0.1))
    stop = threading.Event()
    with pytest.raises(StoppedError, match=f"{NAME} was stopped"):
        fetch(NAME, report=after(100_000, stop.set), stop=stop)
    assert unfinished(tmp_path) == []
    hub.faults.clear()
    assert set(contents(fetch(NAME).folder)) == NEEDED


def test_a_client_that_is_killed_leaves_a_piece_that_is_never_used_and_later_cleared_away(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path, clients: list[subprocess.Popen[str]]
) -> None:
    hub.add(NAME, files)
    hub.faults.append(Fault("stall", on=ON_WEIGHTS, after=200_000))
    with pytest.raises(HubError, match="ended without a result"):
        fetch(NAME, report=after(100_000, lambda: clients[-1].kill()))
    assert unfinished(tmp_path), "a killed process tidies nothing up"
    hub.faults[:] = [Fault("status", status=500)]
    with pytest.raises(HubError, match="HTTP 500"):
        fetch(NAME)  # nothing half done stands in for the hub

    hub.faults.clear()
    hub.asked.clear()
    assert contents(fetch(NAME).folder)["model.safetensors"] == files["model.safetensors"]
    assert {line.rsplit("/", 1)[1] for line in asked_for_files(hub)} == {"model.safetensors"}
    for piece in unfinished(tmp_path):
        os.utime(piece, (0, 0))
    fetch(NAME)
    assert unfinished(tmp_path) == []


def test_a_stop_ends_a_download_whose_hub_has_fallen_silent(hub: HubStandIn, files: dict[str, bytes]) -> None:
    hub.add(NAME, files)
    hub.faults.append(Fault("stall", on=ON_WEIGHTS, after=200_000))
    stop = threading.Event()
    with pytest.raises(StoppedError, match=f"{NAME} was stopped"):
        fetch(NAME, report=after(100_000, stop.set), stop=stop)


def after(n_bytes: int, do: Callable[[], None]) -> Callable[[Progress], None]:
    """Does it as soon as more bytes than these have come."""
    return lambda progress: do() if progress.done > n_bytes else None


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[str]]:
    """The processes of the hub client, as they are started."""
    started: list[subprocess.Popen[str]] = []

    class Watched(subprocess.Popen):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            started.append(self)

    monkeypatch.setattr(process.subprocess, "Popen", Watched)
    return started


def test_a_file_with_another_content_than_listed_is_fetched_again_and_never_kept(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    hub.add(NAME, files)
    hub.faults.append(Fault("wrong", on=ON_WEIGHTS))
    with pytest.raises(HubError, match=r"model\.safetensors .* twice with another content"):
        fetch(NAME)
    assert not any(path.name == "model.safetensors" for path in tmp_path.rglob("*"))

    hub.faults[:] = [Fault("wrong", on=ON_WEIGHTS, times=2)]  # HEAD and the first GET
    assert contents(fetch(NAME).folder)["model.safetensors"] == files["model.safetensors"]


def test_a_copy_damaged_on_this_computer_is_replaced_when_the_hub_is_there(
    hub: HubStandIn, files: dict[str, bytes]
) -> None:
    hub.add(NAME, files)
    weights = fetch(NAME).folder / "model.safetensors"
    weights.resolve().write_bytes(b"cut")
    assert contents(fetch(NAME).folder)["model.safetensors"] == files["model.safetensors"]
