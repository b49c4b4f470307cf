"""What lies in a folder that was fetched, and what was asked of the hub for it."""

from __future__ import annotations

from pathlib import Path

from hub_stand_in import HubStandIn

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
