"""A visitor beside a flood: `python benchmarks/flood.py`, or `... --only burst` for one of the floods.

Starts the app, has another process send page runs on websockets as fast as they are taken, and meanwhile sends new texts
as an honest visitor. Prints against the bars: how long that visitor waits, and how much memory the server keeps ten
seconds after the flood's sockets have closed, beside what it keeps of that visitor's own texts. Every flood sends a
number of messages that is known before, and ends.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")

import websockets
from load import Bar
from page import BarePass, texts
from streamlit.proto.BackMsg_pb2 import BackMsg
from visitor import Visitor, resident_bytes, serving, visit

PORT = 8634
LONGEST = 30.0
"""Seconds that a flood lasts at most, whatever is left to send."""
AFTER = 10.0
"""Seconds after the flood's end at which memory is looked at."""
ELSEWHERE = "127.0.0.2"
"""The address that a flood comes from."""
QUIET = 3.0
"""Seconds after the last message in which a socket stays open."""
TEXTS = 400
MEASURED = 20
"""Texts of the honest visitor whose readings are weighed before a flood: the server keeps them, and not for the flood."""


@dataclass(frozen=True)
class Flood:
    """So many sockets, each of which sends so many messages, for so many seconds at most.

    pause : seconds between two messages; again: whether a socket that was closed is opened anew
    """

    sockets: int
    messages: int
    seconds: float
    pause: float = 0.0
    again: bool = False


FLOODS = {
    "5 s": Flood(1, 100_000, 5.0),
    "burst": Flood(1, 2_000, LONGEST),
    "three sockets": Flood(3, 80_000, LONGEST),
    "three that come again": Flood(3, 100_000, 15.0, again=True),
    "three that stay below": Flood(3, 100_000, 15.0, pause=1 / 80),
    "thirty that stay below": Flood(30, 100_000, 15.0, pause=1 / 8),
}


async def send(port: int, flood: Flood) -> None:
    """What the other process does: prints how many messages were taken, and how often a socket was closed meanwhile."""
    counts = await asyncio.gather(*(_send(port, flood) for _ in range(flood.sockets)))
    print(sum(sent for sent, _ in counts), sum(closed for _, closed in counts))


async def _send(port: int, flood: Flood) -> tuple[int, int]:
    end, sent, closed = time.monotonic() + flood.seconds, 0, 0
    while time.monotonic() < end and sent < flood.messages:
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + end - time.monotonic()):
                async for _ in _messages(port, flood, flood.messages - sent):
                    sent += 1
        except TimeoutError:
            break
        except (websockets.WebSocketException, OSError):
            closed += 1
            if not flood.again:
                break
    return sent, closed


async def _messages(port: int, flood: Flood, left: int) -> AsyncIterator[None]:
    """One socket; something for every message that was taken."""
    run = BackMsg()
    run.rerun_script.query_string = ""
    content = run.SerializeToString()
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    how = {"max_size": None, "subprotocols": ["streamlit"], "close_timeout": 1, "local_addr": (ELSEWHERE, 0)}
    async with websockets.connect(address, **how) as socket:
        reading = asyncio.create_task(_read(socket))
        for _ in range(left):
            await socket.send(content)
            yield
            if flood.pause:
                await asyncio.sleep(flood.pause)
        await asyncio.sleep(QUIET)
        reading.cancel()


async def _read(socket: websockets.ClientConnection) -> None:
    with contextlib.suppress(websockets.ConnectionClosed):
        async for _ in socket:
            pass


async def beside(port: int, pid: int, name: str, passes: float) -> list[Bar]:
    """How long a visitor waits for new texts while a flood runs, and what memory is kept."""
    flood, samples = FLOODS[name], texts(TEXTS, 30)
    async with visit(port) as honest:
        await honest.run()
        await honest.run(samples[0])
        of_a_text = await _bytes_of_a_text(honest, pid, samples[1:MEASURED])
        before = resident_bytes(pid)
        command = [sys.executable, __file__, "--send", name, "--port", str(port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sender:
            waits = await _waits(honest, samples[MEASURED:], sender)
            sent, closed = map(int, (sender.stdout.read() if sender.stdout else "").split())
    async with asyncio.timeout(AFTER + 1):
        await asyncio.sleep(AFTER)
    own = len(waits) * of_a_text
    kept = (resident_bytes(pid) - before - own) / 1e6
    print(
        f"{name}: {sent} messages taken, {flood.sockets} sockets closed {closed} times, "
        f"{len(waits)} texts meanwhile, which hold {own / 1e6:.0f} MB"
    )
    slow = statistics.quantiles(waits, n=20)[-1] if len(waits) > 1 else max(waits)
    return [
        Bar(f"{name}: 95 % of new texts beside it within", slow, 2 + 10 * passes, "s"),
        Bar(f"{name}: memory kept {AFTER:.0f} s after it", kept, 50, "MB"),
    ]


async def _bytes_of_a_text(honest: Visitor, pid: int, samples: list[str]) -> float:
    """How many bytes more the server holds for each new text that it has read."""
    before = resident_bytes(pid)
    for sample in samples:
        await honest.run(sample)
    return (resident_bytes(pid) - before) / len(samples)


async def _waits(honest: Visitor, samples: list[str], sender: subprocess.Popen[str]) -> list[float]:
    """New texts, one after the other with a pause, until the flood is over."""
    await asyncio.sleep(0.5)
    waits: list[float] = []
    for sample in samples:
        try:
            waits.append(await honest.run(sample))
        except TimeoutError:
            waits.append(60.0)
        if sender.poll() is not None:
            break
        await asyncio.sleep(0.2)
    await asyncio.to_thread(sender.wait)
    return waits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=FLOODS, default=None)
    parser.add_argument("--send", choices=FLOODS, default=None, help="what the other process is started with")
    parser.add_argument("--port", type=int, default=PORT)
    chosen = parser.parse_args()
    if chosen.send:
        asyncio.run(send(chosen.port, FLOODS[chosen.send]))
        return
    bare = BarePass()
    samples = texts(40, 30)
    bare.seconds(samples[:5])
    passes = bare.seconds(samples) / len(samples)
    for name in [chosen.only] if chosen.only else FLOODS:
        with serving(chosen.port) as server:
            for bar in asyncio.run(beside(chosen.port, server.pid, name, passes)):
                print(bar, flush=True)


if __name__ == "__main__":
    main()
