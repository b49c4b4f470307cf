"""What is on this computer already: filled folders, and the hub client's cache."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import constants

from attention_viz.errors import ModelError
from attention_viz.models.hub import copies, local_copy, models_folder
from attention_viz.models.hub.order import Order


def fill(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("config.json", "vocab.txt", "model.safetensors"):
        (folder / name).write_text("{}")
    return folder


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATTENTION_VIZ_MODELS", str(tmp_path))
    return tmp_path


def test_a_model_is_found_by_its_full_and_by_its_old_name(school: Path) -> None:
    filled = fill(school / "google-bert" / "bert-base-uncased")
    assert local_copy("bert-base-uncased") == local_copy("google-bert/bert-base-uncased") == filled


def test_a_model_is_on_this_computer_in_the_filled_folder_or_in_the_clients_cache(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    assert not copies.has_copy("bert-base-uncased")
    fill(tmp_path / "cache" / "models--google-bert--bert-base-uncased" / "snapshots" / ("0" * 40))
    assert copies.has_copy("bert-base-uncased")
    fill(school / "someone" / "model")
    assert copies.has_copy("someone/model")


def test_a_model_that_somebody_copied_there_by_hand_is_found(school: Path) -> None:
    filled = fill(school / "bert-base-chinese")
    assert local_copy("bert-base-chinese") == filled
    assert copies.revision_of(filled) == ""
    assert copies.from_folder(filled, "google-bert/bert-base-chinese").folder == filled


def test_without_the_variable_or_with_an_incomplete_folder_there_is_no_copy(
    school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = fill(school / "a" / "b")
    copies.begin(filled, "a/b")
    assert local_copy("a/b") is None
    copies.finish(filled, "a/b", "0" * 40, [])
    assert local_copy("a/b") == filled
    (filled / "model.safetensors").unlink()
    assert local_copy("a/b") is None
    monkeypatch.setenv("ATTENTION_VIZ_MODELS", "  ")
    assert models_folder() is None
    assert local_copy("a/b") is None


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "/outside"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fill(tmp_path / "outside")
    (tmp_path / "school" / "a").mkdir(parents=True)
    monkeypatch.setenv("ATTENTION_VIZ_MODELS", str(tmp_path / "school"))
    assert local_copy(name) is None


def test_a_record_that_is_no_record_is_as_good_as_none(school: Path) -> None:
    filled = fill(school / "a" / "b")
    for text in ("", "[1]", '"x"', "\0"):
        (filled / copies.RECORD).write_text(text)
        assert copies.revision_of(filled) == ""


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match=r"file.* cannot be written"):
        copies.begin(tmp_path / "file" / "a", "a")


def test_the_cache_is_where_the_hub_client_has_it() -> None:
    # The client reads the environment once, when it is imported; here it is read each time.
    assert str(copies._cache()) == constants.HF_HUB_CACHE


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"HF_HUB_CACHE": "/c", "HF_HOME": "/h"}, "/c"),
        ({"HUGGINGFACE_HUB_CACHE": "/old", "HF_HOME": "/h"}, "/old"),
        ({"HF_HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/h/hub"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/huggingface/hub"),
        ({"HOME": "/me"}, "/me/.cache/huggingface/hub"),
    ],
)
def test_the_cache_follows_the_variables_of_the_hub_client(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str
) -> None:
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert copies._cache() == Path(folder)


def test_the_wanted_revision_or_the_one_that_was_newest_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    storage = tmp_path / "models--a--b"
    older, newer = fill(storage / "snapshots" / ("1" * 40)), fill(storage / "snapshots" / ("2" * 40))
    (storage / "refs").mkdir()
    (storage / "refs" / "main").write_text(newer.name)

    def folder_for(revision: str | None) -> Path | None:
        kept = copies.kept(Order("a/b", "b", revision, None, "http://hub.invalid"))
        return kept.folder if kept else None

    assert folder_for(None) == folder_for("main") == newer
    assert folder_for(older.name) == older
    assert folder_for("3" * 40) is None
    (newer / "model.safetensors").unlink()
    assert folder_for(None) == older
    assert folder_for("main") is None
