"""Pictures: what the file says of itself, the same bytes each time, Chinese inside."""

from __future__ import annotations

import io
import json
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from attention_viz import Attention, Selection
from attention_viz.errors import SelectionError
from attention_viz.export import facts, picture
from attention_viz.plots import plot_head, plot_heads

KINDS = ["png", "svg", "pdf"]
CHINESE = ["[CLS]", *"小猫坐下了，因为它很累。", "[SEP]", "$\\frac{", "]]>", "--"]
DUBLIN = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture(scope="module")
def chinese() -> Attention:
    weights = np.random.default_rng(20).dirichlet(np.ones(len(CHINESE)), size=(2, 5, len(CHINESE)))
    return Attention.from_weights(weights, CHINESE)


@pytest.fixture(scope="module")
def of_head(chinese: Attention) -> dict[tuple[str, int], bytes]:
    """Of the first layer two heads, in a file of each kind."""
    return {(kind, head): picture(plot_head(chinese, 0, head), kind) for kind in KINDS for head in range(2)}


@pytest.fixture(scope="module")
def of_layer(chinese: Attention) -> dict[str, bytes]:
    """All heads of the first layer, in a file of each kind."""
    return {kind: picture(plot_heads(chinese, 0), kind) for kind in KINDS}


@pytest.fixture
def about(chinese: Attention) -> dict[str, object]:
    return facts(chinese, Selection(layer=1, head=3))


def streams(pdf: bytes) -> str:
    """All that is compressed in a PDF, one after another."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return "\n".join(zlib.decompressobj().decompress(each).decode("latin-1") for each in found if each[:1] == b"\x78")


def test_a_png_is_as_large_as_the_figure_and_says_what_it_shows(chinese: Attention, about: dict[str, object]) -> None:
    figure = plot_head(chinese, 1, 3)
    with Image.open(io.BytesIO(picture(figure, "png", about))) as image:
        assert image.size == pytest.approx(figure.get_size_inches() * 300, abs=1)
        assert image.info["Title"] == "Layer 2, head 4"
        assert json.loads(image.info["Description"]) == about


def test_an_svg_is_well_formed_and_says_what_it_shows(chinese: Attention, about: dict[str, object]) -> None:
    root = ElementTree.fromstring(picture(plot_head(chinese, 1, 3), "svg", about))
    titles = [element.text for element in root.iter(f"{DUBLIN}title")]
    assert "Layer 2, head 4" in titles
    (description,) = root.iter(f"{DUBLIN}description")
    assert json.loads(description.text or "") == about
    assert not list(root.iter(f"{DUBLIN}date"))


def test_every_name_used_in_an_svg_is_defined_in_it(of_layer: dict[str, bytes]) -> None:
    svg = of_layer["svg"].decode()
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    assert used <= set(re.findall(r'id="([^"]+)"', svg))
    assert used


def test_a_pdf_can_be_searched_for_chinese_and_carries_no_date(chinese: Attention, about: dict[str, object]) -> None:
    pdf = picture(plot_head(chinese, 1, 3), "pdf", about)
    unicode_maps = streams(pdf)
    for character in "小猫累。":
        assert f"<{ord(character):04x}>" in unicode_maps
    assert b"/CreationDate" not in pdf
    assert b"Layer 2, head 4" in pdf
    assert b"NotoSansCJK" in pdf


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_picture_has_the_same_bytes(chinese: Attention, of_layer: dict[str, bytes], kind: str) -> None:
    assert picture(plot_heads(chinese, 0), kind) == of_layer[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_another_head_has_other_bytes(of_head: dict[tuple[str, int], bytes], kind: str) -> None:
    assert of_head[kind, 0] != of_head[kind, 1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_with_chinese_stays_below_a_megabyte(
    of_head: dict[tuple[str, int], bytes], of_layer: dict[str, bytes], kind: str
) -> None:
    assert max(len(of_head[kind, 0]), len(of_layer[kind])) < 2**20


@pytest.mark.slow
def test_even_noise_of_512_tokens_stays_below_two_megabytes(rng: np.random.Generator) -> None:
    tokens = [f"token{number}" for number in range(512)]
    figure = plot_head(Attention.from_weights(rng.dirichlet(np.ones(512), size=512), tokens), 0, 0, scale="peak")
    assert max(len(picture(figure, kind)) for kind in KINDS) < 2 * 2**20


def test_the_ground_of_the_dark_theme_is_kept(chinese: Attention) -> None:
    with Image.open(io.BytesIO(picture(plot_head(chinese, 0, 0, theme="dark"), "png"))) as image:
        assert image.convert("RGB").getpixel((2, 2)) == (0x15, 0x17, 0x1B)


@pytest.mark.slow
def test_threads_write_pictures_at_once(chinese: Attention, of_head: dict[tuple[str, int], bytes]) -> None:
    with ThreadPoolExecutor(4) as threads:
        together = threads.map(lambda key: (key, picture(plot_head(chinese, 0, key[1]), key[0])), of_head)
    for key, content in together:
        assert content == of_head[key]


@pytest.mark.parametrize("kind", ["gif", "PNG", "", "exe"])
def test_another_kind_is_refused_by_name(chinese: Attention, kind: str) -> None:
    with pytest.raises(SelectionError, match="png, svg, pdf"):
        picture(plot_head(chinese, 0, 0), kind)


@settings(max_examples=4, deadline=None)
@given(tokens=st.lists(st.text("\0\t\n\ud800\u202e\u0301$\\<>&]\"'-中שם😀🧠x", max_size=8), min_size=1, max_size=4))
def test_any_token_fits_into_every_kind(tokens: list[str]) -> None:
    attention = Attention.from_weights(np.eye(len(tokens)), tokens)
    figure, about = plot_head(attention, 0, 0), facts(attention, Selection())
    assert picture(figure, "png", about).startswith(b"\x89PNG")
    assert picture(figure, "pdf", about).startswith(b"%PDF")
    ElementTree.fromstring(picture(figure, "svg", about))
