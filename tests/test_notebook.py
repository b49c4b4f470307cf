"""What the last line of a cell shows, in a notebook with a kernel of its own."""

from __future__ import annotations

import html
import json
from typing import Any

import nbclient
import nbformat
import pytest

pytestmark = pytest.mark.filterwarnings(
    # Of pyzmq and jupyter_client, about event loops; nothing of ours.
    "ignore::DeprecationWarning",
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)

CELLS = {
    "attention": "import numpy as np, attention_viz as av\n"
    "attention = av.Attention.from_weights(np.full((2, 3, 4, 4), 0.25), list('ab<c'))\n"
    "attention",
    "tokens": "attention.query_tokens",
    "table": "from attention_viz import measures\nmeasures.table(attention)",
    "selection": "av.Selection(layer=1)",
    "view": "av.show(attention)",
    "heavy": "import sys\nsorted({'torch', 'transformers', 'pandas', 'streamlit'} & set(sys.modules))",
}


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    """cell -> what it shows, by kind."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()])
    nbclient.NotebookClient(book, timeout=60, kernel_name="python3").execute()
    return {name: cell.outputs[0].data for name, cell in zip(CELLS, book.cells, strict=True)}


def test_an_attention_shows_its_heads_as_a_picture(shown: dict[str, Any]) -> None:
    assert "data:image/png;base64," in shown["attention"]["text/html"]
    assert shown["attention"]["text/plain"] == "Attention(2 layers x 3 heads, 4 tokens, dense)"


def test_a_table_shows_its_first_rows(shown: dict[str, Any]) -> None:
    assert "<table>" in shown["table"]["text/html"]
    assert len(shown["table"]["text/plain"]) < 100


def test_a_shown_view_is_in_the_notebook_once(shown: dict[str, Any]) -> None:
    view = shown["view"]
    assert set(view) == {"text/html", "text/plain"}
    assert len(view["text/plain"]) < 100
    assert html.unescape(view["text/html"]).count("<!doctype html>") == 1


def test_what_has_no_picture_is_one_short_line(shown: dict[str, Any]) -> None:
    for name in ("tokens", "selection"):
        assert set(shown[name]) == {"text/plain"}
        assert len(shown[name]["text/plain"]) < 100


def test_a_look_at_weights_of_ones_own_loads_no_large_library(shown: dict[str, Any]) -> None:
    assert json.loads(shown["heavy"]["text/plain"].replace("'", '"')) == []
