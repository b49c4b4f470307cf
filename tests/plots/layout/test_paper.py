"""Paper: a figure has the width that was asked for, numbers that can be read, and the font that was named."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from attention_viz import Attention
from attention_viz.errors import SelectionError
from attention_viz.plots import Paper, plot_head, plot_heads, plot_layers, plot_lines, plot_text, plot_top
from attention_viz.plots.numbers import two_digits
from plots.reading import assert_legible, random_attention, words

SERIF = f"{mpl.get_data_path()}/fonts/ttf/DejaVuSerif.ttf"
SENTENCE = "[CLS] the animal did not cross the street because it was too tired . [SEP]".split()
Draw = Callable[[Attention, Paper], Figure]
PLOTS: dict[str, Draw] = {
    "head": lambda attention, paper: plot_head(attention, 0, 1, paper=paper),
    "heads": lambda attention, paper: plot_heads(attention, 0, paper=paper),
    "any heads": lambda attention, paper: plot_heads(attention, heads=[(0, 1), (1, 0)], paper=paper),
    "layers": lambda attention, paper: plot_layers(attention, paper=paper),
    "lines": lambda attention, paper: plot_lines(attention, 0, 1, beside=[(1, 0)], paper=paper),
    "text": lambda attention, paper: plot_text(attention, 0, 1, paper=paper),
    "top": lambda attention, paper: plot_top(attention, 0, 1, paper=paper),
}


def legible_size(figure: Figure) -> float:
    """Points of the smallest word."""
    return min(text.get_fontsize() for text in figure.findobj(mpl.text.Text) if text.get_text())


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize(("width", "inches"), [("column", 3.35), ("page", 7.0), (5, 5.0)])
def test_every_plot_has_the_width_that_was_asked_for_and_fits_on_a_page(
    rng: np.random.Generator, plot: str, width: str | float, inches: float
) -> None:
    figure = PLOTS[plot](random_attention(rng, SENTENCE, layers=2, heads=4), Paper(width=width))
    assert figure.get_size_inches()[0] == pytest.approx(inches)
    assert figure.get_size_inches()[1] < 9.5
    assert legible_size(figure) >= 5.5
    assert_legible(figure)


def test_twelve_heads_stand_on_one_page_of_a_column(rng: np.random.Generator) -> None:
    figure = plot_heads(random_attention(rng, SENTENCE, heads=12), 0, paper=Paper(width="column"))
    assert figure.get_size_inches()[1] < 9.5
    assert_legible(figure)


@pytest.mark.parametrize("width", ["wide", "7in", 0, -3, 100, float("nan")])
def test_a_width_that_there_is_not_is_refused_by_name(width: str | float) -> None:
    with pytest.raises(SelectionError, match=f"no width {width}"):
        Paper(width=width)


def test_a_long_title_is_set_smaller_and_not_cut_off(rng: np.random.Generator) -> None:
    assert_legible(
        plot_head(
            random_attention(rng, SENTENCE), 0, 0, title="A title of many words " * 4, paper=Paper(width="column")
        )
    )


def numbers(figure: Figure) -> dict[tuple[float, float], str]:
    return {text.get_position(): text.get_text() for text in figure.axes[0].texts}


@pytest.mark.parametrize("width", [None, "column", "page"])
def test_each_cell_has_its_weight_to_two_digits_but_for_faint_ones(rng: np.random.Generator, width: str | None) -> None:
    attention = random_attention(rng, SENTENCE[:8])
    figure = plot_head(attention, 0, 0, paper=Paper(width=width, numbers=True))
    weights = attention.weights(0, 0)
    shown = numbers(figure)
    assert len(shown) == (weights >= 0.005).sum()
    for (x, y), text in shown.items():
        assert float(text) == pytest.approx(weights[int(y), int(x)], abs=0.005001)
    assert "Numbers: the weight in the cell, to two digits; none below .005." in " ".join(words(figure)).replace(
        "\n", " "
    )
    assert_legible(figure)


def test_numbers_have_a_contrast_of_at_least_4_5_on_their_cells(rng: np.random.Generator) -> None:
    def luminance(colour: object) -> float:
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]  # type: ignore[arg-type]
        return float(np.dot([0.2126, 0.7152, 0.0722], parts))

    figure = plot_head(random_attention(rng, SENTENCE[:8]), 0, 0, scale="root", paper=Paper(numbers=True))
    mesh = figure.axes[0].collections[0]
    cells = mesh.to_rgba(mesh.get_array())
    for text in figure.axes[0].texts:
        x, y = text.get_position()
        dark, light = sorted((luminance(text.get_color()), luminance(cells[int(y), int(x)])))
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_where_numbers_do_not_fit_there_are_none_and_the_picture_says_so(rng: np.random.Generator) -> None:
    many = random_attention(rng, SENTENCE * 4, layers=2, heads=2)
    for figure in (
        plot_head(many, 0, 0, paper=Paper(width="column", numbers=True)),
        plot_heads(many, 0, paper=Paper(numbers=True)),
        plot_layers(many, paper=Paper(numbers=True)),
    ):
        assert not figure.axes[0].texts
        assert "The cells are too small for their numbers." in " ".join(words(figure)).replace("\n", " ")


def test_excluded_cells_have_no_number(attention: Attention) -> None:
    figure = plot_head(attention, 0, 0, exclude=["special"], paper=Paper(numbers=True))
    assert {x for x, _ in numbers(figure)} == {1.5, 2.5}


@pytest.mark.parametrize(
    ("weight", "text"), [(0.3127, ".31"), (0.006, ".01"), (0.9, ".90"), (0.997, "1.0"), (1.0, "1")]
)
def test_two_digits_are_written_without_the_zero_before_the_point(weight: float, text: str) -> None:
    assert two_digits(weight) == text


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("font", ["DejaVu Serif", SERIF])
def test_a_font_of_ones_own_is_that_of_every_word(attention: Attention, plot: str, font: str) -> None:
    figure = PLOTS[plot](attention, Paper(font=font))
    drawn = {text.get_fontname() for text in figure.findobj(mpl.text.Text) if text.get_text() and text.get_visible()}
    assert drawn == {"DejaVu Serif"}
    assert "lacks characters" not in " ".join(words(figure))


def test_what_a_font_lacks_is_set_in_another_and_the_picture_says_so() -> None:
    figure = plot_head(Attention.from_weights(np.eye(2), ["cat", "猫"]), 0, 0, paper=Paper(font=SERIF))
    assert [label.get_fontname() for label in figure.axes[0].get_yticklabels()] == ["DejaVu Serif", "Noto Sans CJK SC"]
    assert "The font DejaVu Serif lacks characters of some tokens: these are set in another." in " ".join(
        words(figure)
    ).replace("\n", " ")


def test_a_character_that_no_font_has_is_its_code_point_and_the_remedy_is_named() -> None:
    figure = plot_head(
        Attention.from_weights(np.eye(2), ["cat", "\U0001e900"]), 0, 0
    )  # Adlam, in a font of few computers
    if "U+1E900" in words(figure):
        assert "paper=av.Paper(font=...) names one." in " ".join(words(figure)).replace("\n", " ")
    assert "code points" not in " ".join(words(plot_head(Attention.from_weights(np.eye(2), ["cat", "\0"]), 0, 0)))


def test_a_font_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(SelectionError, match="no font No Such Sans"):
        Paper(font="No Such Sans")
    with pytest.raises(SelectionError, match=r"test_paper\.py cannot be read as a font"):
        Paper(font=__file__)
