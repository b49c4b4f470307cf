"""Cut: how much one token attends to others, and what the model says once it no longer reads them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from attention_viz.attention import Attention
from attention_viz.ui.lessons.lesson_settings import Settings, Shown, position
from attention_viz.ui.widgets.tables import Cell, number, signed, table
from attention_viz.ui.wording import say
from attention_viz.ui.work.caches import cached_result
from attention_viz.ui.work.results import size_of
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

if TYPE_CHECKING:
    from attention_viz.experiments import Cut
    from attention_viz.models import Model

SENTENCES = ["The men at the window [MASK] old."]
ROUNDING, NOTHING, ALL = 0.01, 0.1, 0.9
"""Shares of a change: up to which it is told as 0, and is called nothing of it; and from which on it is called all of it."""


@dataclass(frozen=True)
class Said:
    """What the model says: its answer and the next likeliest with their probabilities; of a pair that is compared, the cosine.

    word : the likeliest now, which a cut may have changed
    """

    value: float
    rival: float
    word: str


@dataclass(frozen=True, eq=False)
class Links:
    """What one token reads, and what the model says without each of these links.

    names     : of the answer and of the next likeliest
    weights   : (layer, head, key)
    before    : with every link there
    every, one: by key, with the link cut in every head, and in the head that has the largest weight there alone
    """

    names: tuple[str, str]
    weights: np.ndarray
    before: Said
    every: tuple[Said, ...]
    one: tuple[Said, ...]

    def after(self, scope: str) -> tuple[Said, ...]:
        return self.every if scope == "every" else self.one

    def largest(self, key: int) -> tuple[int, int]:
        """The head that reads this key most: (layer, head)."""
        weights = self.weights[:, :, key]
        layer, head = np.unravel_index(int(weights.argmax()), weights.shape)
        return int(layer), int(head)


def show(settings: Settings) -> Shown:
    """The weights of two links in every head, and the model's answer without either."""
    sentences = settings.words("sentences", SENTENCES)
    asking, *wanted = settings.words("link", ["[MASK]", "men", "the"])
    model, reading = settings.own_reading(sentences[0])
    attention = reading.attention
    query, (first, second) = position(attention, asking), (position(attention, each) for each in wanted[:2])
    links = _links(model, sentences, attention, query)
    names = {"every": say("in every head"), "one": say("in the head that reads it most")}
    scope = settings.choose("scope", say("Cut the link"), names, "every")
    all_keys = settings.switch("all_keys", say("Show every token that is read"))
    hide = settings.switch("hidden", say("Hide what the model says"))
    tokens = attention.tokens
    by_weight = [int(key) for key in np.argsort(-_means(links), kind="stable") if key != query]
    keys = by_weight if all_keys else [first, second]
    pictures = beside(*(_weights(links, key, tokens[query], tokens[key]) for key in (first, second)))
    answers = _answers(links, tokens, keys, scope, hide)
    return Shown(
        f"{pictures}<div>{answers}</div>",
        _facts(links, tokens, (query, first, second), scope, by_weight) | {"model": attention.model},
    )


def _links(model: Model, sentences: Sequence[str], attention: Attention, query: int) -> Links:
    """Measured once for all visitors."""
    key = ("cut links", model.source, model.revision, tuple(sentences), query)
    made: Links = cached_result(key, lambda: _measured(model, sentences, attention, query), size_of)
    return made


def _measured(model: Model, sentences: Sequence[str], attention: Attention, query: int) -> Links:
    from attention_viz.experiments import pose
    from attention_viz.experiments.causes.cut import of_question

    question = pose(model, sentences[0], "".join(sentences[1:]) or None)
    whole = of_question(question, [])
    weights = np.stack([attention.weights(layer)[:, query] for layer in range(attention.n_layers)])
    names = _names(whole)
    every, one = [], []
    for key in range(attention.n_tokens):
        layer, head = np.unravel_index(int(weights[:, :, key].argmax()), weights.shape[:2])
        every.append(_said(of_question(question, [(None, None, query, key)]), names))
        one.append(_said(of_question(question, [(int(layer), int(head), query, key)]), names))
    return Links(names, weights, _said(whole, names), tuple(every), tuple(one))


def _names(found: Cut) -> tuple[str, str]:
    choices = found.choices[0].choices if found.choices else ()
    return (choices[0].text, choices[1].text) if choices else ("", "")


