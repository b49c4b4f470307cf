"""The browser ranks heads as the library does, from the weights that it holds; the server, where it does not hold them."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attention_viz import Attention, Selection, rank_heads
from attention_viz.view import plan
from attention_viz.view.ranking import is_ranked_here, ranking

READ = """
import {{ Store }} from "{folder}/core/store.js";
import {{ Links }} from "{folder}/links/links.js";
import {{ readFileSync }} from "node:fs";
const {{ frames, looks, sent }} = JSON.parse(readFileSync(0, "utf8"));
const messages = new Map(Object.entries(frames).map(([name, bytes]) => [name, new Uint8Array(Buffer.from(bytes, "base64"))]));
if (sent) messages.set("ranking", sent);
const store = new Store();
const links = new Links(store);
const found = looks.map((look, i) => {{
  store.read(new Map([...messages, ["look", {{ ...look, serial: i }}]]));
  return {{ state: links.state, heads: links.heads(), spelled: links.pairs().map((pair) => links.spelled(pair)) }};
}});
console.log(JSON.stringify(found));
"""
SCRIPT = READ.format(folder=(Path(__file__).parents[2] / "attention_viz" / "view" / "js").as_uri())
TEXTS = ["[CLS]", *"un ##believ ##able , the an ##imal ##s did not cross the str ##eet .".split(), "[SEP]"]
"""17 tokens in 12 words, two of them special."""
LINKS: list[dict[str, Any]] = [
    {"queries": (7,), "keys": (2,)},
    {"queries": (2,), "keys": (8,), "direction": "backward"},
    {"queries": (11,), "keys": (9,), "direction": "both"},
    {"queries": (13, 6), "keys": (1, 4)},
    {"queries": (0,), "keys": (16,)},
    {"queries": (6, 8), "keys": (6,)},
]


def browser(
    node: str, attention: Attention, looks: list[dict[str, Any]], sent: bytes | None = None
) -> list[dict[str, Any]]:
    """What the browser says of each look, once all frames have arrived."""
    first = plan.first(attention, "live")
    text = plan.text_of(first)
    frames = {"first": first, "rest": plan.rest(attention, "live", text)}
    content = {
        "frames": {name: base64.b64encode(frame).decode() for name, frame in frames.items() if frame},
        "looks": [{"text": text, "look": {"direction": "forward"} | look} for look in looks],
        "sent": sent and json.loads(sent),
    }
    run = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT], input=json.dumps(content).encode(), capture_output=True, check=True
    )
    return list(json.loads(run.stdout))


def numbers(look: dict[str, Any], attention: Attention) -> dict[tuple[int, int], tuple[float, float]]:
    """What the library says of every head, at every pinned query with every pinned key."""
    pairs = [(query, key) for query in look["queries"] for key in look["keys"]]
    queries, keys = zip(*pairs, strict=True)
    ranked = rank_heads(attention, queries, keys, direction=look.get("direction", "forward"))
    return {(each.layer, each.head): (each.weight, each.at_distance) for each in ranked}


@pytest.fixture
def text(rng: np.random.Generator) -> Attention:
    """3 layers, 4 heads, words of one to three pieces."""
    return Attention.from_weights(rng.dirichlet(np.full(17, 0.2), size=(3, 4, 17)), TEXTS)


@pytest.mark.parametrize("causal", [False, True])
def test_the_browser_ranks_as_the_library_does(text: Attention, node: str, causal: bool) -> None:
    if causal:
        text = replace(Attention.from_weights(np.tril(np.asarray(text)), TEXTS), causal=True)
    looks = [look for look in LINKS if not causal or look["queries"] != (0,)]
    for look, found in zip(looks, browser(node, text, looks), strict=True):
        expected = numbers(look, text)
        assert {(each["layer"], each["head"]) for each in found["heads"]} == expected.keys()
        weights = [each["weight"] for each in found["heads"]]
        assert weights == sorted(weights, reverse=True)
        for each in found["heads"]:
            far = np.nan if each["atDistance"] is None else each["atDistance"]
            pieces = 3 * 5e-5  # each weight is known to four digits
            assert (each["weight"], far) == pytest.approx(
                expected[each["layer"], each["head"]], abs=pieces, nan_ok=True
            )


def test_words_are_spelled_as_a_whole_and_what_is_missing_is_told(text: Attention, node: str) -> None:
    looks = [{}, {"queries": [7]}, {"queries": [7], "keys": [2]}, {"queries": [16], "keys": [15]}]
    found = browser(node, text, looks)
    assert [each["state"] for each in found] == ["none", "half", "ranked", "ranked"]
    assert [each["spelled"] for each in found[2:]] == [
        [{"query": "animals", "key": "unbelievable"}],
        [{"query": "[SEP]", "key": "."}],
    ]


def test_later_tokens_are_closed_to_a_causal_model(text: Attention, node: str) -> None:
    causal = replace(Attention.from_weights(np.tril(np.asarray(text)), TEXTS), causal=True)
    (found,) = browser(node, causal, [{"queries": [3], "keys": [9]}])
    assert (found["state"], found["heads"]) == ("closed", [])


def test_two_texts_are_linked_in_one_direction_and_have_no_distances(rng: np.random.Generator, node: str) -> None:
    cross = Attention.from_weights(rng.dirichlet(np.ones(3), size=(2, 3, 4)), ["a", "b", "c", "d"], ["x", "y", "z"])
    (found,) = browser(node, cross, [{"queries": [3], "keys": [0], "direction": "backward"}])
    assert {(each["layer"], each["head"]): each["weight"] for each in found["heads"]} == pytest.approx(
        {(layer, head): cross.weights(layer, head)[3, 0] for layer in range(2) for head in range(3)}, abs=5e-5
    )
    assert {each["atDistance"] for each in found["heads"]} == {None}


def test_what_the_browser_does_not_hold_the_server_ranks(
    softmax_attention: Callable[..., Attention], node: str
) -> None:
    long = softmax_attention(3, 5, 420)
    look = Selection(queries=(300,), keys=(11,), direction="both")
    assert is_ranked_here(long, look)
    assert not is_ranked_here(long, look.at(keys=()))
    text = plan.text_of(plan.first(long, "live"))
    sent = ranking(long, look, text)
    link = {"queries": [300], "keys": [11], "direction": "both"}
    later, other, here = browser(node, long, [link | {"keys": [12]}, link | {"direction": "forward"}, link], sent)
    assert (later["state"], other["state"], here["state"]) == ("waiting", "waiting", "ranked")
    assert {(each["layer"], each["head"]): (each["weight"], each["atDistance"]) for each in here["heads"]} == numbers(
        link, long
    )


def test_what_the_browser_holds_the_server_does_not_rank(text: Attention) -> None:
    assert not is_ranked_here(text, Selection(queries=(1,), keys=(2,)))


def test_of_words_without_another_as_far_the_server_says_so(text: Attention) -> None:
    for each in json.loads(ranking(text, Selection(queries=(15,), keys=(1,)), "one"))["heads"]:
        assert each[3] is None
