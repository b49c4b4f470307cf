"""Tables are HTML in which tokens are text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.ui.widgets.tables import STYLE, Change, number, signed, table


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "td":
            self.open, self.cells = True, [*self.cells, ""]

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.cells[-1] += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html.removeprefix(STYLE))
    return reader


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1))
def test_any_token_is_read_back_as_text_and_adds_no_element(token: str) -> None:
    usual = read(table("Top", ("token",), [("cat",)], tokens=(0,)))
    odd = read(table("Top", ("token",), [(token,)], tokens=(0,)))
    assert odd.cells == [token]
    assert odd.tags == usual.tags


def test_the_longest_bar_is_the_largest_number() -> None:
    html = table("Top", ("token", "weight"), [("a", 0.4), ("b", 0.1)], tokens=(0,), bar=1)
    assert "width:100.0%" in html
    assert "width:25.0%" in html


@pytest.mark.parametrize(
    ("value", "shown"), [(0.31274, "0.3127"), (0.00004, "< 0.0001"), (0.0, "0.0000"), (1.0, "1.0000")]
)
def test_weights_have_four_digits_and_tiny_ones_are_said_to_be_tiny(value: float, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.25, "+0.2500"), (-0.25, "\N{MINUS SIGN}0.2500"), (-0.00001, "0.0000")])
def test_changes_carry_their_sign(value: float, shown: str) -> None:
    assert signed(value) == shown
    assert read(table("Change", ("change",), [(Change(value),)])).cells == [shown]


def test_bars_of_several_columns_share_one_scale() -> None:
    html = table("Before and after", ("before", "after"), [(0.4, 0.1)], bar=(0, 1))
    assert "width:100.0%" in html
    assert "width:25.0%" in html
