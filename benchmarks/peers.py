"""What a picture of all heads costs, here and in other tools, in one run: `python benchmarks/peers.py --tokens 16 64 128`.

Prints for each tool CPU-seconds of Python to make the page from the weights, the page's size, CPU-seconds of the browser's
renderer until it is drawn and for each change of head or layer, the page's memory and its elements. A row ends with the
first step that takes longer than `--patience`. The others are optional: a tool that is not installed has no rows.

    pip install bertviz==1.4.1 inspectus==0.2.0 circuitsvis==1.43.3
    npm install requirejs@2.3.6 d3@5.8.0 jquery@2.1.0          in the folder given as --npm; BertViz loads them from the network
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from browser import Tab, opened
from playwright.sync_api import Error, TimeoutError
from view import KEYS, PRESS, READY, bert_base, minilm

import attention_viz as av

CHANGES = 4
LIBRARIES = {
    "require.min.js": "requirejs/require.js",
    "d3.min.js": "d3/dist/d3.min.js",
    "jquery.min.js": "jquery/dist/jquery.min.js",
}


@dataclass(frozen=True)
class Tool:
    """One way to look at all heads (or, where a tool draws no more at once, at those of one layer).

    package : what must be installed
    page    : weights (layer, head, query, key) and tokens -> one HTML page
    ready   : selector of what is there once the page is drawn
    change  : makes the n-th change of head or layer
    """

    name: str
    package: str
    page: Callable[[torch.Tensor, list[str]], str]
    ready: str
    change: Callable[[Tab, int], None]


def ours(weights: torch.Tensor, tokens: list[str]) -> str:
    return av.show(av.Attention.from_weights(weights.numpy(), tokens)).html


def head_view(weights: torch.Tensor, tokens: list[str]) -> str:
    from bertviz import head_view

    return _body(head_view([layer[None] for layer in weights], tokens, html_action="return").data)


def model_view(weights: torch.Tensor, tokens: list[str]) -> str:
    from bertviz import model_view

    return _body(model_view([layer[None] for layer in weights], tokens, html_action="return").data)


def inspectus_view(weights: torch.Tensor, tokens: list[str]) -> str:
    import inspectus

    parts: list[str] = []
    with patch("IPython.display.display", lambda shown: parts.append(shown.data)):
        inspectus.attention(weights.numpy(), tokens)
    return _body("".join(parts))


def circuitsvis_view(weights: torch.Tensor, tokens: list[str]) -> str:
    from circuitsvis.attention import attention_heads

    return _body(attention_heads(attention=weights[0], tokens=tokens).local_src)


def _body(markup: str) -> str:
    return f"<!doctype html><meta charset=utf-8><body>{markup}</body>"


def press(tab: Tab, n: int) -> None:
    tab.page.evaluate(PRESS, [KEYS[n % len(KEYS) :], 1])


def choose_layer(tab: Tab, n: int) -> None:
    tab.page.evaluate("n => $('#layer').val(n).change()", (n + 1) % 6)
    tab.drawn()


def click(selector: str) -> Callable[[Tab, int], None]:
    """The n-th of several elements is clicked."""

    def change(tab: Tab, n: int) -> None:
        tab.page.evaluate(
            "([selector, n]) => { const all = document.querySelectorAll(selector);"
            "all[n % all.length].dispatchEvent(new MouseEvent('click', { bubbles: true })); }",
            [selector, n + 1],
        )
        tab.drawn()

    return change


TOOLS = (
    Tool("this view", "attention_viz", ours, READY, press),
    Tool("BertViz head view", "bertviz", head_view, "#vis #attention line", choose_layer),
    Tool("BertViz model view", "bertviz", model_view, "#vis svg line", click("#vis svg rect[style]")),
    Tool("Inspectus", "inspectus", inspectus_view, "rect.cell", click(".dimension-values .value")),
    Tool("CircuitsVis, one layer", "circuitsvis", circuitsvis_view, "canvas", click("h4")),
)
HEADING = ("tool", "heads", "tokens", "Python s", "page MB", "until drawn s", "change s", "heap MB", "elements")


def row(tool: Tool, attention: av.Attention, patience: float, elsewhere: Mapping[str, Path]) -> list[str]:
    """The cells of one line of the table; "-" from the first step that failed or took too long."""
    weights = torch.stack([torch.tensor(attention.weights(layer)) for layer in range(attention.n_layers)])
    cells = [tool.name, str(sum(attention.source.heads)), str(attention.n_tokens)]
    cells += _cells(tool, weights, list(attention.tokens), patience, elsewhere)
    return cells + ["-"] * (len(HEADING) - len(cells))


def _cells(
    tool: Tool, weights: torch.Tensor, tokens: list[str], patience: float, elsewhere: Mapping[str, Path]
) -> Iterator[str]:
    begun = time.process_time()
    page = tool.page(weights, tokens)
    yield f"{time.process_time() - begun:.2f}"
    yield f"{len(page.encode()) / 1e6:.1f}"
    try:
        with opened(page, tool.ready, patience=patience, elsewhere=elsewhere) as tab:
            yield f"{tab.seconds():.2f}"
            tool.change(tab, 0)
            begun = tab.seconds()
            for n in range(1, CHANGES + 1):
                tool.change(tab, n)
            yield f"{(tab.seconds() - begun) / CHANGES:.3f}"
            yield f"{tab.megabytes():.0f}"
            yield str(tab.elements())
    except (TimeoutError, Error):
        return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, nargs="+", default=[16, 64, 128, 256, 512])
    parser.add_argument("--npm", type=Path, default=Path("node_modules"))
    parser.add_argument("--patience", type=float, default=90.0, help="seconds that one step may take")
    parser.add_argument("--tools", nargs="+", default=[""], help="how the names of those to run begin")
    parser.add_argument("--heads", choices=("72", "144"), nargs="+", default=("72", "144"))
    chosen = parser.parse_args()
    elsewhere = {ending: chosen.npm / path for ending, path in LIBRARIES.items()}
    print(_line(HEADING), _line(["---"] * len(HEADING)), sep="\n")
    for n in chosen.tokens:
        for heads, make in (("72", minilm), ("144", bert_base)):
            if heads not in chosen.heads:
                continue
            attention = make(n)
            for tool in TOOLS:
                if not tool.name.startswith(tuple(chosen.tools)):
                    continue
                if importlib.util.find_spec(tool.package):
                    print(_line(row(tool, attention, chosen.patience, elsewhere)), flush=True)


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
