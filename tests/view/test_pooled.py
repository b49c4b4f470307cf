"""A long text is filtered before it is pooled: in the browser as in print, in the overview as in a part that is looked at."""

from __future__ import annotations

import base64
import itertools
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import QuadMesh

from attention_viz import Attention, Selection, Tokens
from attention_viz.filters import removed_share, seen, top_attended
from attention_viz.means import mean_heads
from attention_viz.plots import plot_head
from attention_viz.pooling import pooled
from attention_viz.view import plan
from attention_viz.view.frame import decode
from attention_viz.view.look import NOTHING, Filters

N, HEADS = 620, 7
"""So many heads that they are not sent whole."""
ATOL = 3.1e-5
"""By which two bytes of the root may be off."""
LOOKS: list[dict[str, Any]] = [
    {"exclude": ["special"]},
    {"exclude": ["punctuation", "special"], "renormalise": True},
    {"pairs": "AB"},
    {"exclude": ["special"], "renormalise": True, "pairs": "BA"},
    {"exclude": ["special", "punctuation"], "average": "heads", "renormalise": True},
    {},
]
READ = """
import {{ Store }} from "{folder}/core/store.js";
import {{ readFileSync }} from "node:fs";
const {{ frames, look }} = JSON.parse(readFileSync(0, "utf8"));
const letters = new Map(Object.entries(frames).map(([name, bytes]) => [name, new Uint8Array(Buffer.from(bytes, "base64"))]));
letters.set("look", look);
const store = new Store();
store.read(letters);
const plain = (matrix) => matrix && {{
  ...matrix, weights: Array.from({{ length: matrix.rows }}, (_, r) => Array.from({{ length: matrix.columns }}, (_, c) => matrix.weight(r, c))),
}};
const reading = store.reading();
console.log(JSON.stringify({{
  shown: plain(store.shown()), tile: plain(store.tile()), small: plain(store.group()),
  keys: reading.matrix.keys, received: [...reading.received],
  share: store.weights.removedShare(...store.subject(), store.look),
}}));
"""
SCRIPT = READ.format(folder=(Path(__file__).parents[2] / "attention_viz" / "view" / "js").as_uri())


@pytest.fixture(scope="module")
def long_pair() -> Attention:
    """A pair of texts of 620 tokens, with a special token or a full stop here and there."""
    random = np.random.default_rng(11)
    weights = random.dirichlet(np.full(N, 0.05), size=(1, HEADS, N)).astype(np.float32)
    texts = tuple("[SEP]" if place % 150 == 0 else "." if place % 11 == 5 else "w" for place in range(N))
    tokens = Tokens(
        texts=texts,
        surfaces=texts,
        special=tuple(text == "[SEP]" for text in texts),
        unknown=(False,) * N,
        segments=(0,) * 300 + (1,) * 320,
        words=tuple(range(N)),
        spans=((0, 0),) * N,
    )
    return Attention.from_weights(weights, tokens)


Held = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="module")
def held(node: str, long_pair: Attention) -> Held:
    """What the browser holds of each look, asked once."""
    known: dict[str, dict[str, Any]] = {}

    def of(changes: dict[str, Any]) -> dict[str, Any]:
        if str(changes) not in known:
            known[str(changes)] = browser(node, long_pair, changes)
        return known[str(changes)]

    return of


def browser(node: str, attention: Attention, changes: dict[str, Any]) -> dict[str, Any]:
    """What the view holds once everything has arrived: the head, a part of it, its small picture, what keys receive."""
    look = Selection(head=1, **changes | {"exclude": tuple(changes.get("exclude", ()))})
    filters, (layer, head) = Filters.of(look, attention), plan.shown(look)
    first = plan.first(attention, "live")
    text = plan.text_of(first)
    frames = {
        "first": first,
        "small": plan.small(attention, "live", text, filters) if filters != NOTHING else None,
        "head": plan.one_head(attention, "live", text, layer, head, filters=filters),
        "tile": plan.tile(attention, "live", text, layer, head, (280, 320), (290, 320), filters),
    }
    letters = {name: base64.b64encode(frame).decode() for name, frame in frames.items() if frame}
    content = {"frames": letters, "look": {"serial": 1, "text": text, "look": {"head": 1} | changes}}
    run = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT], input=json.dumps(content).encode(), capture_output=True, check=True
    )
    return dict(json.loads(run.stdout))


