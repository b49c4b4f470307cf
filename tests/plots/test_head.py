"""One head as a heatmap: its cells are the weights, its words fit, whatever the tokens are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from attention_viz import Attention
from attention_viz.errors import SelectionError
from attention_viz.palettes import palette
from attention_viz.plots import plot_head, plot_heads, plot_layers
from attention_viz.tokens import Tokens
from plots.reading import ODD_TOKENS, assert_legible, cells, random_attention, render, words

LONG = [f"token{number}" for number in range(600)]
ENGLISH = "[CLS] the animal didn ' t cross the street because it was too tired . [SEP]".split()
CHINESE = ["[CLS]", *"小猫坐下了，因为它很累。", "[SEP]"]


Plot = Callable[..., Figure]


class CausalSource:
    """One head whose queries read no later key."""

    name, heads, nbytes = "causal", (1,), 0

    def __init__(self, weights: np.ndarray) -> None:
        self.weights = weights

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return self.weights[queries, keys]

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        return np.tri(*self.weights.shape, dtype=bool)[queries, keys]


@pytest.mark.parametrize(("layer", "head"), [(0, 0), (1, 2)])
def test_the_cells_are_the_weights_bit_for_bit(attention: Attention, layer: int, head: int) -> None:
    drawn = cells(plot_head(attention, layer, head).axes[0])
    assert not np.ma.getmaskarray(drawn).any()
    np.testing.assert_array_equal(drawn.data, attention.weights(layer, head))


def test_the_query_runs_down_and_the_key_along_the_top(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(5), size=3)
    axes = plot_head(Attention.from_weights(weights, ["a", "b", "c"], ["v", "w", "x", "y", "z"]), 0, 0).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["v", "w", "x", "y", "z"]
    assert axes.get_ylabel() == "query (reads)"
    assert axes.get_xlabel() == "key (is read)"
    assert axes.xaxis.get_label_position() == "top"
    assert axes.yaxis_inverted()
    assert cells(axes).shape == (3, 5)


def test_the_picture_shows_the_cell_of_a_query_and_key_where_their_labels_are() -> None:
    weights = np.array([[0, 0, 0.9], [0, 0, 0], [0.3, 0, 0]], dtype=np.float32)
    figure = plot_head(Attention.from_weights(weights, ["a", "b", "c"]), 0, 0)
    picture, axes = render(figure), figure.axes[0]
    nothing = np.array(to_rgb(palette("light").weights[0])) * 255
    seen = np.empty((3, 3), dtype=bool)
    for query, y in enumerate(axes.get_yticks()):
        for key, x in enumerate(axes.get_xticks()):
            column, row = axes.transData.transform((x, y))
            seen[query, key] = np.abs(picture[int(len(picture) - row), int(column)] - nothing).max() > 3
    np.testing.assert_array_equal(seen, weights > 0)


def test_the_same_word_twice_has_two_rows_and_two_columns() -> None:
    axes = plot_head(Attention.from_weights(np.eye(3), ["the", "cat", "the"]), 0, 0).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["the", "cat", "the"]
    assert list(axes.get_yticks()) == [0.5, 1.5, 2.5]


def test_layer_and_head_count_from_1_in_the_title(attention: Attention) -> None:
    assert plot_head(attention, 1, 2).axes[0].get_title() == "Layer 2, head 3"
    assert plot_head(attention, 1, 2, title="A $title_ of my^ own").axes[0].get_title() == "A $title_ of my^ own"


def test_special_tokens_are_grey(attention: Attention) -> None:
    colours = [label.get_color() for label in plot_head(attention, 0, 0).axes[0].get_yticklabels()]
    light = palette("light")
    assert colours == [light.secondary, light.text, light.text, light.secondary]


def test_colours_run_from_0_to_1_unless_said_otherwise(attention: Attention) -> None:
    figure = plot_head(attention, 0, 0)
    mesh = figure.axes[0].collections[0]
    assert (mesh.norm.vmin, mesh.norm.vmax) == (0, 1)
    assert figure.axes[1].get_ylabel() == "attention weight, 0 to 1"


def test_the_peak_scale_ends_at_the_highest_weight_and_says_so(attention: Attention) -> None:
    figure = plot_head(attention, 0, 1, scale="peak")
    highest = attention.weights(0, 1).max()
    mesh = figure.axes[0].collections[0]
    assert (mesh.norm.vmin, mesh.norm.vmax) == (0, pytest.approx(highest))
    assert f"0 to the highest shown ({highest:.4f})" in figure.axes[1].get_ylabel().replace("\n", " ")


def test_the_root_scale_gives_a_quarter_the_colour_of_a_half(attention: Attention) -> None:
    figure = plot_head(attention, 0, 1, scale="root")
    mesh = figure.axes[0].collections[0]
    assert mesh.to_rgba(0.25) == mesh.cmap(0.5)
    assert "square root" in figure.axes[1].get_ylabel()


def test_a_head_that_reads_nothing_is_drawn_all_the_same() -> None:
    figure = plot_head(Attention.from_weights(np.zeros((2, 2)), ["a", "b"]), 0, 0, scale="peak")
    assert_legible(figure)
    assert cells(figure.axes[0]).max() == 0


def test_excluded_keys_have_empty_columns_and_their_share_is_said(attention: Attention) -> None:
    figure = plot_head(attention, 0, 0, exclude=["special"])
    drawn, weights = cells(figure.axes[0]), attention.weights(0, 0)
    assert np.ma.getmaskarray(drawn)[:, [0, 3]].all()
    np.testing.assert_array_equal(drawn[:, 1:3], weights[:, 1:3])
    took = f"{weights[:, [0, 3]].sum(-1).mean():.0%}"
    note = " ".join(words(figure))
    assert f"Special tokens are left out as keys. They took {took} of the attention." in note.replace("\n", " ")


def test_what_is_left_sums_to_1_when_renormalised(attention: Attention) -> None:
    figure = plot_head(attention, 0, 0, exclude=["special"], renormalise=True)
    np.testing.assert_allclose(cells(figure.axes[0]).sum(axis=1), 1, rtol=1e-6)
    assert "What is left sums to 1 in each row." in " ".join(words(figure))


def test_of_a_pair_one_direction_is_shown_and_faint_weights_are_not(rng: np.random.Generator) -> None:
    whole = random_attention(rng, ["a", "b", "c", "d"]).weights(0, 0)
    attention = Attention.from_weights(whole, replace(Tokens.plain("abcd"), segments=(0, 0, 1, 1)))
    figure = plot_head(attention, 0, 0, pairs="AB", threshold=0.2)
    wanted = np.zeros((4, 4), np.float32)
    wanted[:2, 2:] = np.where(whole[:2, 2:] >= 0.2, whole[:2, 2:], 0)
    assert 0 < (wanted > 0).sum() < 4
    np.testing.assert_array_equal(cells(figure.axes[0]), wanted)
    said = " ".join(words(figure)).replace("\n", " ")
    assert "Only what the first text reads in the second is shown." in said
    assert "Weights below 0.2 are not shown." in said


@pytest.mark.parametrize("plot", [plot_head, plot_heads])
def test_what_cannot_be_read_is_empty_and_the_picture_says_so(rng: np.random.Generator, plot: Plot) -> None:
    whole = random_attention(rng, ["a", "b", "c", "d"])
    causal = Attention(CausalSource(np.tril(whole.weights(0, 0))), whole.query_tokens, whole.key_tokens)
    figure = plot(causal, 0, head=0) if plot is plot_head else plot(causal, 0)
    drawn = cells(figure.axes[0])
    np.testing.assert_array_equal(np.ma.getmaskarray(drawn), ~np.tri(4, dtype=bool))
    np.testing.assert_array_equal(drawn.filled(0), np.tril(whole.weights(0, 0)))
    assert "Empty: this query cannot read this key" in " ".join(words(figure))
    assert "Empty" not in " ".join(words(plot_head(whole, 0, 0)))


def test_grey_is_a_palette_too(attention: Attention) -> None:
    for figure in (plot_head(attention, 0, 0, palette="grey"), plot_layers(attention, palette="grey")):
        assert to_hex(figure.axes[0].collections[0].cmap(1.0)).upper() == palette("light").text


def test_a_long_text_is_pooled_to_the_highest_weight_of_each_block_and_the_picture_says_so(
    rng: np.random.Generator,
) -> None:
    attention = random_attention(rng, LONG)
    figure = plot_head(attention, 0, 0)
    drawn = cells(figure.axes[0])
    edges = [block * 600 // 512 for block in range(513)]
    assert drawn.shape == (512, 512)
    for row, column in [(0, 0), (5, 300), (511, 511), (250, 17)]:
        block = attention.weights(0, 0)[edges[row] : edges[row + 1], edges[column] : edges[column + 1]]
        assert drawn[row, column] == block.max()
    said = " ".join(words(figure)).replace("\n", " ")
    assert "Pooled: 600 x 600 tokens are drawn as 512 x 512 cells; each shows the highest weight in it." in said


def test_excluded_keys_take_no_part_in_a_pooled_picture() -> None:
    weights = np.zeros((600, 600), dtype=np.float32)
    weights[:, 0], weights[:, 1] = 0.75, 0.25
    attention = Attention.from_weights(weights, ["[CLS]", *LONG[1:]])
    assert cells(plot_head(attention, 0, 0, exclude=["special"]).axes[0]).max() == np.float32(0.25)


def test_labels_thin_out_evenly_and_the_picture_says_how_many(rng: np.random.Generator) -> None:
    figure = plot_head(random_attention(rng, LONG[:200]), 0, 0)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    step = int(labels[1].removeprefix("token"))
    assert labels == LONG[:200:step]
    assert f"One token in {step} is labelled." in words(figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "tokens",
    [["hi"], LONG[:2], ENGLISH, CHINESE, ENGLISH * 8, LONG, ["word" * 9] * 30, CHINESE * 6],
    ids=["1", "2", "English", "Chinese", "128", "600", "long words", "84 Chinese"],
)
def test_nothing_is_cut_off_and_nothing_overlaps(rng: np.random.Generator, tokens: list[str], theme: str) -> None:
    attention = random_attention(rng, tokens)
    assert_legible(plot_head(attention, 0, 0, scale="peak", theme=theme, exclude=["special"], renormalise=True))


def test_one_query_that_reads_hundreds_of_keys_is_legible() -> None:
    assert_legible(plot_head(Attention.from_weights(np.full((1, 300), 1 / 300), ["it"], LONG[:300]), 0, 0))


def test_chinese_characters_stand_upright_above_their_columns(rng: np.random.Generator) -> None:
    labels = plot_head(random_attention(rng, CHINESE), 0, 0).axes[0].get_xticklabels()
    assert {label.get_rotation() for label in labels[1:-1]} == {0}


def test_every_word_of_the_picture_goes_through_translate(rng: np.random.Generator) -> None:
    figure = plot_head(
        random_attention(rng, ["[CLS]", *LONG]),
        0,
        0,
        exclude=["special"],
        renormalise=True,
        translate=lambda template: "译" + template,
    )
    sentences = [figure.axes[0].get_title(), figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()]
    notes = "".join(text.get_text() for text in figure.texts)
    assert all(sentence.startswith("译") for sentence in [*sentences, figure.axes[1].get_ylabel(), notes])
    assert notes.count("译") == 5, "labelled, pooled, left out, its share, renormalised"


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"layer": 2, "head": 0}, "layer index 2"),
        ({"layer": 0, "head": 3}, "head index 3"),
        ({"layer": 0, "head": 0, "scale": "log"}, "log"),
        ({"layer": 0, "head": 0, "theme": "sepia"}, "sepia"),
        ({"layer": 0, "head": 0, "exclude": ["verbs"]}, "verbs"),
        ({"layer": 0, "head": 0, "palette": "pink"}, "pink"),
        ({"layer": 0, "head": 0, "pairs": "CC"}, "CC"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(attention: Attention, options: dict[str, object], what: str) -> None:
    with pytest.raises(SelectionError, match=what):
        plot_head(attention, **options)  # type: ignore[arg-type]


def test_no_global_setting_and_no_pyplot_figure_is_left_behind(attention: Attention) -> None:
    before = dict(mpl.rcParams)
    render(plot_head(attention, 0, 0, theme="dark"))
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_the_users_own_settings_do_not_break_a_picture(rng: np.random.Generator) -> None:
    attention = random_attention(rng, ["$\\frac{", "_x^", "50%", "a&b"])
    with mpl.rc_context({"text.usetex": True, "axes.grid": True, "figure.facecolor": "red", "font.size": 30}):
        assert_legible(plot_head(attention, 0, 0))


@settings(max_examples=15, deadline=None)
@given(tokens=ODD_TOKENS)
def test_any_token_is_drawn_as_text_without_a_warning(tokens: list[str]) -> None:
    figure = plot_head(Attention.from_weights(np.eye(len(tokens)), tokens), 0, 0)
    assert_legible(figure)
    assert all(label.get_text() for label in figure.axes[0].get_yticklabels())


@pytest.mark.slow
def test_threads_draw_at_once_and_each_gets_its_own_picture(rng: np.random.Generator) -> None:
    attentions = [random_attention(rng, [*CHINESE[: 4 + n], "$x_"]) for n in range(5)]

    def draw(attention: Attention) -> tuple[np.ndarray, np.ndarray]:
        figure = plot_head(attention, 0, 0, scale="peak")
        return cells(figure.axes[0]).data, render(figure)

    alone = [draw(attention) for attention in attentions]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(draw, attentions * 2))
    for number, (values, picture) in enumerate(together):
        np.testing.assert_array_equal(values, attentions[number % 5].weights(0, 0))
        np.testing.assert_array_equal(picture, alone[number % 5][1])
