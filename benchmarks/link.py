"""What ranking all heads for a link costs: `python benchmarks/link.py`, or `... --tokens 16 128`.

Prints, for MiniLM's 72 heads and a random bert-base's 144: CPU-milliseconds of the renderer's main thread from one link to
the next, all that is drawn anew included, and CPU-milliseconds of `rank_heads` in Python. Checks that 144 heads at 128
tokens take the browser at most 20 ms. Longer texts than 128 tokens of bert-base are ranked by the server. Needs Chromium.
"""

from __future__ import annotations

import argparse
import time

from browser import opened
from view import PRESS, READY, bert_base, messages, minilm

import attention_viz as av
from attention_viz.view.show import page

MOST = 20.0
"""CPU-milliseconds in the browser for 144 heads at 128 tokens."""
CHANGES = 40
KEYS = [".", ".", ".", ",", ","]


def in_browser(attention: av.Attention) -> float:
    """CPU-milliseconds from one link to the next."""
    look = {"layer": 0, "head": 0, "queries": [attention.n_tokens // 2], "keys": [1]}
    with opened(page(messages(attention), look, "link"), READY) as tab:
        tab.page.evaluate(PRESS, [KEYS, len(KEYS)])
        assert tab.page.locator(".ranking li").count() == 5
        begun = tab.seconds("ThreadTime")
        tab.page.evaluate(PRESS, [KEYS, CHANGES])
        return 1000 * (tab.seconds("ThreadTime") - begun) / CHANGES


def in_python(attention: av.Attention) -> float:
    """CPU-milliseconds of the same for all heads."""
    begun = time.process_time()
    for key in range(1, 6):
        av.rank_heads(attention, attention.n_tokens // 2, key)
    return 1000 * (time.process_time() - begun) / 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, nargs="+", default=[16, 64, 128])
    print("| heads | tokens | browser ms | Python ms |", "|---|---|---|---|", sep="\n")
    tokens = parser.parse_args().tokens
    for name, make in (("MiniLM, 72", minilm), ("bert-base, 144", bert_base)):
        for n in tokens:
            attention = make(n)
            taken = in_browser(attention)
            print(f"| {name} | {n} | {taken:.1f} | {in_python(attention):.1f} |", flush=True)
            assert taken <= MOST or (make, n) != (bert_base, 128), f"more than {MOST} ms"


if __name__ == "__main__":
    main()