def naive(attention: Attention, changes: dict[str, Any]) -> np.ndarray:
    """The filtered weights of the head, row by row as the words say it."""
    weights = np.mean([attention.weights(0, head) for head in (range(HEADS) if "average" in changes else (1,))], axis=0)
    tokens, left = attention.key_tokens, np.zeros((N, N))
    gone = {key for kind in changes.get("exclude", ()) for key in range(N) if getattr(tokens, kind)[key]}
    for query in range(N):
        kept = [key for key in range(N) if key not in gone]
        total = weights[query, kept].sum(dtype=np.float64) if changes.get("renormalise") and gone else 1.0
        for key in kept:
            pair = "AB"[tokens.segments[query]] + "AB"[tokens.segments[key]]
            if changes.get("pairs", pair) == pair:
                left[query, key] = weights[query, key] / total
    return left


def groups(weights: np.ndarray, size: int) -> np.ndarray:
    edges = [place * N // size for place in range(size + 1)]
    spans = [slice(start, stop) for start, stop in itertools.pairwise(edges)]
    return np.array([[weights[rows, columns].max() for columns in spans] for rows in spans])


@pytest.mark.parametrize("changes", LOOKS, ids=str)
def test_the_browser_holds_the_highest_of_what_the_filters_leave(
    held: Held, long_pair: Attention, changes: dict[str, Any]
) -> None:
    found, expected = held(changes), naive(long_pair, changes)
    assert found["shown"]["unfiltered"] is False
    np.testing.assert_allclose(found["shown"]["weights"], groups(expected, 512), atol=ATOL, rtol=0)
    np.testing.assert_allclose(found["tile"]["weights"], expected[280:320, 290:320], atol=ATOL, rtol=0)
    if "average" not in changes:
        np.testing.assert_allclose(found["small"]["weights"], groups(expected, 64), atol=3.93e-3, rtol=0)


@pytest.mark.parametrize("changes", LOOKS, ids=str)
def test_what_is_listed_is_top_attended_and_the_share_is_removed_share(
    held: Held, long_pair: Attention, changes: dict[str, Any]
) -> None:
    found = held(changes)
    exclude, renormalise = changes.get("exclude", ()), changes.get("renormalise", False)
    head = (mean_heads(long_pair, 0), 0, 0) if "average" in changes else (long_pair, 0, 1)
    ranked = top_attended(*head, N, exclude, renormalise, pairs=changes.get("pairs", "all"))
    listed = {key: weight for (key, _), weight in zip(found["keys"], found["received"], strict=True) if weight > 0}
    expected = {each.position: each.weight for each in ranked if each.weight > 1e-9}
    assert {key: listed.get(key, 0.0) for key in expected} == pytest.approx(expected, abs=ATOL)
    assert set(listed) <= set(expected)
    assert found["share"] == pytest.approx(removed_share(*head, exclude), abs=1e-4)


@pytest.mark.parametrize("changes", LOOKS[:4], ids=str)
def test_print_draws_the_cells_that_the_browser_holds(
    held: Held, long_pair: Attention, changes: dict[str, Any]
) -> None:
    drawn = plot_head(long_pair, 0, 1, **changes)
    mesh = next(each for each in drawn.axes[0].collections if isinstance(each, QuadMesh))
    cells = np.ma.filled(np.ma.asarray(mesh.get_array()), 0)
    shown = np.array(held(changes)["shown"]["weights"])
    np.testing.assert_allclose(cells.reshape(shown.shape), shown, atol=ATOL, rtol=0)


def test_a_threshold_may_wait_until_weights_are_pooled(long_pair: Attention) -> None:
    """Whether the highest of a group is faint is the same as whether all of it are."""
    strips = [each.weights(0, 0) for each in (seen(long_pair, threshold=0.1), long_pair)]
    before, after = (pooled(lambda rows, strip=strip: strip[rows], (N, N), 512, "max") for strip in strips)
    np.testing.assert_array_equal(before, np.where(after < 0.1, 0, after))


def test_a_page_without_a_server_holds_groups_as_the_look_filters_them_and_unfiltered(
    long_pair: Attention, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "FILE", 600_000)
    filters = Filters(exclude=("special",), renormalise=True)
    (first,) = plan.everything(long_pair, "page", 0, 1, filters)
    whole, left = decode(first).blocks
    assert (whole.filters, left.filters, whole.pool, left.pool) == (NOTHING, filters, "max", "max")
    assert whole.values.nbytes + left.values.nbytes <= 600_000
    assert (whole.values != left.values).any()
    (alone,) = decode(plan.everything(long_pair, "page", 0, 1)[0]).blocks
    assert alone.filters == NOTHING
