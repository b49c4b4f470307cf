"""A visitor beside a flood waits hardly longer, and the server keeps nothing of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("flood", ["5 s", "burst", "three sockets", "three that come again"])
def test_another_visitor_is_answered_during_a_flood_and_its_memory_is_given_back(flood: str) -> None:
    command = [sys.executable, "benchmarks/flood.py", "--only", flood]
    ran = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=280
    )
    bars = [line for line in ran.stdout.splitlines() if " bar " in line]
    assert len(bars) == 2, ran.stderr[-2_000:]
    assert all(line.endswith("met") for line in bars), ran.stdout
