"""The login page speaks the visitor's language and carries no script."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from attention_viz.errors import Message
from attention_viz.ui.server.login_page import ASKED, WRONG, language_asked, login_page
from attention_viz.ui.wording import catalogue


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr, de;q=0.9, zh;q=0.5, en;q=0.4", "zh"),
        ("en;q=0.1, zh;q=0.9", "zh"),
        ("ZH-hant", "zh"),
        ("fr", "en"),
        ("", "en"),
        (";;q=,zh;q=nonsense,,en", "en"),
    ],
)
def test_the_first_of_our_languages_that_the_browser_asks_for(accepted: str, language: str) -> None:
    assert language_asked(accepted) == language


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_asks_in_its_language_and_says_why_a_code_is_refused(language: str) -> None:
    asked, wrong = (catalogue(language).gettext(message.template) for message in (ASKED, WRONG))
    assert asked in login_page(language)
    assert wrong not in login_page(language)
    assert wrong in login_page(language, WRONG)


def test_it_has_one_form_for_its_own_address_and_no_script() -> None:
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    Reader().feed(login_page("en", WRONG))
    forms = [attributes for tag, attributes in tags if tag == "form"]
    assert forms == [{"method": "post"}]
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags}
    (field,) = (attributes for tag, attributes in tags if tag == "input")
    assert field["id"] in {attributes.get("for") for tag, attributes in tags if tag == "label"}
    assert field["aria-describedby"] in {attributes.get("id") for _, attributes in tags}


def test_what_a_refusal_quotes_is_escaped() -> None:
    assert "<b>" not in login_page("en", Message("{address}", {"address": "<b>"}))
