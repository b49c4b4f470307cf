"""Every widget of every page: what is chosen stays chosen in the other language, back again, and with another text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz.ui import wording
from attention_viz.ui.pages import PAGES
from attention_viz.ui.work import caches

APP = Path(__file__).parents[2] / "app.py"
KINDS = ("selectbox", "radio", "button_group", "toggle", "slider", "checkbox")
OTHERS = {
    "causes_parts": "tokens",
    "compare": "layers",
    "cut_scope": "all",
    "flow_section": "norms",
    "way": "uniform",
    "word": "wide",
}
"""Another value of what is chosen with buttons."""
LEFT = {"language", "example", "minimal_pair", "model", "compare_model"}
"""What is chosen by this test itself, what only fills the boxes, and models that are not there."""


def well(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    assert not app.error, [each.value for each in app.error]
    return app


def choices(app: AppTest) -> Iterator[tuple[str, str]]:
    """The kind and the name of each widget of the page that chooses something."""
    for kind in KINDS:
        for each in getattr(app, kind):
            name = (each.key or "").split(" ")[0]
            if name and name not in LEFT and each.key != name:
                yield kind, name


def choose_another(each: Any) -> None:
    """Another value than the one that it shows."""
    match type(each).__name__:
        case "Selectbox":
            last = len(each.options) - 1
            each.select_index(last if each.index != last else 0)
        case "ButtonGroup" | "Radio":
            each.set_value(OTHERS[(each.key or "").split(" ")[0]])
        case "Slider":
            each.set_value(each.min if each.value != each.min else each.max)
        case _:
            each.set_value(not each.value)


def speak(app: AppTest, language: str) -> AppTest:
    """The other language is chosen; AppTest asks for the labels of entries outside of any run, in this context's language."""
    app.session_state["language"] = language
    app.run()
    wording._SETTLED.set(language)
    return well(app)


@pytest.fixture(autouse=True)
def long_work_ends() -> Iterator[None]:
    """Some of what is chosen starts work that nobody waits for here."""
    yield
    pool = caches.jobs()
    caches.jobs.cache_clear()
    pool.end()


@pytest.mark.parametrize("page", [page.file for page in PAGES if page.file not in ("teaching.py", "lessons.py")])
def test_what_is_chosen_stays_chosen_in_the_other_language_and_with_another_text(page: str) -> None:
    app = AppTest.from_file(str(APP), default_timeout=150)
    app.session_state["second"] = "It was tired."
    speak(app, "en")
    if page != "explore.py":
        app = well(app.switch_page(f"pages/{page}").run())
    names = list(dict.fromkeys(choices(app)))
    if not names:
        pytest.skip("nothing is chosen on this page")
    for kind, name in names:
        if not any((kind, name) == each for each in choices(app)):
            continue  # an earlier choice took it away
        choose_another(widget(getattr(app, kind), name))
        well(app.run())
        chosen = app.session_state[name]
        speak(app, "zh")
        assert app.session_state[name] == chosen, (name, "in Chinese")
        speak(app, "en")
        assert app.session_state[name] == chosen, (name, "in English again")
    widget(app.text_area, "text").set_value("Rain fell on the old roof, and it leaked.")
    well(app.run())
