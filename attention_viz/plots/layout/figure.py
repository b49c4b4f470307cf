"""Figure: one that shows itself in a notebook, and whose words stay text in fonts that journals take.

A matplotlib Figure that pyplot does not know shows its name alone in a fresh kernel, and by matplotlib's own settings a PDF
has Type 3 fonts, which journals refuse, and an SVG outlines in the place of letters. Here a PDF has TrueType fonts ("Type 42"),
and an SVG text, with the letters that it needs embedded.
"""

from __future__ import annotations

import codecs
import io
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import matplotlib
from matplotlib import cbook
from matplotlib.backends import backend_mixed, backend_pdf, backend_svg
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from attention_viz.plots.typesetting.embedding import as_truetype, is_postscript, with_fonts

SCREEN_DPI, PRINT_DPI = 150, 300
"""Dots per inch in a notebook, where two of them make one of the page's, and of a saved file; journals ask for 300."""

TEXT_AS_TEXT = {"pdf.fonttype": 42, "ps.fonttype": 42, "svg.fonttype": "none"}
"""matplotlib knows these only as settings of the whole process. The second is read in writing a PDF, too."""
_writing = threading.RLock()

PDF: Any = backend_pdf
SVG: Any = backend_svg
MIXED: Any = backend_mixed
"""matplotlib declares no types for what is called of these."""


class PrintFigure(Figure):
    """A Figure that is not pyplot's: it need not be closed, and threads can draw at once."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        Canvas(self)  # registers itself as the figure's own

    def savefig(self, fname: Any, **options: Any) -> None:
        """As matplotlib's, with 300 dots per inch unless said otherwise."""
        super().savefig(fname, **{"dpi": PRINT_DPI} | options)

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """What a notebook shows: a picture, and its width and height on the page. `%matplotlib inline` takes precedence, so
        that it is never shown twice."""
        file = io.BytesIO()
        self.canvas.print_figure(file, format="png", dpi=SCREEN_DPI, facecolor=self.get_facecolor())
        width, height = (round(inches * SCREEN_DPI / 2) for inches in self.get_size_inches())
        return file.getvalue(), {"width": width, "height": height}


class Canvas(FigureCanvasAgg):
    """Pixels as usual; PDF and SVG with text as text."""

    def print_pdf(self, filename: Any, *, bbox_inches_restore: Any = None, metadata: Any = None, **_: Any) -> None:
        """As matplotlib's, but for the fonts. It restores the figure's dots per inch, which are set to points here."""
        figure, dpi = self.figure, self.figure.dpi
        width, height = figure.get_size_inches()
        figure.dpi = 72
        with text_as_text(), closing(pdf_file(filename, metadata)) as file:
            file.newPage(width, height)
            vectors = PDF.RendererPdf(file, dpi, height, width)
            renderer = MIXED.MixedModeRenderer(
                figure, width, height, dpi, vectors, bbox_inches_restore=bbox_inches_restore
            )
            figure.draw(renderer)
            renderer.finalize()
            file.finalize()

    def print_svg(self, filename: Any, *, bbox_inches_restore: Any = None, metadata: Any = None, **_: Any) -> None:
        """As matplotlib's, with the letters that the text needs."""
        svg = io.StringIO()
        with text_as_text():
            SVG.FigureCanvasSVG.print_svg(self, svg, bbox_inches_restore=bbox_inches_restore, metadata=metadata)
        with cbook.open_file_cm(filename, "w", encoding="utf-8") as file:
            written = file if cbook.file_requires_unicode(file) else codecs.getwriter("utf-8")(file)
            written.write(with_fonts(svg.getvalue(), self.figure))


class TrueTypeFile(backend_pdf.PdfFile):
    """A PDF in which no font has PostScript outlines: matplotlib would name them TrueType, and viewers fail to read them."""

    def outputStream(self, ref: Any, data: bytes, *, extra: Any = None) -> None:  # noqa: N802  matplotlib's name
        if is_postscript(data):
            data = as_truetype(data)
            extra = {"Length1": len(data)}
        write: Any = super().outputStream
        write(ref, data, extra=extra)


def pdf_file(filename: Any, metadata: Any) -> Any:
    """A PDF to be written, without a page."""
    make: Any = TrueTypeFile
    return make(filename, metadata=metadata)


@contextmanager
def text_as_text() -> Iterator[None]:
    """While a file is written: one thread at a time, and the user's settings are as before after it."""
    with _writing:
        settings: Any = matplotlib.rcParams
        before = {name: settings[name] for name in TEXT_AS_TEXT}
        settings.update(TEXT_AS_TEXT)
        try:
            yield
        finally:
            settings.update(before)
