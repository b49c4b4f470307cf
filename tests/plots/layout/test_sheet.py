"""The sheet keeps room for what is said on it."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex

from attention_viz.errors import Message
from attention_viz.palettes import DARK
from attention_viz.plots.layout.dimensions import Box
from attention_viz.plots.layout.extent import Extent
from attention_viz.plots.layout.scale import scale_of
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.style import Style
from plots.reading import assert_legible

BODY = Box(1, 1, 3, 2)


def test_axes_stand_where_they_are_put_in_inches() -> None:
    sheet = Sheet(Style(), Extent(), BODY, 0.5, [], None)
    place = sheet.axes(BODY).get_position()
    width, height = sheet.figure.get_size_inches()
    assert (place.x0 * width, place.width * width) == pytest.approx((1, 3))
    assert ((1 - place.y1) * height, place.height * height) == pytest.approx((1, 2))


def test_long_notes_make_the_sheet_higher_and_stay_on_it() -> None:
    note = Message("A sentence that is much too long for a single line at the foot of so small a sheet of paper.")
    plain, noted = (Sheet(Style(), Extent(), BODY, 0, [note] * n, None) for n in (0, 2))
    assert noted.height > plain.height + 0.3
    assert_legible(noted.figure)


@pytest.mark.parametrize(("theme", "ground"), [("light", "#ffffff"), ("dark", DARK.ground.lower())])
def test_the_ground_is_white_paper_or_the_dark_themes_whatever_the_users_settings(theme: str, ground: str) -> None:
    with mpl.rc_context({"figure.facecolor": "red", "axes.facecolor": "green"}):
        sheet = Sheet(Style(theme=theme), Extent(), BODY, 0, [], None)
        axes = sheet.axes(BODY)
    assert to_hex(sheet.figure.get_facecolor()) == ground
    assert to_hex(axes.get_facecolor()) == ground


def test_the_words_of_a_colour_bar_are_broken_to_its_height() -> None:
    low, high = (Sheet(Style(), Extent(), Box(1, 1, 3, inches), 0, [], scale_of("root", [0])) for inches in (1.5, 6))
    assert low.bar is not None
    assert high.bar is not None
    assert len(low.bar.lines) > 1
    assert len(high.bar.lines) == 1
    assert low.width > high.width
