"""What must hold of any text as a plain value: in words, frames, tables, states, addresses and sentences."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qsl

import numpy as np
from outcomes import refused_only_where

from attention_viz import Attention, Selection, Tokens
from attention_viz.errors import InputError, Message, SelectionError, TextError
from attention_viz.export import file_name, read_csv, read_npz, read_state, state_file, weights_csv, weights_npz
from attention_viz.export.csv_cell import guard, unguard
from attention_viz.ui.lessons.placeholders import fill
from attention_viz.ui.session.address import from_address, link_to, texts_from_address, to_address
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import plain, tell
from attention_viz.view.frame import Dimensions, decode, encode
from attention_viz.words import group_words, segment_chinese

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet may run."""
ENDS_A_CELL = re.compile(r"[;\t\r\n]")


SHORT = 80
"""Characters that fit into a link twice, whatever they are: each is 12 bytes in it at most, and a link carries 2,000."""
STRINGS = ("model", "text", "second")


def joined(text: str) -> str:
    """Two halves of a character side by side are the character, as in any JSON."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def whole(text: str) -> str:
    """What is half a character becomes the sign for what cannot be read."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def tokens_of(text: str) -> tuple[str, ...]:
    """Four tokens made of a text, the text itself among them."""
    return (text, text[: len(text) // 2], text[::-1], "[SEP]")


def attention_of(text: str) -> Attention:
    tokens = tokens_of(text)
    weights = np.random.default_rng(len(text)).dirichlet(np.ones(len(tokens)), size=(2, 1, len(tokens)))
    return Attention.from_weights(weights.astype(np.float32), tokens)


def look_of(text: str) -> Selection:
    return Selection(model=text[:500], text=text, second=text[::-1])


def survives_words(text: str) -> None:
    """Words begin where tokens begin, and every token is in one."""
    spans = tuple((at, at + 1) for at in range(min(len(text), 200)))
    n = len(spans)
    letters = tuple(text[: len(spans)])
    numbers = tuple(range(n))
    tokens = Tokens(letters, letters, (False,) * n, (False,) * n, (0,) * n, numbers, spans)
    for segmenter in (None, segment_chinese):
        edges = group_words(tokens, segmenter) if n else np.array([0])
        assert edges[0] == 0
        assert edges[-1] == n
        assert (np.diff(edges) > 0).all()
    assert len(Tokens.plain(tokens_of(text))) == 4


def survives_the_frame(text: str) -> None:
    """What travels to the browser has the same tokens."""
    dimensions = Dimensions.of(attention_of(text))
    message = encode(text[:9], text, dimensions, ())
    found = decode(message)
    assert found.tokens is not None
    assert found.tokens.queries.texts == tuple(map(joined, dimensions.queries.texts))
    assert (found.tokens.heads, found.tokens.readable) == (dimensions.heads, dimensions.readable)
    assert (found.view, found.name) == (joined(text[:9]), joined(text))


def survives_a_table(text: str) -> None:
    """The CSV is refused for half a character; else its cells begin no formula, and it comes back bit for bit."""
    assert unguard(guard(text)) == text
    attention, look = attention_of(text), look_of(text)
    try:
        content = weights_csv(attention, look)
    except InputError:
        assert re.search("[\ud800-\udfff]", text)
        return
    for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        for cell in row:
            assert not any(part.startswith(FORMULA) for part in ENDS_A_CELL.split(cell)), cell
    back = read_csv(content)
    assert back.query_tokens == attention.tokens
    np.testing.assert_array_equal(back.weights[1, 0], attention.weights(1, 0))
    assert read_state(content) == look


def survives_an_archive(text: str) -> None:
    """The NPZ opens without pickles, here and in numpy alone."""
    attention = attention_of(text)
    content = weights_npz(attention, look_of(text))
    back, look = read_npz(content)
    assert back.tokens == tuple(map(joined, attention.tokens))
    assert look.text == joined(text)
    with np.load(io.BytesIO(content), allow_pickle=False) as members:
        np.testing.assert_array_equal(members["layer_index_1"], attention.weights(1))
        assert tuple(json.loads(str(members["metadata"]))["query_tokens"]["texts"]) == back.tokens


def survives_a_state_file(text: str) -> None:
    """The state comes back; half a character as the sign for what cannot be read."""
    look = look_of(text)
    assert read_state(state_file(look)) == replace(look, **{name: whole(getattr(look, name)) for name in STRINGS})


def survives_an_address(text: str) -> None:
    """A link opens the same look, unless its texts are too long for one; as a parameter, a text sets nothing that does not fit."""
    Selection().at(**from_address(dict.fromkeys((*to_address(look_of("x")), "layer", "queries", "off", "k"), text)))
    with refused_only_where(len(text) > SHORT, SelectionError):
        parameters = dict(parse_qsl(link_to(look_of(text)), keep_blank_values=True, strict_parsing=True))
        assert texts_from_address(parameters) == {"text": whole(text), "second": whole(text[::-1])}
        assert from_address(parameters).get("model", "") == whole(text[:500])
    with refused_only_where(len(text) > SHORT, SelectionError):
        assert texts_from_address({"text": text}) == {"text": text, "second": None}


def survives_markdown(text: str) -> None:
    """Every mark of markdown stands behind a backslash, and without those the text is as it was."""
    escaped = plain(text)
    assert re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL).replace("\u2060", "") == text.replace("\u2060", "")
    assert not re.search(r"[*_`\[\]<>$:#]", re.sub(r"\\.", "", escaped, flags=re.DOTALL))


def bare(text: str) -> str:
    """Without the signs that keep a text of the other direction apart."""
    return text.translate({0x2068: None, 0x2069: None})


def survives_a_sentence(text: str) -> None:
    """A value in a sentence is a value: braces and percent signs in it are not read."""
    values = {"name": text, "choices": text}
    said = Message("{name} cannot be left out; choose among {choices}.", values)
    assert str(said) == f"{text} cannot be left out; choose among {text}."
    assert bare(tell(Message("{n} tokens", {"n": said}))) == bare(f"{said} tokens")
    assert str(TextError("{reason}", reason=text)) == text
    assert fill("a {{x}} b", {"x": text}) == f"a {text} b"
    with refused_only_where("{{" in text, InputError):
        assert fill(text, {"x": 1}) == text or "{{x" in text


def survives_a_file_name(text: str) -> None:
    """What a download is called is a plain name in no folder."""
    attention = replace(attention_of("a"), model=text)
    named = file_name(attention, look_of(""), "csv")
    assert re.fullmatch(r"attention_\w[\w.-]*_layer-1_head-1\.csv", named, re.ASCII)
    assert len(named) < 100


class Elements(HTMLParser):
    """The elements and attributes of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


def survives_a_small_table(text: str) -> None:
    """A cell of a table on the page holds the text and makes no element."""
    found = Elements(table(text, (text, "b"), [(text, 0.5), ("x", 1.0)], tokens=(0,), bar=1))
    usual = Elements(table("x", ("x", "b"), [("x", 0.5), ("x", 1.0)], tokens=(0,), bar=1))
    assert (found.names, found.attributes) == (usual.names, usual.attributes)
    assert found.words.count(text) >= 3 or not text
