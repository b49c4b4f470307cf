"""What must hold of any text in a picture or a page: it is drawn, the file is well formed, and opens the same look."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace

from matplotlib.figure import Figure
from PIL import Image
from value_claims import STRINGS, Elements, attention_of, joined, look_of, whole

import attention_viz as av
from attention_viz import Attention, Selection
from attention_viz.export import facts, picture, read_state
from attention_viz.view.show import show

PLOTS: tuple[Callable[[Attention], Figure], ...] = (
    lambda attention: av.plot_head(attention, layer=1, head=0),
    lambda attention: av.plot_heads(attention, layer=1),
    lambda attention: av.plot_lines(attention, layer=1, head=0),
    lambda attention: av.plot_text(attention, layer=1, head=0),
    av.plot_layers,
    lambda attention: av.plot_top(attention, layer=1, head=0),
)


def named(text: str) -> Attention:
    """Tokens, the model and the revision are all called by the text."""
    return replace(attention_of(text), model=text, revision=text)


def reopened(text: str) -> Selection:
    """The look as it comes back from a file."""
    look = look_of(text)
    return replace(look, **{name: whole(getattr(look, name)) for name in STRINGS})


def is_drawn(text: str) -> None:
    """Every plot is drawn."""
    for plot in PLOTS:
        plot(named(text)).canvas.draw()


def is_a_png(text: str) -> None:
    """The PNG is one, and opens the look."""
    content = picture(av.plot_top(named(text), layer=1, head=0), "png", facts(named(text), look_of(text)))
    with Image.open(io.BytesIO(content)) as image:
        assert json.loads(image.info["Description"])["tokens"] == list(map(joined, attention_of(text).tokens))
    assert read_state(content) == reopened(text)


def is_an_svg(text: str) -> None:
    """The SVG is well formed, nothing in it runs or is fetched, and it opens the look."""
    content = picture(av.plot_head(named(text), layer=1, head=0), "svg", facts(named(text), look_of(text)))
    for element in ET.fromstring(content).iter():
        assert element.tag.rpartition("}")[2] not in ("script", "foreignObject", "a")
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert not name.endswith("href") or value.startswith(("#", "data:image/png;base64,"))
    assert read_state(content) == reopened(text)


def is_a_pdf(text: str) -> None:
    """The PDF opens the look, and asks for no action."""
    content = picture(av.plot_head(named(text), layer=1, head=0), "pdf", facts(named(text), look_of(text)))
    assert content.startswith(b"%PDF")
    assert not re.search(rb"/(JavaScript|JS|OpenAction|AA|Launch|URI)\b", structure(content))
    assert read_state(content) == reopened(text)


def structure(pdf: bytes) -> bytes:
    """A PDF without its streams and strings: what a viewer obeys."""
    without = re.sub(rb"stream\r?\n.*?endstream", b"", pdf, flags=re.DOTALL)
    kept, depth, at = bytearray(), 0, 0
    for each in re.finditer(rb"\\.|[()]", without, re.DOTALL):
        kept += b"" if depth else without[at : each.start()]
        depth = max(0, depth + {b"(": 1, b")": -1}.get(each[0], 0))
        at = each.end()
    return bytes(kept + without[at:])


def is_a_page(text: str) -> None:
    """The saved page has the elements of any other, the same tokens in its data, and opens the look."""
    page = show(named(text), selection=look_of(text)).html
    found, usual = Elements(page), Elements(show(named("x"), selection=look_of("x")).html)
    assert (found.names, found.attributes) == (usual.names, usual.attributes)
    (content,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(content)["look"]["serial"] == 1
    assert read_state(page.encode()) == reopened(text)
