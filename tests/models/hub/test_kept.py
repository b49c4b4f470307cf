"""What was fetched on an earlier day, in the client's cache or in a folder, and when it stands in for the hub."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub_folder import NAME, NEEDED, ON_WEIGHTS, contents
from hub_stand_in import Fault, HubStandIn

from attention_viz.errors import HubError, ModelError
from attention_viz.models.hub import Limits, fetch


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
