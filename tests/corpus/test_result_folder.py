"""A folder that cannot be written to, or no longer, is a sentence; what is done stays."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from attention_viz import Model, corpus
from attention_viz.corpus import Opened, Options, needs
from attention_viz.corpus.folder import Folder
from attention_viz.errors import InputError


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As on a disk that is full: the system refuses what goes beyond."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_what_is_done_stays_and_the_run_goes_on_later(model: Model, tmp_path: Path) -> None:
    texts, options = ["the cat sat ."] * 6, Options(shard_texts=2)

    def given() -> Iterator[str]:
        yield from texts[:2]
        with no_file_larger_than(4096):
            yield from texts[2:]

    with pytest.raises(InputError, match="no more space"):
        corpus.measure(given(), model, into=tmp_path, options=options)
    assert len(Folder(tmp_path).shards) == 1
    assert not list((tmp_path / "unfinished").iterdir())
    done = corpus.measure(texts, model, into=tmp_path, options=options)
    assert done.query("SELECT text FROM texts ORDER BY text")["text"].tolist() == list(range(6))


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder that nobody may write to, root neither")
def test_a_folder_that_nobody_may_write_to_is_one_sentence(model: Model) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        corpus.measure(["the cat"], model, into="/proc/self/measured")


def test_a_folder_is_read_without_being_written_to(measured: Opened) -> None:
    before = {path: path.stat().st_mtime_ns for path in measured.folder.path.rglob("*")}
    again = corpus.open(measured.folder.path)
    again.heads(), again.labels(), again.texts(0, 0), again.relations(), again.errors()
    assert {path: path.stat().st_mtime_ns for path in measured.folder.path.rglob("*")} == before


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"fingerprint": {"heads": 3}}', "\x00"])
def test_a_damaged_manifest_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(InputError, match="holds no measures"):
        corpus.open(tmp_path)


def test_a_folder_of_another_version_says_which(model: Model, tmp_path: Path) -> None:
    corpus.measure(["the cat"], model, into=tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["fingerprint"]["versions"]["torch"] = "1.0"
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"versions\.torch: .*, not 1\.0"):
        corpus.measure(["the cat"], model, into=tmp_path)


@pytest.mark.parametrize(
    ("package", "extra"),
    [("pyarrow", "corpus"), ("duckdb", "corpus"), ("conllu", "corpus"), ("regex", "corpus"), ("ray", "cluster")],
)
def test_a_missing_package_names_the_extra_that_brings_it(
    package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=rf"attention-viz\[{extra}\]"):
        getattr(needs, package)()
