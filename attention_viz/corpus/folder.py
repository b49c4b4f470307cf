"""Folder: where the measures of a collection lie: a manifest, one file a shard, and the summary of them."""

from __future__ import annotations

import errno
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attention_viz.corpus.fingerprint import Fingerprint, differences
from attention_viz.errors import InputError

SHARDS_OF_A_FOLDER = 1000
"""Files that lie in one folder; a million would make every look into it slow."""
SUMMARY, HIGHEST = "summary.parquet", "highest.npy"
"""What is computed from all shards, and lies beside them."""


@dataclass(frozen=True)
class Folder:
    """Where the measures of a collection lie."""

    path: Path

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the folder holds: `fingerprint`, and once all is done `texts`, `shards`. Raises InputError for another folder."""
        try:
            found: Mapping[str, Any] = json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))
            if not isinstance(found["fingerprint"]["heads"], list):
                raise ValueError("no heads")
        except (OSError, ValueError, KeyError, TypeError) as reason:
            raise InputError(
                "{folder} holds no measures of texts. Give the folder that they were written into.",
                folder=str(self.path)[:200],
            ) from reason
        return found

    @property
    def shards(self) -> list[Path]:
        """The files of the shards that are done, in their order."""
        return sorted((self.path / "shards").glob("*/*.parquet"))

    def shard(self, number: int) -> Path:
        """Where a shard lies, or will lie."""
        return self.path / "shards" / f"{number // SHARDS_OF_A_FOLDER:05d}" / f"{number:08d}.parquet"

    def begin(self, fingerprint: Fingerprint) -> None:
        """Makes the folder ready for shards of this fingerprint.

        Raises InputError where it holds those of another one, other files, or cannot be written to.
        """
        with told(self.path):
            (self.path / "shards").mkdir(parents=True, exist_ok=True)
            if not (self.path / "manifest.json").exists():
                others = [each.name for each in self.path.iterdir() if each.name not in ("shards", "unfinished")]
                if others:
                    raise InputError(
                        "{folder} holds other files ({names}). Choose a new folder.",
                        folder=str(self.path)[:200],
                        names=", ".join(sorted(others)[:3])[:200],
                    )
                self.note({"fingerprint": fingerprint})
        differ = differences(fingerprint, self.manifest["fingerprint"])
        if differ:
            raise InputError(
                "{folder} holds measures that were made otherwise ({differences}). Choose another folder.",
                folder=str(self.path)[:200],
                differences="; ".join(differ)[:500],
            )
        with told(self.path), self.unfinished("trial") as trial:
            trial.write_bytes(b"a folder may be there that nobody may write to")

    def note(self, manifest: Mapping[str, Any]) -> None:
        """Writes the manifest."""
        with self.unfinished("manifest.json", self.path / "manifest.json") as path:
            path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")

    @contextmanager
    def unfinished(self, name: str, goal: Path | None = None) -> Iterator[Path]:
        """A file that is written under a name of its own, and moved to its goal once it is whole; else it is gone."""
        beside = self.path / "unfinished"
        beside.mkdir(parents=True, exist_ok=True)
        path = beside / f"{name}.{uuid.uuid4().hex}"
        try:
            yield path
            if goal is not None:
                goal.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, goal)
        finally:
            path.unlink(missing_ok=True)

    def outdate(self) -> None:
        """Takes away what was computed from all shards, since one of them is about to change."""
        for name in (SUMMARY, HIGHEST):
            (self.path / name).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Takes away what processes that were killed left behind."""
        shutil.rmtree(self.path / "unfinished", ignore_errors=True)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Errors of writing become a sentence; what is done stays."""
    try:
        yield
    except OSError as reason:
        if reason.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise InputError(
                "There is no more space for {folder}: {reason}. What is done stays; make space and run the same again.",
                folder=str(folder)[:200],
                reason=reason.strerror or reason,
            ) from reason
        raise InputError(
            "{folder} cannot be written to: {reason}. Choose another folder, or allow it.",
            folder=str(folder)[:200],
            reason=reason.strerror or reason,
        ) from reason
