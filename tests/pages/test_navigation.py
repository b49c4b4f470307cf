"""The session keeps what is looked at, wherever the visitor goes."""

from __future__ import annotations

from pathlib import Path

from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz.ui.session.examples import DEFAULT

APP = Path(__file__).parents[2] / "app.py"


def test_another_page_is_about_the_same_text_layer_and_head() -> None:
    page = AppTest.from_file(str(APP), default_timeout=150)
    page.session_state["text"] = DEFAULT.with_word("wide")
    page.run()
    for _ in range(2):
        for name in ("heads", "flow", "without", "causes", "compare", "explore"):
            page.switch_page(f"pages/{name}.py").run()
            assert not page.exception
            assert not page.error
            assert widget(page.text_area, "text").value == DEFAULT.with_word("wide")
            assert (widget(page.selectbox, "layer").value, widget(page.selectbox, "head").value) == (
                DEFAULT.layer,
                DEFAULT.head,
            )
    widget(page.text_area, "text").set_value("Rain fell.").run()
    widget(page.selectbox, "layer").set_value(0).run()
    page.switch_page("pages/without.py").run()
    assert not page.error
    assert widget(page.text_area, "text").value == "Rain fell."
    assert widget(page.selectbox, "layer").value == 0
