"""Receptive field: which tokens can influence one token after so many layers, in five kinds of network."""

import numpy as np
import torch
from torch import Tensor

from attention_viz.mechanism import (
    attend,
    attend_along,
    chain_links,
    complete_links,
    dilated_layers,
    distances,
    reach,
    window_links,
)
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table
from attention_viz.view.token_lines import token_lines

MOST = 16
"""Tokens that are drawn of a longer text."""


def show(settings: Settings) -> Shown:
    """Which tokens each token reads in one layer, and the receptive field of one token after several."""
    attention = settings.text_and_model().attention
    tokens = list(attention.query_tokens.labels[:MOST])
    n = len(tokens)
    kinds = {
        "convolution": say("convolution"),
        "dilated": say("dilated convolution"),
        "recurrent": say("recurrent"),
        "attention": say("self-attention"),
        "graph": say("graph"),
    }
    kind = settings.choose("kind", say("Kind of layer"), kinds, "convolution")
    kernel = 2 * settings.count("half", say("Neighbours on each side"), 1, 3, 1) + 1
    depth = settings.count("depth", say("Layers, or steps"), 1, MOST, 1)
    reader = settings.count("reader", say("Token that reads"), 1, n, n) - 1
    layer = settings.count("layer", say("Layer of the model"), 1, attention.n_layers, 4) - 1
    head = settings.count("head", say("Head of the model"), 1, attention.heads_of(layer), 2) - 1
    weights = torch.from_numpy(np.array(attention.tile(layer, head, slice(0, n), slice(0, n))))
    links, stack = _links(kind, n, kernel, depth)
    drawn = weights if kind == "attention" else links
    reached = reach(stack)[reader]
    far = distances(links)
    seen = int(reached.sum())
    hide = settings.switch("hidden", say("Hide what is reached"))
    messages = _messages(links)
    return Shown(
        token_lines(
            drawn.numpy(), name=say("One layer: who reads whom, {kind}", kind=kinds[kind]), queries=tokens, query=reader
        )
        + beside(
            number_table(
                reached.float()[None].numpy(),
                name=say("After {n} of them, “{token}” has heard of", n=depth, token=tokens[reader]),
                columns=tokens,
                colours="weights",
                legend=False,
                hidden=torch.ones(1, n, dtype=torch.bool).numpy() if hide else None,
            ),
        ),
        {
            "n": n,
            "kernel": kernel,
            "depth": depth,
            "token": tokens[reader],
            "reached": seen,
            "path": _needed(links, n) if kind != "recurrent" else int(far.max()),
            "n_links": int(links.sum()),
            "n_pairs": n * n,
            "graph_option": {1: 1, 2: 2, n: 3, -1: 4}.get(_needed(links, n), 0),
            "layer": layer + 1,
            "head": head + 1,
            "largest": float(weights[reader].max()),
            "most_read": tokens[int(weights[reader].argmax())],
            "message_gap": messages,
        },
    )


def _needed(links: Tensor, n: int) -> int:
    """Layers until every token is in the receptive field of every other; -1 = never."""
    far = distances(links)
    return -1 if bool((far < 0).any()) else int(far.max())


def _links(kind: str, n: int, kernel: int, depth: int) -> tuple[Tensor, list[Tensor]]:
    """The links of one layer, and of all that are stacked."""
    if kind == "dilated":
        layers = dilated_layers(n, kernel)
        stack = [layers[min(each, len(layers) - 1)] for each in range(depth)]
        return stack[-1], stack
    links = {
        "convolution": lambda: window_links(n, kernel),
        "recurrent": lambda: chain_links(n),
        "attention": lambda: complete_links(n),
        "graph": lambda: window_links(n, kernel) | _star(n),
    }[kind]()
    return links, [links] * depth


def _star(n: int) -> Tensor:
    """Every token reads the first one, and the first one reads every token."""
    first = torch.zeros(n, dtype=torch.bool)
    first[0] = True
    return first[:, None] | first


def _messages(links: Tensor) -> float:
    """How far message passing along the links is from attention with the links as its mask."""
    chance = torch.Generator().manual_seed(3)
    q, k, v = (torch.randn(len(links), 6, generator=chance, dtype=torch.float64) for _ in range(3))
    along, _ = attend_along(q, k, v, links)
    masked, _ = attend(q, k, v, mask=links)
    return float((along - masked).abs().max())
