"""Collections on the server's disk: each is named by all it depends on, and the oldest goes where there is no room."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from attention_viz.corpus import Options
from attention_viz.errors import InputError
from attention_viz.ui.many import store
from attention_viz.ui.many.chosen_texts import _kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.VARIABLE, str(tmp_path))
    return tmp_path / "collections"


def room(monkeypatch: pytest.MonkeyPatch, disk_mb: int) -> None:
    monkeypatch.setattr(store, "limits", lambda: SimpleNamespace(collections=SimpleNamespace(disk_mb=disk_mb)))


def filled(folder: Path, name: str, age: float) -> Path:
    """A collection of 600 kB."""
    own = folder / name
    own.mkdir(parents=True)
    (own / "texts.txt").write_bytes(b"a" * 600_000)
    os.utime(own, (1e9 - age, 1e9 - age))
    return own


def test_another_file_model_or_option_has_another_folder(folder: Path) -> None:
    one: Any = SimpleNamespace(source="", revision="1")
    other: Any = SimpleNamespace(source="", revision="2")
    found = {
        store.folder_of(digest, model, options)
        for digest in ("a", "b")
        for model in (one, other)
        for options in (Options(), Options(strongest=1))
    }
    assert len(found) == 8
    assert {each.parent for each in found} == {folder}


def test_the_collection_that_was_used_longest_ago_goes_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, 1)
    old, new = filled(folder, "old", 100), filled(folder, "new", 10)
    with store.in_use(folder / "next"):
        assert not old.exists()
        assert new.exists()


def test_one_that_is_being_measured_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, 1)
    old, new = filled(folder, "old", 100), filled(folder, "new", 10)
    with store.in_use(old):
        assert old.exists()
        assert not new.exists()


def test_nobody_else_may_look_into_a_folder(folder: Path) -> None:
    with store.in_use(folder / "one") as own:
        assert own.stat().st_mode & 0o077 == 0


def test_a_file_is_written_once_and_asked_for_again_where_it_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    assert _kept(file, b"The cat sat.").read_bytes() == b"The cat sat."
    assert _kept(file, None) == file
    assert list(tmp_path.iterdir()) == [file]
    file.unlink()
    with pytest.raises(InputError, match="Open it again") as gone:
        _kept(file, None)
    assert isinstance(gone.value.__cause__, OSError), "once it is opened, measuring can be tried again"


def test_a_file_for_which_there_is_no_room_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:3])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        _kept(tmp_path / "texts.txt", b"The cat sat.")
    assert list(tmp_path.iterdir()) == []
