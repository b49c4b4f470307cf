"""Hubs that keep one waiting: for how long, and what is no silence."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import filelock
import pytest
from hub_folder import NAME, NEEDED, contents
from hub_stand_in import Fault, HubStandIn

from attention_viz.errors import HubError
from attention_viz.models.hub import LIMITS, Limits, Progress, fetch, process


def test_a_hub_that_takes_the_call_and_stays_silent_is_given_up(hub: HubStandIn) -> None:
    hub.faults.append(Fault("silent"))
    with pytest.raises(HubError, match=r"said nothing for 1 seconds.*HF_ENDPOINT"):
        fetch(NAME, limits=Limits(silence=1))
    assert not hub.closing.is_set(), "it would be silent still"


def test_the_usual_limits_tell_of_a_hub_that_is_off_in_5_seconds_and_of_a_silent_one_in_30() -> None:
    assert LIMITS.reach < 5
    assert LIMITS.reach + LIMITS.silence + process.PATIENCE + 3 < 30  # and 3 for a look at what is kept here


def test_a_hub_that_is_off_is_told_without_a_client_that_tries_again_and_again(
    hub: HubStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.close()
    monkeypatch.setattr(process.subprocess, "Popen", lambda *_, **__: pytest.fail("a client was started"))
    with pytest.raises(HubError, match=r"cannot be reached.*HF_ENDPOINT.*ATTENTION_VIZ_MODELS"):
        fetch(NAME)


def test_a_name_that_nobody_looks_up_is_given_up_in_time(hub: HubStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    never, ended = threading.Event(), []

    def hang(*_: object, **__: object) -> list:
        ended.append(never.wait(60))
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(HubError, match="cannot be reached"):
        fetch(NAME, limits=Limits(reach=0.2))
    assert ended == [], "it is looked up still"
    never.set()


def test_waiting_for_another_download_of_the_same_file_is_no_silence(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    digest = hub.add(NAME, files).etag("model.safetensors")
    lock = filelock.FileLock(tmp_path / "hf_home" / "hub" / ".locks" / "models--someone--tiny-bert" / f"{digest}.lock")
    Path(lock.lock_file).parent.mkdir(parents=True)
    lock.acquire()
    waited: list[Progress] = []

    def report(progress: Progress) -> None:
        if progress.file == "model.safetensors":
            waited.append(progress)
        if len(waited) == 5:  # longer than the silence that is allowed
            lock.release()

    assert set(contents(fetch(NAME, report=report, limits=Limits(silence=1.8)).folder)) == NEEDED
