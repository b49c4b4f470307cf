"""What it costs to ask what a link, a head or a part does, against one forward pass: `python benchmarks/causes.py`.

Prints a table in Markdown, as `benchmarks/heads.py` does, on the same models and text: a BERT with random weights, 12 layers x
12 heads of the size of bert-base, and 6 x 12 of that of the embedded default; and the bars that are kept.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from engine import BASE, LONG, cpu, machine
from heads import N_TOKENS, Bench, Work, bench, measured

LARGE, SMALL = "12 x 12", "6 x 12"

BARS = {
    ("one link cut, the question posed", LARGE): 1.5,
    ("one link cut, the question posed", SMALL): 1.5,
    ("links of one query ranked, 24 cut exactly", SMALL): 40,
    ("patch map of heads, both directions", LARGE): 170,
}
"""Bare forward passes that the work may cost."""


@dataclass(frozen=True)
class Texts:
    """The text, and the same with another word in its middle."""

    one: str
    other: str


def texts_of(model: Any, text: str) -> Texts:
    words = text.split()
    for word in ("one", "two", "old", "new"):
        other = " ".join([*words[: len(words) // 2], word, *words[len(words) // 2 + 1 :]])
        if other != text and len(model.encode(other).tokens) == len(model.encode(text).tokens):
            return Texts(text, other)
    raise SystemExit("No word keeps the text as long as it is.")


def works(bench: Bench) -> Iterator[Work]:
    """What is measured, cheapest first."""
    from attention_viz import experiments
    from attention_viz.experiments.causes.cut import of_question

    model = bench.model
    texts = texts_of(model, bench.text)
    question = experiments.pose(model, texts.one)
    of_question(question, [(0, 0, 1, 0)])
    middle, query = model.n_layers // 2, N_TOKENS // 2
    yield Work("one link cut, the question posed", lambda: of_question(question, [(0, 1, query, 2)]), 9)
    yield Work(
        "one link of a middle layer cut, the question posed", lambda: of_question(question, [(middle, 1, query, 2)]), 9
    )
    yield Work(
        "a question posed and one link cut", lambda: experiments.cut(model, texts.one, [(middle, 1, query, 2)]), 5
    )
    yield Work("what each part writes", lambda: experiments.writes(model, texts.one), 5)
    yield Work("logit lens", lambda: experiments.logit_lens(model, texts.one), 5)
    yield Work("the scores of one query in parts", lambda: experiments.score_parts(model, texts.one, 0, 1, query), 5)
    yield Work("preferred keys of the vocabulary", lambda: experiments.preferred_keys(model, texts.one, 1, query, 2), 3)
    yield Work("no-op of one head", lambda: experiments.no_op(model, texts.one, [(middle, 1)]), 5)
    yield Work("links of one query ranked, 24 cut exactly", lambda: experiments.rank_links(model, texts.one, query), 3)
    yield Work("patch map of heads, both directions", lambda: experiments.patch(model, texts.one, texts.other), 1)


def correlation(bench: Bench) -> str:
    """How far the estimates agree with the links that were cut exactly."""
    from attention_viz import experiments

    found = experiments.rank_links(bench.model, bench.text, N_TOKENS // 2)
    return f"Spearman's of estimates and exact cuts: {found.correlation:.2f} (by chance up to {found.chance:.2f})"


def main() -> None:
    print(machine(), "\n")
    print("| 128 tokens | CPU-ms | bare passes | bar |\n|---|---|---|---|")
    held, said = True, []
    for name, sizes in ((LARGE, BASE), (SMALL, LONG)):
        made = bench(sizes)
        bare = statistics.median(cpu(made.bare) for _ in range(9))
        print(f"| **{name}, d_model {sizes['hidden_size']}: bare pass** | {1000 * bare:.1f} | 1 | |", flush=True)
        for work in works(made):
            bar = BARS.get((work.name, name))
            seconds, passes = measured(work, made.bare)
            held = held and (bar is None or passes <= bar)
            verdict = "" if bar is None else f"{bar:g} {'kept' if passes <= bar else 'MISSED'}"
            print(f"| {work.name} | {1000 * seconds:,.1f} | {passes:.3g} | {verdict} |", flush=True)
        said.append(f"{name}: {correlation(made)}")
    print("", *said, sep="\n")
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
