"""From a name to a folder: the real hub client against a hub on loopback, and what it answers."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import torch
from hub_folder import NAME, NEEDED, ON_WEIGHTS, asked_for_files, contents
from hub_stand_in import Fault, HubStandIn, Repository
from transformers import AutoModel, AutoTokenizer

from attention_viz.errors import HubError, ModelError
from attention_viz.models.hub import LIMITS, Limits, Progress, fetch, process

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


# The client


def test_a_client_that_dies_is_said_with_its_last_line(
    hub: HubStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "client.py"
    script.write_text("raise ImportError('no huggingface_hub here')")
    monkeypatch.setattr(process, "CLIENT", script)
    with pytest.raises(HubError, match=r"ended without a result.*no huggingface_hub here"):
        fetch(NAME)
