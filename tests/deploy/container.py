"""What `deploy/` says, read as Docker reads it, and a process started as the container would start it, without Docker."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NOBODY = 65534


def dockerfile() -> list[tuple[str, str]]:
    """Every instruction with its arguments, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), flags=re.M)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(name, " ".join(rest.split())) for name, rest in (line.split(maxsplit=1) for line in lines)]


def last_stage() -> list[tuple[str, str]]:
    """The instructions that make what runs."""
    found = dockerfile()
    begins = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    return found[begins:]


def environment() -> dict[str, str]:
    """What ENV sets for what runs."""
    pairs = [pair for name, rest in last_stage() if name == "ENV" for pair in shlex.split(rest)]
    return dict(pair.split("=", 1) for pair in pairs)


def command() -> list[str]:
    """What CMD runs."""
    (found,) = (rest for name, rest in last_stage() if name == "CMD")
    return [str(word) for word in json.loads(found)]


def health_check(port: int) -> list[str]:
    """What HEALTHCHECK runs, with the Python of these tests, on another port."""
    (found,) = (rest for name, rest in last_stage() if name == "HEALTHCHECK")
    _, *words = json.loads(found[found.index("[") :])
    return [sys.executable, *(word.replace(":8501/", f":{port}/") for word in words)]


def compose(name: str = "compose.yaml", **variables: str) -> dict[str, Any]:
    """A compose file with its variables filled in; one that must be set and is not is a KeyError."""

    def value(match: re.Match[str]) -> str:
        variable, kind, rest = match[1], match[2], match[3]
        return variables[variable] if kind == ":?" else variables.get(variable, rest)

    text = re.sub(r"\$\{(\w+)(:[-?])([^}]*)\}", value, (DEPLOY / name).read_text(encoding="utf-8"))
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@dataclass(frozen=True)
class Container:
    """How a process runs here as in its container.

    scratch : the folder that stands for all that the container may write to
    """

    scratch: Path
    environment: Mapping[str, str]

    def command(self, port: int) -> list[str]:
        """The image's command on a port of loopback, with the Python of these tests."""
        _, *rest = command()
        said = [word for word in rest if not word.startswith(("--server.port", "--server.address"))]
        own = [sys.executable, "-m", "streamlit", *said, f"--server.port={port}", "--server.address=127.0.0.1"]
        return [*closed_in(self.scratch), *own] if can_close_in() else own

    def surroundings(self) -> dict[str, str]:
        """The variables of the image and of compose, nothing of the tester's own but the way to the programs."""
        here = {name: value.replace("/tmp", str(self.scratch)) for name, value in environment().items()}
        return (
            here
            | {**self.environment}
            | {"PATH": os.environ["PATH"], "HF_HOME": str(self.scratch / "cache"), "TMPDIR": str(self.scratch)}
        )


def closed_in(scratch: Path) -> list[str]:
    """In a mount namespace of its own: the whole root read-only, the scratch folder a tmpfs; then nobody, with no rights."""
    mounts = f"mount --make-rprivate / && mount -t tmpfs -o mode=1777 tmpfs {scratch} && mount -o remount,bind,ro /"
    drop = f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --no-new-privs --bounding-set=-all"
    return ["unshare", "--mount", "sh", "-c", f'{mounts} && exec {drop} "$@"', "sh"]


@lru_cache(maxsize=1)
def can_close_in() -> bool:
    """Whether this process may mount and become somebody else, who can then read the program: tried, for a container
    of its own may allow root less than that."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as scratch:
        trial = [*closed_in(Path(scratch)), sys.executable, "-c", "import streamlit; open('app.py').close()"]
        return subprocess.run(trial, cwd=ROOT, capture_output=True, check=False).returncode == 0
