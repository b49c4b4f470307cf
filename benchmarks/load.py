"""A class at one server: `python benchmarks/load.py`, or `... --sessions 60 --minutes 30` for steady use too.

Starts the app, opens real websocket sessions that speak Streamlit's protocol, and prints against the bars: how much memory
an idle session takes; how soon all are answered when each sends another text at the same moment, and what that costs the
server; with `--minutes`, how the server's memory grows while every session sends a new text every 10 seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import time
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")

from page import BarePass, texts
from visitor import Visitor, cpu_seconds, resident_bytes, serving, visit

PORT = 8633
MOST_SESSIONS, MOST_MINUTES = 200, 60
EVERY = 10.0
"""Seconds between two texts of one session in steady use."""
BURSTS = 5
"""How often all sessions send a text at the same moment."""
SETTLED = 5
"""Minutes after which memory should grow no more."""


@dataclass
class Bar:
    """One demand and what was measured."""

    name: str
    measured: float
    most: float
    unit: str

    def __str__(self) -> str:
        met = "met" if self.measured <= self.most else "MISSED"
        return f"{self.name:<46} {self.measured:9.2f} {self.unit:<14} bar {self.most:8.2f}  {met}"


async def bursts(visitors: list[Visitor], pid: int, bare: BarePass) -> list[Bar]:
    """Every session sends its own text at the same moment, several times. Between them the bare pass is measured anew, so
    that a machine whose speed changes changes both."""
    n = len(visitors)
    samples, costs, waits = texts((BURSTS + 1) * n, 30), list[float](), list[float]()
    passes = [_bare(bare)]
    for number in range(1, BURSTS + 1):
        begun = cpu_seconds(pid)
        mine = samples[number * n : (number + 1) * n]
        waits += await asyncio.gather(*(visitor.run(text) for visitor, text in zip(visitors, mine, strict=True)))
        costs.append((cpu_seconds(pid) - begun) / n)
        passes.append(_bare(bare))
    answered = sum(not visitor.errors for visitor in visitors)
    print(f"{answered} of {n} sessions were answered {BURSTS} times, the slowest after {max(waits):.2f} s")
    print(
        f"bare forward pass {1000 * statistics.fmean(passes):.1f} CPU-ms, server {1000 * statistics.fmean(costs):.1f} a text"
    )
    ratios = [cost / statistics.fmean(passes[turn : turn + 2]) for turn, cost in enumerate(costs)]
    return [
        Bar("95 % of the answers are there within", statistics.quantiles(waits, n=20)[-1], n * min(passes) + 3, "s"),
        Bar("server CPU per text, in bare forward passes", statistics.median(ratios), 2.5, "passes"),
    ]


def _bare(bare: BarePass) -> float:
    samples = texts(40, 30)
    return bare.seconds(samples) / len(samples)


async def steady(visitors: list[Visitor], pid: int, minutes: float) -> list[Bar]:
    """Every session sends a new text every few seconds; memory is looked at once a minute."""
    sizes: list[float] = []
    end = time.monotonic() + 60 * minutes
    work = [asyncio.create_task(_keep_sending(visitor, number, end)) for number, visitor in enumerate(visitors)]
    while time.monotonic() < end:
        await asyncio.sleep(min(60.0, max(0.0, end - time.monotonic())))
        sizes.append(resident_bytes(pid) / 1e6)
        print(f"minute {len(sizes):3}  {sizes[-1]:8.0f} MB", flush=True)
    await asyncio.gather(*work)
    settled = sizes[min(SETTLED, len(sizes)) - 1]
    return [Bar(f"memory at the end over minute {min(SETTLED, len(sizes))}", sizes[-1] - settled, 30, "MB")]


async def _keep_sending(visitor: Visitor, number: int, end: float) -> None:
    samples = texts(int(MOST_MINUTES * 60 / EVERY), 30)
    await asyncio.sleep(EVERY * (number % 20) / 20)  # a class does not type in step
    turn = 0
    while time.monotonic() < end:
        wait = await visitor.run(f"{samples[turn]} {number}")
        turn += 1
        await asyncio.sleep(max(0.0, EVERY - wait))


async def load(port: int, pid: int, sessions: int, minutes: float) -> list[Bar]:
    """All that is measured, in the order in which it is printed."""
    bare = BarePass()
    bare.seconds(texts(5, 29))
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(visit(port))
        await first.run()
        before = resident_bytes(pid)
        visitors = [first, *[await stack.enter_async_context(visit(port)) for _ in range(sessions - 1)]]
        for visitor in visitors:
            await visitor.run()
        idle = (resident_bytes(pid) - before) / 1e6 / max(1, sessions - 1)
        bars = [Bar("memory per idle session", idle, 1, "MB")]
        bars += await bursts(visitors, pid, bare)
        if minutes:
            bars += await steady(visitors, pid, minutes)
        errors = [visitor.errors[0] for visitor in visitors if visitor.errors]
        if errors:
            print(f"{len(errors)} sessions saw an error, the first: {errors[0]}")
        return bars


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=0.0, help="of steady use")
    chosen = parser.parse_args()
    sessions, minutes = min(chosen.sessions, MOST_SESSIONS), min(chosen.minutes, MOST_MINUTES)
    with serving(PORT) as server:
        for bar in asyncio.run(load(PORT, server.pid, sessions, minutes)):
            print(bar)


if __name__ == "__main__":
    main()
