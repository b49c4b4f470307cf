"""A figure shows itself in a notebook, once, and what is saved holds text in fonts that journals take."""

from __future__ import annotations

import io
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import nbformat
import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.subset import Options, Subsetter, load_font
from fontTools.ttLib import TTFont
from IPython.core.formatters import DisplayFormatter
from nbclient import NotebookClient
from PIL import Image

from attention_viz import Attention
from attention_viz.plots import plot_head, plot_heads, plot_top
from attention_viz.plots.layout.figure import PRINT_DPI
from attention_viz.plots.typesetting.embedding import as_truetype
from attention_viz.plots.typesetting.font_files import font_files
from plots.reading import words

ROOT = Path(__file__).parents[3]
DRAW = "import attention_viz as av\nav.plot_head(av.Attention.from_weights([[.9, .1], [.5, .5]], ['a', 'b']), 0, 0)"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def chinese() -> Attention:
    tokens = ["[CLS]", "猫", "שלום", "fi"]
    return Attention.from_weights([[0.25] * 4] * 4, tokens)


def saved(figure: object, kind: str) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=kind)  # type: ignore[attr-defined]
    return file.getvalue()


def fonts_of(pdf: bytes) -> list[TTFont]:
    """The font files inside a PDF."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    inflated = [zlib.decompressobj().decompress(each) for each in found if each[:1] == b"\x78"]
    return [TTFont(io.BytesIO(each)) for each in inflated if each[:4] in (b"\0\1\0\0", b"OTTO", b"true")]


def test_a_notebook_is_given_one_picture_of_half_as_many_points_as_it_has_dots(chinese: Attention) -> None:
    figure = plot_head(chinese, 0, 0)
    shown, about = DisplayFormatter().format(figure)
    assert set(shown) == {"text/plain", "image/png"}
    with Image.open(io.BytesIO(shown["image/png"])) as image:
        assert image.size == pytest.approx((2 * about["image/png"]["width"], 2 * about["image/png"]["height"]), abs=1)


def test_the_last_line_of_a_cell_shows_one_picture_in_a_fresh_kernel_and_under_matplotlib_inline() -> None:
    cells = [DRAW, f"%matplotlib inline\n{DRAW}", "import matplotlib.pyplot as plt\nplt.figure()\nplt.close()\n" + DRAW]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=170, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
    for cell in notebook.cells:
        pictures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
        assert len(pictures) == len(cell.outputs) == 1, cell.source


def test_a_pdf_has_truetype_fonts_alone_and_its_words_can_be_copied(chinese: Attention) -> None:
    pdf = saved(plot_head(chinese, 0, 0), "pdf")
    assert b"/Type3" not in pdf
    assert b"/CIDFontType2" in pdf
    assert b"/FontFile2" in pdf
    fonts = fonts_of(pdf)
    assert len(fonts) >= 2
    assert all("glyf" in font and "CFF " not in font for font in fonts)


def test_outlines_of_another_kind_enclose_the_same_areas() -> None:
    chinese = font_files()[-1]
    subsetter = Subsetter(Options(drop_tables=["GSUB", "GPOS", "GDEF"]))
    subsetter.populate(text="猫e")
    file = io.BytesIO()
    with load_font(chinese, Options()) as font:
        subsetter.subset(font)
        font.save(file)
    before, after = TTFont(io.BytesIO(file.getvalue())), TTFont(io.BytesIO(as_truetype(file.getvalue())))
    for names in zip(before.getGlyphOrder(), after.getGlyphOrder(), strict=True):
        areas, advances = [], []
        for font, name in zip((before, after), names, strict=True):
            pen = AreaPen(font.getGlyphSet())
            font.getGlyphSet()[name].draw(pen)
            areas.append(abs(pen.value))
            advances.append(font["hmtx"][name][0])
        assert areas[1] == pytest.approx(areas[0], rel=5e-3), names
        assert advances[0] == advances[1]


def test_an_svg_keeps_its_words_as_text_and_carries_their_letters(chinese: Attention) -> None:
    figure = plot_head(chinese, 0, 0)
    root = ElementTree.fromstring(saved(figure, "svg"))
    written = [element.text for element in root.iter(f"{SVG}text")]
    assert {"猫", "שלום", "Layer 1, head 1"} <= set(written)
    assert set(written) == {line for text in words(figure) for line in text.split("\n")}
    faces = re.findall(
        r"@font-face\{font-family:'([^']+)';src:url\(data:font/woff;base64,([^)]+)\)", saved(figure, "svg").decode()
    )
    assert {name for name, _ in faces} == {"DejaVu Sans", "Noto Sans CJK SC"}
    named = set(re.findall(r"font-family: '([^']+)'", saved(figure, "svg").decode()))
    assert named == {name for name, _ in faces}


def test_a_saved_png_has_300_dots_per_inch_unless_said_otherwise(chinese: Attention) -> None:
    figure = plot_top(chinese, 0, 0)
    with Image.open(io.BytesIO(saved(figure, "png"))) as image:
        assert image.size == pytest.approx(figure.get_size_inches() * PRINT_DPI, abs=1)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    file = io.BytesIO()
    figure.savefig(file, dpi=50)
    with Image.open(file) as image:
        assert image.size == pytest.approx(figure.get_size_inches() * 50, abs=1)


@pytest.mark.slow
def test_the_users_settings_are_as_before_also_where_threads_save_at_once(chinese: Attention) -> None:
    with mpl.rc_context({"pdf.fonttype": 3, "svg.fonttype": "path"}):
        before = dict(mpl.rcParams)
        with ThreadPoolExecutor(3) as threads:
            files = list(threads.map(lambda head: saved(plot_top(chinese, 0, 0, title=str(head)), "pdf"), range(4)))
        assert dict(mpl.rcParams) == before
    assert all(b"/Type3" not in file for file in files)


def test_all_heads_are_saved_like_one(chinese: Attention) -> None:
    assert b"/Type3" not in saved(plot_heads(chinese, 0), "pdf")