def _said(found: Cut, names: tuple[str, str]) -> Said:
    if not found.choices:
        return Said(found.after, math.nan, "")
    values = {each.text: each.after for each in found.choices[0].choices}
    return Said(values[names[0]], values[names[1]], max(values, key=lambda text: values[text]))


def _weights(links: Links, key: int, query: str, name: str) -> str:
    weights = links.weights[:, :, key]
    layer, head = links.largest(key)
    return number_table(
        weights,
        name=say("“{query}” reads “{key}”: its weight in every head, layers down, heads across", query=query, key=name),
        rows=[str(each + 1) for each in range(len(weights))],
        columns=[str(each + 1) for each in range(weights.shape[1])],
        colours="weights",
        row=layer,
        column=head,
    )


def _answers(links: Links, tokens: Sequence[str], keys: Sequence[int], scope: str, hide: bool) -> str:
    """One row for each link: how much it is read, and the answer without it."""
    names = _columns(links)
    rows: list[tuple[Cell, ...]] = [(say("none"), "", "", *_untouched(links))]
    for key in keys:
        layer, head = links.largest(key)
        largest = say(
            "{weight} in {head}", weight=f"{links.weights[layer, head, key]:.2f}", head=f"{layer + 1}-{head + 1}"
        )
        mean = f"{float(_means(links)[key]):.2f}"
        rows.append((tokens[key], largest, mean, *_cells(links, links.after(scope)[key], hide)))
    heads = (say("link that is cut"), say("largest weight, in head"), say("mean of all heads"), *names)
    return table(say("What the model says"), heads, rows, tokens=(0,))


def _columns(links: Links) -> tuple[str, ...]:
    answer, rival = links.names
    return (f"“{answer}”", f"“{rival}”") if answer else (say("cosine"), say("change"))


def _untouched(links: Links) -> tuple[Cell, ...]:
    return number(links.before.value), number(links.before.rival) if links.names[0] else ""


def _cells(links: Links, said: Said, hide: bool) -> tuple[Cell, ...]:
    if hide:
        return "?", "?"
    if links.names[0]:
        return number(said.value), number(said.rival)
    return number(said.value), signed(said.value - links.before.value)


def _means(links: Links) -> np.ndarray:
    """(key,) the mean weight over all heads."""
    means: np.ndarray = links.weights.mean((0, 1))
    return means


def _part(links: Links, key: int) -> float:
    """How much of the change by a cut in every head there is by the cut in one."""
    every, one = (each[key].value - links.before.value for each in (links.every, links.one))
    part = one / every if every else 0.0
    return part if abs(part) > ROUNDING else 0.0


def _facts(
    links: Links, tokens: Sequence[str], places: tuple[int, int, int], scope: str, by_weight: Sequence[int]
) -> dict[str, Any]:
    query, first, second = places
    n_heads = links.weights.shape[0] * links.weights.shape[1]
    moved = {key: abs(links.every[key].value - links.before.value) for key in by_weight}
    changed = max(moved, key=lambda key: moved[key])
    after = links.after(scope)
    facts: dict[str, Any] = {
        "query": tokens[query],
        "answer": links.names[0] or say("cosine similarity"),
        "rival": links.names[1],
        "before": links.before.value,
        "n_heads": n_heads,
        "others": n_heads - 1,
        "most_read": tokens[by_weight[0]],
        "most_read_mean": float(_means(links)[by_weight[0]]),
        "most_read_after": links.every[by_weight[0]].value,
        "most_changed": tokens[changed],
        "matters_option": 1 if moved[first] > moved[second] else 2,
        "most_changed_after": links.every[changed].value,
        "same_option": 1 if changed == by_weight[0] else 2,
        "part": _part(links, first),
        "part_option": 1 if _part(links, first) > ALL else 2 if _part(links, first) > NOTHING else 3,
    }
    for name, key in (("first", first), ("second", second)):
        layer, head = links.largest(key)
        facts |= {
            name: tokens[key],
            f"{name}_weight": float(links.weights[layer, head, key]),
            f"{name}_head": f"{layer + 1}-{head + 1}",
            f"{name}_mean": float(_means(links)[key]),
            f"{name}_after": after[key].value,
            f"{name}_every": links.every[key].value,
            f"{name}_one": links.one[key].value,
            f"{name}_rival": links.every[key].rival,
            f"{name}_says": links.every[key].word,
        }
    return facts
