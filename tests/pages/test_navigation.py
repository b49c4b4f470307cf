"""The session keeps what is looked at, wherever the visitor goes."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from attention_viz.ui.session.examples import DEFAULT

APP = Path(__file__).parents[2] / "app.py"


def test_another_page_is_about_the_same_text_layer_and_head() -> None:
    page = AppTest.from_file(str(APP), default_timeout=150).run()
    for _ in range(2):
        for name in ("heads", "flow", "without", "compare", "explore"):
            page.switch_page(f"pages/{name}.py").run()
            assert not page.exception
            assert not page.error
            assert page.text_area(key="text").value == DEFAULT.first
            assert (page.selectbox(key="layer").value, page.selectbox(key="head").value) == (
                DEFAULT.layer,
                DEFAULT.head,
            )
    page.text_area(key="text").set_value("Rain fell.").run()
    page.selectbox(key="layer").set_value(0).run()
    page.switch_page("pages/without.py").run()
    assert not page.error
    assert page.text_area(key="text").value == "Rain fell."
    assert page.selectbox(key="layer").value == 0
