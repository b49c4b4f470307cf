"""Wording: every sentence of the screen in the language of the session.

The English sentence is the key (gettext); `locale/<language>/LC_MESSAGES/attention_viz.po` holds the others. A sentence is marked
for the catalogue by being the first, literal argument of `say`, `Message` or an error of `attention_viz.errors`.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from attention_viz.characters import isolated
from attention_viz.errors import Message
from attention_viz.view.labels import LABELS
from attention_viz.vocabulary import Language

LANGUAGES = {"en": "English", "zh": "中文"}
BETWEEN_SENTENCES = {"en": " ", "zh": ""}
BETWEEN_NAMES = {"en": ", ", "zh": "、"}
LOCALE = Path(__file__).parent / "locale"
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$:&=/])")
SYMBOLS = re.compile(
    r"(?<!\S)(?:<-|[-<>~])(?=[->=](?!\S))|:streamlit(?=:)|https?:(?=//)|www(?=\.)|@(?=[-\w]+\.)", re.IGNORECASE
)
"""What Streamlit turns into arrows, dashes, its logo and links even where it is escaped: `a -> b`, `a -- b`, `www.a.b`."""
JOINER = "\u2060"
"""The word joiner, which is not seen: between the two halves of such a symbol it leaves them alone."""

_SETTLED: ContextVar[str | None] = ContextVar("language", default=None)


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> gettext.NullTranslations:
    """The sentences of one language; English needs none."""
    return gettext.translation("attention_viz", LOCALE, languages=[language], fallback=language == "en")


def settle_language() -> None:
    """Look up the language once for all sentences of this run, to be called when it is known what was chosen."""
    _SETTLED.set(None)
    _SETTLED.set(language())


def language() -> str:
    """The language of this session: what was chosen on the page, else what the browser asks for, else English."""
    settled = _SETTLED.get()
    if settled is not None:
        return settled
    try:
        return st.session_state["language"] or browser_language()
    except KeyError:
        return browser_language()


def browser_language() -> Language:
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def translate(template: str) -> str:
    """One template of the catalogue in the language of this session, its placeholders untouched."""
    return catalogue(language()).gettext(template)


@lru_cache(maxsize=len(LANGUAGES))
def view_labels(language: str) -> dict[str, str]:
    """The sentences of the live view in one language."""
    return {name: catalogue(language).gettext(template) for name, template in LABELS.items()}


def say(template: str, /, **values: Any) -> str:
    """One sentence in the language of this session."""
    return _filled(translate(template), values)


def tell(message: Message) -> str:
    """A message from the library, in the language of this session. Values that are messages themselves are told too."""
    return _told(message, translate)


def tell_in(language: str, message: Message) -> str:
    """The same in a language, whichever the session has."""
    return _told(message, catalogue(language).gettext)


def _told(message: Message, translate: Callable[[str], str]) -> str:
    values = {
        name: _told(value, translate) if isinstance(value, Message) else value for name, value in message.values.items()
    }
    return _filled(translate(message.template), values)


def _filled(template: str, values: Mapping[str, Any]) -> str:
    """A sentence with its values, of which a text that runs right to left does not turn the others round."""
    return template.format(**{name: isolated(each) if isinstance(each, str) else each for name, each in values.items()})


def paragraph(*sentences: str) -> str:
    """Sentences one after the other, as the language of this session sets them; empty ones are left out."""
    return BETWEEN_SENTENCES[language()].join(filter(None, sentences))


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as the language of this session sets them."""
    return BETWEEN_NAMES[language()].join(names)


def plain(text: str) -> str:
    """Text for a place that reads markdown, escaped so that it is shown as it was written."""
    return MARKDOWN.sub(r"\\\1", SYMBOLS.sub(rf"\g<0>{JOINER}", text))
