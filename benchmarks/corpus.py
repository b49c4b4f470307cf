"""What it costs to say what every head does in many texts: `python benchmarks/corpus.py [speed size ray]`.

speed : a thousand sentences of 30 words through the embedded model, one thread, in turn: transformers' eager attention with
        `output_attentions=True` alone, in batches of 32 by length, and `corpus.measure` with all that it keeps, files included
size  : a hundred thousand such sentences: memory at the end and after the first thousand, size of the folder, how long its
        summary takes to open and a head's strongest texts to find, each in a fresh process
ray   : on Ray with two processes and with one, in turn, the loading of the model left out; and one beside this process

Prints what was measured against the bars; the exit code is 1 where one is missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from engine import cpu, machine, resident
from many import AT_ONCE, N_TEXTS, sentences, transformers_alone

SPEED, MEMORY, OPENING, STRONGEST, TWO = 0.6, 150, 1.0, 0.3, 1.5
"""Least share of transformers' sentences a CPU-second; most MB more than at the thousandth text; most seconds; least gain of
two processes."""

N_RAY, SHARD_RAY = 640, 32


def told(kept: bool, line: str) -> bool:
    print(f"{'kept' if kept else 'MISSED':7}{line}", flush=True)
    return kept


def measure(texts: Any, folder: Path, **others: Any) -> Any:
    from attention_viz import corpus

    return corpus.measure(texts, others.pop("model", ""), into=folder, **others)


def speed(rounds: int) -> bool:
    """Both in turn; the ratio within each round."""
    import torch

    import attention_viz as av

    torch.set_num_threads(1)
    model, texts = av.load_model(device="cpu"), sentences(N_TEXTS)

    def measured(some: list[str]) -> Callable[[], object]:
        def run() -> None:
            with tempfile.TemporaryDirectory() as folder:
                measure(some, Path(folder) / "measured", model=model)

        return run

    for run in (transformers_alone(texts[:AT_ONCE]), measured(texts[:AT_ONCE])):
        run()
    alone, ours = transformers_alone(texts), measured(texts)
    found = [(cpu(alone), cpu(ours)) for _ in range(rounds)]
    for name, place in (("transformers", 0), ("corpus.measure", 1)):
        print(f"{name}: {N_TEXTS / statistics.median(each[place] for each in found):.0f} sentences a CPU-second")
    ratio = statistics.median(bare / whole for bare, whole in found)
    return told(ratio >= SPEED, f"corpus.measure: {ratio:.2f} of transformers alone (bar: {SPEED:.2f})")


def stream(n: int) -> Iterator[str]:
    """Sentences one after the other; the same thousand again and again, each with its number."""
    texts = sentences(N_TEXTS)
    for number in range(n):
        yield f"{texts[number % N_TEXTS][:-1]} {number}."


def fill(n: int, folder: Path) -> None:
    """Measures n sentences, and prints the memory after the first thousand and at the end."""
    import torch

    torch.set_num_threads(1)
    held: list[float] = []
    start = time.process_time()

    def seen(progress: Any) -> None:
        if progress.texts >= N_TEXTS and not held:
            held.append(resident())

    measure(stream(n), folder, progress=seen)
    gc.collect()
    print(json.dumps({"first": held[0], "last": resident(), "seconds": time.process_time() - start}))


def look(folder: Path) -> None:
    """Opens the folder, and prints how long the summary and a head's strongest texts took."""
    from attention_viz import corpus

    start = time.perf_counter()
    opened = corpus.open(folder)
    opened.heads()
    opened.labels()
    summary = time.perf_counter() - start
    start = time.perf_counter()
    opened.texts(3, 5, by="confidence")
    print(json.dumps({"summary": summary, "strongest": time.perf_counter() - start}))


def apart(*arguments: object) -> dict[str, float]:
    """The answer of this program in a fresh process."""
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def size(n: int, into: Path | None) -> bool:
    with tempfile.TemporaryDirectory() as temporary:
        folder = into or Path(temporary) / "measured"
        filled = apart("--fill", n, "--into", folder)
        size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
        looked = apart("--look", "--into", folder)
    more = filled["last"] - filled["first"]
    print(
        f"{n:,} sentences: {n / filled['seconds']:.0f} a CPU-second; {size / 1e6:.0f} MB, {size / n:.0f} bytes a sentence"
    )
    kept = [
        told(more <= MEMORY, f"memory: {more:+.0f} MB since the thousandth, now {filled['last']:.0f} (bar: {MEMORY})"),
        told(looked["summary"] <= OPENING, f"summary: {looked['summary']:.2f} s (bar: {OPENING:.1f})"),
        told(
            looked["strongest"] <= STRONGEST,
            f"a head's strongest texts: {looked['strongest']:.2f} s (bar: {STRONGEST})",
        ),
    ]
    return all(kept)


def pace(texts: list[str], **others: Any) -> float:
    """Texts a second, from when every process has done two shards until the last is done."""
    from attention_viz.corpus import Options

    seen: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        measure(
            texts,
            Path(folder) / "measured",
            options=Options(shard_texts=SHARD_RAY),
            progress=lambda progress: seen.append((time.perf_counter(), progress.texts)),
            **others,
        )
    (start, before), (end, after) = seen[3], seen[-1]
    return (after - before) / (end - start)


def on_ray(rounds: int) -> bool:
    import ray
    import torch

    from attention_viz.corpus import Cluster

    torch.set_num_threads(1)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        logging_level="error",
        log_to_driver=False,
        _node_ip_address="127.0.0.1",
        object_store_memory=100 << 20,
    )
    texts = sentences(N_RAY)
    try:
        found = [
            (
                pace(texts),
                pace(texts, executor="ray", cluster=Cluster(actors=1)),
                pace(texts, executor="ray", cluster=Cluster(actors=2)),
            )
            for _ in range(rounds)
        ]
    finally:
        ray.shutdown()
    here, one, two = (statistics.median(each[place] for each in found) for place in range(3))
    print(f"sentences a second: {here:.0f} in this process, {one:.0f} with one of Ray's, {two:.0f} with two")
    print(f"overhead of Ray: {100 * (statistics.median(each[0] / each[1] for each in found) - 1):+.0f} %")
    gain = statistics.median(each[2] / each[1] for each in found)
    return told(gain >= TWO, f"two processes: {gain:.2f} times one (bar: {TWO})")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("parts", nargs="*", choices=["speed", "size", "ray", []], default=[])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--sentences", type=int, default=100_000, help="of the part size")
    arguments.add_argument("--into", type=Path, help="where the part size writes, and what it then leaves there")
    arguments.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    arguments.add_argument("--look", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.fill:
        fill(chosen.fill, chosen.into)
        return
    if chosen.look:
        look(chosen.into)
        return
    print(machine(), "\n")
    run: dict[str, Callable[[], bool]] = {
        "speed": lambda: speed(chosen.rounds),
        "size": lambda: size(chosen.sentences, chosen.into),
        "ray": lambda: on_ray(chosen.rounds),
    }
    kept = [run[part]() for part in chosen.parts or run]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
