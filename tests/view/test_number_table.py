from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from attention_viz.errors import InputError
from attention_viz.view.number_table import number, number_table
from attention_viz.view.number_table_style import STYLE
from attention_viz.view.shades import LEVELS

HOSTILE = "<img src=x onerror=alert(1)>"


class Cells(HTMLParser):
    """What a browser would find: the text and the classes of each cell, line by line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[list[tuple[str, str]]] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.lines.append([])
        if tag in ("td", "th"):
            self.lines[-1].append((dict(attrs).get("class") or "", ""))

    def handle_data(self, text: str) -> None:
        if self.lines and self.lines[-1]:
            classes, before = self.lines[-1][-1]
            self.lines[-1][-1] = (classes, before + text)


def numbers_of(html: str) -> list[list[str]]:
    return [[text for _, text in line] for line in Cells(html.split("</table>")[0]).lines]


def classes_of(html: str) -> list[list[str]]:
    return [[classes for classes, _ in line] for line in Cells(html.split("</table>")[0]).lines]


def test_every_number_stands_in_its_row_and_column_with_four_digits(rng: np.random.Generator) -> None:
    values = rng.normal(size=(3, 5))
    shown = numbers_of(number_table(values, name="A", rows=["a", "b", "c"], columns=list("vwxyz"), numbers=True))
    assert shown[0] == ["", *"vwxyz"]
    assert [line[0] for line in shown[1:]] == ["a", "b", "c"]
    np.testing.assert_allclose(np.array([line[1:] for line in shown[1:]], dtype=float), values, atol=5e-5)


def test_a_vector_is_one_strip() -> None:
    html = number_table([1.0, -1.0, 0.0], name="q")
    assert 'class="av-number-table strip"' in html
    assert classes_of(html) == [["s22", "s0", "s11"]]


def test_weights_are_coloured_on_a_root_scale_from_0_to_1() -> None:
    assert classes_of(number_table([0.0, 0.25, 1.0], name="a", colours="weights")) == [["w0", "w10", "w20"]]


def test_signed_numbers_are_coloured_evenly_on_both_sides_of_zero(rng: np.random.Generator) -> None:
    values = rng.normal(size=(4, 6))
    one, other = (classes_of(number_table(sign * values, name="A")) for sign in (1, -1))
    for line, mirrored in zip(one, other, strict=True):
        assert [int(name[1:]) for name in line] == [22 - int(name[1:]) for name in mirrored]


def test_the_strongest_colour_can_be_that_of_another_matrix() -> None:
    assert classes_of(number_table([1.0], name="A", largest=2.0)) == [["s16"]]
    assert classes_of(number_table([8.0], name="A", largest=2.0)) == [["s22"]]


def test_masked_scores_and_empty_cells_have_no_colour() -> None:
    html = number_table([-np.inf, np.nan, 0.5], name="z", numbers=True)
    assert classes_of(html) == [["masked", "none", "s22"]]
    assert numbers_of(html) == [["−∞", "", "0.5000"]]


def test_a_row_a_column_and_their_cell_are_framed() -> None:
    html = number_table(np.zeros((2, 3)), name="A", rows=["a", "b"], columns=["x", "y", "z"], row=1, column=2)
    assert [[("on" in name) for name in line] for line in classes_of(html)] == [
        [False, False, False, True],
        [False, False, False, True],
        [True, False, False, True],
    ]
    assert html.count("<tr class=on>") == 1


def test_a_number_kept_back_is_neither_written_nor_coloured() -> None:
    html = number_table([[0.1, 0.9]], name="S", colours="weights", numbers=True, hidden=np.array([[False, True]]))
    assert numbers_of(html) == [["0.1000", "?"]]
    assert classes_of(html)[0][1] == "none"


def test_no_label_becomes_markup() -> None:
    html = number_table([[1.0]], name=HOSTILE, rows=[HOSTILE], columns=[HOSTILE * 3], shape=HOSTILE)
    assert "img" not in Cells(html).tags


def test_a_long_label_is_cut_in_the_middle_and_whole_in_its_title() -> None:
    html = number_table([[1.0]], name="A", rows=["Donaudampfschifffahrt"])
    assert numbers_of(html)[0][0] == "Donaudamp…hifffahrt"
    assert 'title="Donaudampfschifffahrt"' in html


def test_without_numbers_it_is_one_picture_with_a_name() -> None:
    html = number_table(np.zeros((2, 2)), name="W", shape="2 × 2")
    assert '<table role="img" aria-label="W, 2 × 2">' in html
    assert "role=" not in number_table([[1.0]], name="W", numbers=True).split("<table")[1]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0.0000"),
        (0.00004, "< 0.0001"),
        (-0.00004, "> -0.0001"),
        (0.31274, "0.3127"),
        (12345.67, "12345.7"),
        (np.inf, "∞"),
    ],
)
def test_a_number_says_when_it_is_too_small_for_its_digits(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(
    "wrong", [{"values": []}, {"values": [1.0], "rows": ["a", "b"]}, {"values": [1.0], "row": 1}, {"values": [[[1.0]]]}]
)
def test_what_does_not_fit_is_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        number_table(name="A", **wrong)


def test_sixty_four_squared_stays_under_a_hundred_kilobytes(rng: np.random.Generator) -> None:
    tokens = ["token"] * 64
    assert (
        len(number_table(rng.normal(size=(64, 64)), name="A", rows=tokens, columns=tokens, row=3, column=4)) < 100_000
    )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def test_every_number_can_be_read_on_its_colour_in_light_and_dark() -> None:
    grounds = re.findall(r"--([sw]\d+): light-dark\((#\w+), (#\w+)\);", STYLE)
    pattern = r"\.([sw]\d+) \{[^}]* color: light-dark\((#\w+), (#\w+)\)"
    inks = {name: rest for name, *rest in re.findall(pattern, STYLE)}
    assert len(grounds) == sum(LEVELS.values())
    for name, *colours in grounds:
        for ground, ink in zip(colours, inks[name], strict=True):
            assert contrast(ground, ink) >= 4.5, name


def test_a_long_vector_is_one_band_whose_colours_are_as_wide_as_their_numbers() -> None:
    html = number_table(np.repeat([1.0, -1.0, 0.0, 0.0], 25), name="x")
    assert "<table" not in html
    assert "var(--s22) 0 25%,var(--s0) 0 50%,var(--s11) 0 100%" in html
    assert 'role="img" aria-label="x"' in html


def test_one_number_of_a_vector_is_framed_in_its_picture_and_in_the_list_of_its_numbers() -> None:
    band = number_table(np.zeros(100), name="x", column=25, on_demand="Numbers")
    assert '<i class="on" style="left:25.000%;width:1.000%"></i>' in band
    assert band.count("<li class=on>") == 1
    assert classes_of(number_table([1.0, -1.0], name="q", column=1)) == [["s22", "s0 on"]]
    assert "class=on" not in number_table(np.zeros(100), name="x", on_demand="Numbers")


def test_the_numbers_of_a_picture_are_a_click_away() -> None:
    html = number_table([0.25, -0.5], name="q", on_demand="Numbers")
    assert re.findall(r"<li>([^<]*)", html) == ["0.2500", "-0.5000"]
    table = number_table([[0.25, 0.5]], name="V", rows=["a"], columns=["1", "2"], on_demand="Numbers").split(
        "<summary>"
    )[1]
    assert numbers_of(table)[1] == ["a", "0.2500", "0.5000"]
    assert "<details>" not in number_table([0.25], name="q")


def test_each_column_can_have_a_scale_of_its_own() -> None:
    html = number_table([[10.0, 0.25], [-5.0, 1.0]], name="steps", colours=["signed", "weights"])
    assert classes_of(html) == [["s22", "w10"], ["s6", "w20"]]
    assert "legend" not in html


def test_whole_numbers_are_written_whole_and_others_with_four_digits() -> None:
    whole = np.array([[2, 0], [-1, 30]], dtype=np.float32) / np.float32(1)
    assert numbers_of(number_table(whole, name="X", numbers=True)) == [["2", "0"], ["-1", "30"]]
    assert numbers_of(number_table([[2.0, 0.5]], name="X", numbers=True)) == [["2.0000", "0.5000"]]
    assert numbers_of(number_table([[1.0, 1e-9]], name="S", numbers=True)) == [["1.0000", "< 0.0001"]]


def test_a_matrix_that_is_typed_into_has_a_box_for_each_cell_with_its_name_and_place() -> None:
    html = number_table([[2.0, 0.5]], name="Q", rows=[HOSTILE], columns=["a", "b"], numbers=True, edit="queries")
    assert re.findall(r'value="([^"]*)".*?data-edit="queries" data-row="(\d)" data-column="(\d)"', html) == [
        ("2", "0", "0"),
        ("0.5", "0", "1"),
    ]
    assert "img" not in Cells(html).tags
