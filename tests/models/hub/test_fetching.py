"""From a name to a folder: the real hub client against a hub on loopback, with everything that can go wrong."""

from __future__ import annotations

import contextlib
import itertools
import os
import resource
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import filelock
import pytest
import torch
from hub_stand_in import Fault, HubStandIn, Repository
from transformers import AutoModel, AutoTokenizer

from attention_viz.errors import HubError, ModelError, StoppedError
from attention_viz.models.hub import LIMITS, Limits, Progress, fetch, process

NEEDED = {"config.json", "vocab.txt", "tokenizer_config.json", "model.safetensors"}
NAME = "someone/tiny-bert"
ON_WEIGHTS = "*/resolve/*/model.safetensors"


def asked_for_files(hub: HubStandIn) -> list[str]:
    return [line for line in hub.asked if "/resolve/" in line]


def contents(folder: Path) -> dict[str, bytes]:
    """The model's files in a folder, the hidden ones of the hub client left out."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder), path) for path in paths)
    return {part.as_posix(): path.read_bytes() for part, path in named if part.parts[0] != ".cache"}


def unfinished(root: Path) -> list[Path]:
    return list(root.rglob("*.incomplete"))


# What comes


def test_what_is_needed_comes_and_nothing_else_is_even_asked_for(hub: HubStandIn, files: dict[str, bytes]) -> None:
    repository = hub.add(NAME, files)
    fetched = fetch(NAME)
    assert contents(fetched.folder) == {name: files[name] for name in NEEDED}
    assert (fetched.repo, fetched.revision, fetched.notes) == (NAME, repository.sha, ())
    assert {line.rsplit("/", 1)[1] for line in asked_for_files(hub)} == NEEDED

    hub.asked.clear()
    assert fetch(NAME) == fetched
    assert asked_for_files(hub) == [], "what is complete is not fetched twice"


def test_what_was_fetched_is_all_that_transformers_needs(hub: HubStandIn, tiny_bert_folder: Path) -> None:
    hub.add(NAME, tiny_bert_folder)
    folder = fetch(NAME).folder
    there = AutoModel.from_pretrained(folder, local_files_only=True).state_dict()
    here = AutoModel.from_pretrained(tiny_bert_folder, local_files_only=True).state_dict()
    assert there.keys() == here.keys()
    assert all(torch.equal(there[name], here[name]) for name in here)
    assert AutoTokenizer.from_pretrained(folder, local_files_only=True).tokenize("the sun") == ["the", "sun"]


def test_progress_counts_every_byte_once_and_names_the_file_under_way(hub: HubStandIn, files: dict[str, bytes]) -> None:
    hub.add(NAME, files)
    total = sum(len(files[name]) for name in NEEDED)
    seen: list[Progress] = []
    fetch(NAME, report=seen.append)
    assert {progress.total for progress in seen} == {total}
    assert all(before.done <= after.done for before, after in itertools.pairwise(seen))
    assert [progress.done for progress in seen][:: len(seen) - 1] == [0, total]
    assert {progress.file for progress in seen} - {""} == NEEDED
    assert any(0 < progress.done < total for progress in seen if progress.file == "model.safetensors")


def test_a_name_without_owner_is_understood_here_or_by_the_hub(hub: HubStandIn, files: dict[str, bytes]) -> None:
    hub.add("google-bert/bert-base-uncased", files)
    assert fetch("bert-base-uncased").repo == "google-bert/bert-base-uncased"
    assert not any("/models/bert-base-uncased" in line for line in hub.asked), "the old name is known here"

    hub.add("new-owner/old-name", files)
    hub.aliases["old-name"] = "new-owner/old-name"
    assert fetch("old-name").repo == "new-owner/old-name"


def test_a_revision_is_a_commit_that_exists(hub: HubStandIn, files: dict[str, bytes]) -> None:
    commit = hub.add(NAME, files).sha
    assert fetch(NAME, commit).revision == commit
    with pytest.raises(ModelError, match="no revision v9"):
        fetch(NAME, "v9")


def test_a_proxy_that_the_environment_names_is_the_way_to_the_hub(
    hub: HubStandIn, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, files)
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    assert set(contents(fetch(NAME).folder)) == NEEDED


# What is refused before a byte of it is fetched


@pytest.mark.parametrize(
    ("without", "limits", "reason"),
    [
        ({"model.safetensors"}, LIMITS, r"only as pytorch_model.bin.*save_pretrained"),
        ({"config.json"}, LIMITS, r"has no config\.json"),
        ({"vocab.txt"}, LIMITS, r"brings no tokenizer"),
        (set(), Limits(size=400_000), r"takes 0\.5 MB; the limit here is 0\.4 MB"),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_before_its_download(
    hub: HubStandIn, files: dict[str, bytes], without: set[str], limits: Limits, reason: str
) -> None:
    hub.add(NAME, {name: content for name, content in files.items() if name not in without})
    with pytest.raises(ModelError, match=reason):
        fetch(NAME, limits=limits)
    assert asked_for_files(hub) == []


def test_a_model_larger_than_the_free_disk_is_refused_before_its_download(
    hub: HubStandIn, files: dict[str, bytes]
) -> None:
    hub.repositories[NAME] = Repository(files, sizes={"model.safetensors": 10**15})
    with pytest.raises(ModelError, match=r"needs 1,000,000,000 MB, and .* has [\d,.]+ MB free"):
        fetch(NAME, limits=Limits(size=10**16))
    assert asked_for_files(hub) == []


@pytest.mark.parametrize("name", ["../../etc", "a b", "http://hub/model", "/etc/passwd", "a/b/c", "", "a--b", "--help"])
def test_what_is_no_name_is_refused_before_any_request(hub: HubStandIn, name: str) -> None:
    with pytest.raises(ModelError, match="A name looks like owner/name"):
        fetch(name)
    assert hub.asked == []


@pytest.mark.parametrize("revision", ["../../x", "", "main\n", "a b", "/main"])
def test_what_is_no_revision_is_refused_before_any_request(hub: HubStandIn, revision: str) -> None:
    with pytest.raises(ModelError, match="is no revision"):
        fetch(NAME, revision)
    assert hub.asked == []


# What the hub answers instead


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "Check the spelling"), (429, "Wait 7 seconds")],  # the others: test_faults
)
def test_a_refusal_of_the_hub_is_said_with_its_remedy(hub: HubStandIn, status: int, reason: str) -> None:
    hub.faults.append(Fault("status", status=status, headers={"Retry-After": "7"}))
    with pytest.raises(HubError, match=reason) as caught:
        fetch(NAME)
    assert NAME in str(caught.value)


def test_a_web_page_instead_of_an_answer_is_told_from_a_hub(hub: HubStandIn, files: dict[str, bytes]) -> None:
    hub.add(NAME, files)
    for pattern in ("/api/*", ON_WEIGHTS):
        hub.faults[:] = [Fault("html", on=pattern)]
        with pytest.raises(HubError, match=r"no model hub.*open the address in a browser"):
            fetch(NAME)


def test_a_hub_that_fails_at_a_file_is_not_waited_for_to_the_end_of_all_retries(
    hub: HubStandIn, files: dict[str, bytes]
) -> None:
    hub.add(NAME, files)
    hub.faults.append(Fault("status", on=ON_WEIGHTS, status=503))
    with pytest.raises(HubError, match="HTTP 503"):
        fetch(NAME, limits=Limits(silence=1.5))


# What breaks on the way


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


def test_a_stop_ends_a_download_in_the_middle_and_nothing_half_done_is_ever_used(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path
) -> None:
    hub.add(NAME, files)
    hub.faults.append(Fault("stall", on=ON_WEIGHTS, after=200_000))
    stop = threading.Event()

    def report(progress: Progress) -> None:
        if progress.done > 100_000:
            stop.set()

    with pytest.raises(StoppedError, match=f"{NAME} was stopped"):
        fetch(NAME, report=report, stop=stop)
    hub.faults[:] = [Fault("status", status=500)]
    with pytest.raises(HubError, match="HTTP 500"):
        fetch(NAME)

    hub.faults.clear()
    for debris in unfinished(tmp_path):
        os.utime(debris, (0, 0))
    assert contents(fetch(NAME).folder)["model.safetensors"] == files["model.safetensors"]
    assert unfinished(tmp_path) == [], "what a killed download left is cleared away"


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


# Time


def test_a_hub_that_takes_the_call_and_stays_silent_is_given_up(hub: HubStandIn) -> None:
    hub.faults.append(Fault("silent"))
    began = time.monotonic()
    with pytest.raises(HubError, match=r"said nothing for 1 seconds.*HF_ENDPOINT"):
        fetch(NAME, limits=Limits(silence=1))
    assert time.monotonic() - began < 1 + 9  # and the start of the client on a busy computer


def test_the_usual_limits_tell_of_a_hub_that_is_off_in_5_seconds_and_of_a_silent_one_in_30() -> None:
    assert LIMITS.reach < 5
    assert LIMITS.reach + LIMITS.silence + process.PATIENCE + 3 < 30  # and 3 for a look at what is kept here


def test_a_hub_that_is_off_is_told_within_5_seconds(hub: HubStandIn) -> None:
    hub.close()
    began = time.monotonic()
    with pytest.raises(HubError, match=r"cannot be reached.*HF_ENDPOINT.*ATTENTION_VIZ_MODELS"):
        fetch(NAME)
    assert time.monotonic() - began < 5


def test_a_name_that_nobody_looks_up_is_given_up_in_time(hub: HubStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()

    def hang(*_: object, **__: object) -> list:
        never.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    with pytest.raises(HubError, match="cannot be reached"):
        fetch(NAME, limits=Limits(reach=0.2))
    never.set()
    assert time.monotonic() - began < 5


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


# What is kept here


def test_without_the_hub_a_complete_copy_of_an_earlier_day_is_used_and_said_so(
    hub: HubStandIn, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, files)
    fetched = fetch(NAME)
    hub.asked.clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    kept = fetch(NAME)
    assert hub.asked == [], "HF_HUB_OFFLINE is obeyed"
    assert (kept.folder, kept.repo, kept.revision) == (fetched.folder, NAME, fetched.revision)
    assert "fetched earlier" in str(kept.notes[0])

    monkeypatch.delenv("HF_HUB_OFFLINE")
    hub.close()
    assert fetch(NAME) == kept

    (kept.folder / "model.safetensors").resolve().write_bytes(b"cut")
    with pytest.raises(ModelError, match=r"model\.safetensors of someone/tiny-bert .* is damaged"):
        fetch(NAME)


def test_an_older_complete_copy_is_used_when_the_newest_one_is_not_complete(
    hub: HubStandIn, files: dict[str, bytes]
) -> None:
    older = hub.add(NAME, files).sha
    fetch(NAME)
    hub.add(NAME, files | {"model.safetensors": files["model.safetensors"][::-1]})
    hub.faults.append(Fault("stall", on=ON_WEIGHTS))
    assert fetch(NAME, limits=Limits(silence=1)).revision == older


def test_offline_and_nothing_kept_says_how_to_get_it(hub: HubStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubError, match=f"HF_HUB_OFFLINE is set.*fetch {NAME} --into"):
        fetch(NAME)


# Folders


def test_a_folder_is_filled_with_plain_files_and_found_there_without_the_hub(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = hub.add(NAME, files).sha
    fetched = fetch(NAME, folder=tmp_path / "school")
    assert fetched.folder == tmp_path / "school" / "someone" / "tiny-bert"
    assert set(contents(fetched.folder)) == NEEDED | {"fetched.json"}
    assert not any(path.is_symlink() for path in fetched.folder.rglob("*")), "it must survive a copy to a stick"

    monkeypatch.setenv("ATTENTION_VIZ_MODELS", str(tmp_path / "school"))
    hub.asked.clear()
    assert fetch(NAME) == fetch(NAME, commit) == fetched
    assert hub.asked == []
    with pytest.raises(HubError, match="no revision other"):
        fetch(NAME, "other")

    (fetched.folder / "vocab.txt").write_bytes(b"[PAD]")
    with pytest.raises(ModelError, match=r"vocab\.txt of .* is damaged"):
        fetch(NAME)


def test_a_folder_that_was_not_filled_to_the_end_is_not_used(
    hub: HubStandIn, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, files)
    fetch(NAME, folder=tmp_path)
    hub.add(NAME, files | {"model.safetensors": files["model.safetensors"][::-1]})
    hub.faults.append(Fault("stall", on=ON_WEIGHTS))
    with pytest.raises(HubError, match="said nothing"):
        fetch(NAME, folder=tmp_path, limits=Limits(silence=1))
    monkeypatch.setenv("ATTENTION_VIZ_MODELS", str(tmp_path))
    hub.faults[:] = [Fault("status", status=500)]
    with pytest.raises(HubError, match="HTTP 500"):
        fetch(NAME)  # the old weights are there, but the configuration may be the new one


# The disk


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


# The client


def test_a_client_that_dies_is_said_with_its_last_word(
    hub: HubStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "client.py"
    script.write_text("raise ImportError('no huggingface_hub here')")
    monkeypatch.setattr(process, "CLIENT", script)
    with pytest.raises(HubError, match=r"ended without a result.*no huggingface_hub here"):
        fetch(NAME)
