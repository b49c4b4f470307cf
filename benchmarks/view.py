"""What the live view costs the browser and the wire: `python benchmarks/view.py`, or `... --tokens 16 128`.

Prints, for MiniLM's 72 heads and a random bert-base's 144: bytes of the messages, CPU-seconds of Python to make them,
CPU-seconds of the renderer's main thread until the first picture of an opened page is drawn, and for a new text in an open
one, with the digits that follow; CPU-milliseconds per change of head in each picture; the heap before and after some 200
changes, and what the renderer's process holds then. Needs Chromium.
"""

from __future__ import annotations

import argparse
import base64
import os
import time
from collections.abc import Callable, Sequence

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from browser import Tab, opened

import attention_viz as av
from attention_viz.view import plan
from attention_viz.view.frame import read_header
from attention_viz.view.show import VIEW, page

READY = ".attention:not(.waiting)"
"""What is on the page once its picture is drawn."""
PICTURES = ("sentence", "text", "head", "lines", "layer")
CHANGES = 40
DRAWN = """
    const next = new MessageChannel();
    const drawn = () => new Promise(done => {
        next.port1.onmessage = done;
        requestAnimationFrame(() => next.port2.postMessage(null));
    });
"""
UNPACK = (
    "written => { window.frames = written.map(each => Uint8Array.from(atob(each), letter => letter.charCodeAt(0))); }"
)
BRING = (
    "async ([view, names, look]) => {"
    + DRAWN
    + """
    const { byView, readers } = globalThis[Symbol.for("attention_viz")];
    const bring = (name, message) => {
        byView.get(view).set(name, { message, sender: message });
        for (const reader of readers.get(view)) reader();
    };
    bring("look", look);
    for (const [i, name] of names.entries()) {
        bring(name, window.frames[i]);
        await drawn();
    }
}"""
)
PRESS = (
    "async ([keys, n]) => {"
    + DRAWN
    + """
    for (let i = 0; i < n; i++) {
        const region = [...document.querySelectorAll(".picture > *")].find(each => !each.hidden);
        region.dispatchEvent(new KeyboardEvent("keydown", { key: keys[i % keys.length], bubbles: true }));
        await drawn();
    }
}"""
)
KEYS = ["ArrowRight"] * 5 + ["ArrowDown"] * 2 + ["ArrowLeft"] * 5 + ["ArrowUp"] * 2


def minilm(tokens: int, number: int = 0) -> av.Attention:
    """A real text of so many tokens, its special ones included, read by the embedded model; every word of it is one token."""
    words = "the animal did not cross the old street because it was too tired to walk home".split() * 40
    return av.load_model().attend(" ".join(words[number : number + tokens - 2]))


def bert_base(tokens: int, number: int = 0) -> av.Attention:
    """Softmax of random scores in the shape of bert-base: 12 layers, 12 heads."""
    scores = torch.randn((12, 12, tokens, tokens), generator=torch.Generator().manual_seed(3 + number)) * 3
    weights = torch.softmax(scores, dim=-1).numpy()
    return av.Attention.from_weights(weights, ["[CLS]", *(f"word{i}" for i in range(tokens - 2)), "[SEP]"])


def messages(attention: av.Attention) -> list[bytes]:
    """What the server sends for a new text, the first message first."""
    first = plan.first(attention, VIEW)
    text = plan.text_of(first)
    later = (plan.rest(attention, VIEW, text), plan.one_head(attention, VIEW, text, 0, 0))
    return [first, *(each for each in later if each is not None)]


def new_text(tab: Tab, frames: list[bytes]) -> float:
    """CPU-seconds from the messages of another text until it is drawn, with the digits that follow."""
    tab.page.evaluate(UNPACK, [base64.b64encode(frame).decode("ascii") for frame in frames])
    names = [read_header(frame)[0]["name"] for frame in frames]
    look = {"serial": 2, "text": plan.text_of(frames[0]), "look": {"layer": 0, "head": 0}}
    begun = tab.seconds("ThreadTime")
    tab.page.evaluate(BRING, [VIEW, names, look])
    return tab.seconds("ThreadTime") - begun


def change(tab: Tab, picture: str) -> float:
    """CPU-milliseconds per change of head in one of the pictures."""
    tab.page.locator("[data-variant=text]" if picture == "text" else f"[data-view={picture}]").click()
    tab.page.evaluate(PRESS, [KEYS, len(KEYS)])
    begun = tab.seconds("ThreadTime")
    tab.page.evaluate(PRESS, [KEYS, CHANGES])
    return 1000 * (tab.seconds("ThreadTime") - begun) / CHANGES


def row(name: str, make: Callable[[int, int], av.Attention], tokens: int) -> str:
    attention, other = make(tokens, 0), messages(make(tokens, 1))
    begun = time.process_time()
    frames = messages(attention)
    made = time.process_time() - begun
    sizes = " + ".join(f"{len(frame) / 1e6:.2f}" for frame in frames)
    with opened(page(frames, {"layer": 0, "head": 0}, name), READY) as tab:
        drawn, renewed, before = tab.seconds("ThreadTime"), new_text(tab, other), tab.megabytes()
        changes = [change(tab, picture) for picture in PICTURES]
        memory, elements = f"{before:.0f} to {tab.megabytes():.0f}, {tab.resident():.0f}", tab.elements()
    cells = [name, attention.n_tokens, sizes, f"{made:.3f}", f"{drawn:.2f}", f"{renewed:.2f}"]
    return _line([*cells, *(f"{each:.1f}" for each in changes), memory, elements])


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, nargs="+", default=[16, 64, 128, 256, 512])
    tokens = parser.parse_args().tokens
    heading = [
        "heads",
        "tokens",
        "MB sent",
        "Python s",
        "until drawn s",
        "new text s",
        *PICTURES,
        "MB: heap, process",
        "elements",
    ]
    print(_line(heading), _line(["---"] * len(heading)), sep="\n")
    for name, make in (("MiniLM, 72", minilm), ("bert-base, 144", bert_base)):
        for n in tokens:
            print(row(name, make, n), flush=True)


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    main()
