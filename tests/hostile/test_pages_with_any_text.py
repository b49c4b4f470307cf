"""Every page shows any text, or says why it cannot, and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest
from texts import NASTY

from tests.pages.conftest import pages_are_those_of_the_app  # noqa: F401 - a fixture that every test here uses

ROOT = Path(__file__).parents[2]
PAGES = ("explore", "anatomy", "heads", "flow", "without", "causes", "compare", "lessons", "teaching")
SHORT = "\n".join(texts[0] for danger, texts in NASTY.items() if danger not in ("length", "no characters"))
LONG = {"long": "x" * 300_001, "many words": "x " * 100_000, "brackets": "((" * 3_000, "Chinese": "猫" * 5_000}
ANYTHING = LONG | {danger: "\n".join(texts) for danger, texts in NASTY.items()} | {"nothing": "", "blank": "\u200b \n"}


def whole(text: str) -> str:
    """As a browser sends it: without halves of a character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def every_page_goes_on_with(text: str, **session: object) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=150)
    app.run()
    for page in PAGES:
        for name, value in {"text": text, "compare_text": text, "second": text, **session}.items():
            app.session_state[name] = value
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, (page, app.exception)
        assert page in ("lessons", "teaching") or widget(app.text_area, "text").value == text


def test_every_page_goes_on_with_a_text_of_every_danger() -> None:
    every_page_goes_on_with(whole(SHORT), pair=True, units="segmented", exclude=["punctuation"])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("pair", [False, True], ids=["alone", "pair"])
@pytest.mark.parametrize("danger", ANYTHING)
def test_every_page_goes_on_with_any_text(danger: str, pair: bool) -> None:
    every_page_goes_on_with(whole(ANYTHING[danger]), pair=pair, overlong="windows" if pair else "first")
