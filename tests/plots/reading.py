"""Reading charts back: what a drawn figure holds, and whether its words fit."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence

import numpy as np
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text

from attention_viz import Attention

HAIR = 0.8
"""Points by which two boxes of text may meet: they hold some space around the letters."""

ODD_TOKENS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.text(
            alphabet="$\\{}^_%&#~<>[]*:`'\"\0\t\n\r \u200d\u202e\u0301\u0338\ud800\ufeff中文שלוםمرحبا😀🧠ไทย",
            max_size=12,
        ),
        st.text(alphabet=string.printable, min_size=1, max_size=60),
        st.sampled_from(["$\\frac{", "$x$", "_x^", "</script>", "", " ", "e" + "\u0301" * 40, "[CLS]", "中" * 50]),
    ),
    min_size=1,
    max_size=6,
)


def random_attention(rng: np.random.Generator, tokens: Sequence[str], layers: int = 1, heads: int = 1) -> Attention:
    """Rows sum to 1."""
    scores = 2 * rng.normal(size=(layers, heads, len(tokens), len(tokens)))
    weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    return Attention.from_weights(weights, tokens)


def cells(axes: Axes) -> np.ma.MaskedArray:
    """(row, column) values of the heatmap in these axes."""
    (mesh,) = (each for each in axes.collections if isinstance(each, QuadMesh))
    values = np.ma.asarray(mesh.get_array())
    assert values.ndim == 2
    return values


def render(figure: Figure) -> np.ndarray:
    """(row, column, channel) of the picture, 0 to 255."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def words(figure: Figure) -> list[str]:
    """Every text that is drawn."""
    return [text.get_text() for text in drawn_texts(figure)]


def drawn_texts(figure: Figure) -> Iterator[Text]:
    """The texts of the figure and of its visible axes, without the empty ones."""
    yield from figure.texts
    for axes in figure.axes:
        if axes.get_visible():
            ticks = [*axes.get_xticklabels(), *axes.get_yticklabels()]
            texts = [axes.title, axes.xaxis.label, axes.yaxis.label, *ticks, *axes.texts]
            yield from (text for text in texts if text.get_visible() and text.get_text())


def assert_legible(figure: Figure) -> None:
    """No words reach beyond the figure, and no two overlap by more than a hair."""
    figure.set_dpi(72)
    render(figure)
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    texts = list(drawn_texts(figure))
    low, high = np.array([text.get_window_extent(renderer).padded(-HAIR).get_points() for text in texts]).swapaxes(0, 1)
    assert texts
    for text, inside in zip(texts, ((low >= 0) & (high <= figure.bbox.size)).all(axis=1), strict=True):
        assert inside, f"{text.get_text()!r} is cut off"
    apart = (low[:, None] >= high[None]).any(axis=-1)  # (text, text): the one begins beyond the end of the other
    meeting = np.argwhere(~apart & ~apart.T & ~np.eye(len(texts), dtype=bool))
    assert not len(meeting), [(texts[one].get_text(), texts[other].get_text()) for one, other in meeting]
