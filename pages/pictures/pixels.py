"""Pixels: what one pixel of an 8 x 8 picture reads, in a window, along a chain, and by attention."""

import torch
from torch import Tensor

from attention_viz.errors import Message
from attention_viz.mechanism import (
    attend,
    chain_links,
    complete_links,
    distances,
    gaussian_scores,
    picture_links,
    reach,
)
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say, tell
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

SIDE = 8
KINDS = {
    "window": Message("3 × 3 window"),
    "chain": Message("chain, row after row"),
    "attention": Message("self-attention"),
}
KERNEL_WIDTH = 0.15
"""Standard deviation of the Gaussian kernel in brightness: at this difference the weight is 0.61 of the highest."""


def show(settings: Settings) -> Shown:
    """The picture, and how much of each pixel the chosen one reads; or its receptive field after some layers."""
    names = {name: tell(label) for name, label in KINDS.items()}
    kind = settings.choose("kind", say("Kind of layer"), names, "window")
    row = settings.count("row", say("Row"), 1, SIDE, 2) - 1
    column = settings.count("column", say("Column"), 1, SIDE, 2) - 1
    depth = settings.count("depth", say("Layers, or steps"), 1, SIDE * SIDE, 1)
    pixel = row * SIDE + column
    image = _ring()
    links = {
        "window": lambda: picture_links(SIDE, SIDE),
        "chain": lambda: chain_links(SIDE * SIDE),
        "attention": lambda: complete_links(SIDE * SIDE),
    }[kind]()
    bright = image.reshape(-1, 1)  # (pixel, 1)
    _, weights = attend(bright, bright, bright, scores=lambda q, k: gaussian_scores(q, k, KERNEL_WIDTH))
    reached = reach([links] * depth)[pixel].float()
    read = weights[pixel] if kind == "attention" and depth == 1 else reached
    far = distances(links)
    hide = settings.switch("hidden", say("Hide what is read"))
    return Shown(
        beside(
            number_table(image.numpy(), name=say("The picture: a ring"), colours="weights", row=row, column=column),
            number_table(
                read.reshape(SIDE, SIDE).numpy(),
                name=say("What the framed pixel reads: {kind}", kind=names[kind]),
                colours="weights",
                largest=float(read.max()),
                row=row,
                column=column,
                hidden=torch.ones(SIDE, SIDE, dtype=torch.bool).numpy() if hide else None,
            ),
        ),
        {
            "reached": int(reached.sum()),
            "n_pixels": SIDE * SIDE,
            "depth": depth,
            "neighbours": int(links[pixel].sum()) - 1,
            "window_path": int(distances(picture_links(SIDE, SIDE)).max()),
            "chain_path": int(distances(chain_links(SIDE * SIDE)).max()),
            "path": int(far.max()),
            "alike": float(weights[pixel][(bright[:, 0] - bright[pixel, 0]).abs() < KERNEL_WIDTH].sum()),
        },
    )


def _ring() -> Tensor:
    """A bright ring on a dark ground: (row, column), 0 to 1."""
    places = torch.arange(SIDE) - (SIDE - 1) / 2
    radius = (places[:, None].square() + places[None, :].square()).sqrt()
    return torch.exp(-(radius - 2.6).square())
