"""A wall clock that goes as many seconds before or behind as a file says, which another process may change at any time.

A process whose PYTHONPATH has this folder runs it at its start. CLOCK: the file
"""

from __future__ import annotations

import contextlib
import os
import time

usual, usual_ns, file = time.time, time.time_ns, os.environ["CLOCK"]


def moved() -> int:
    with contextlib.suppress(OSError, ValueError), open(file) as said:
        return int(said.read())
    return 0


time.time = lambda: usual() + moved()
time.time_ns = lambda: usual_ns() + moved() * 10**9
