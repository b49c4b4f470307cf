"""Page: what every page has: a session that is filled, its language, its heading, and the sidebar that says how to use it."""

from __future__ import annotations

import copy
import html
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from attention_viz.errors import Message
from attention_viz.palettes import DARK, LIGHT
from attention_viz.ui.session.restore import keep
from attention_viz.ui.session.setting import Setting
from attention_viz.ui.session.state import follow_language
from attention_viz.ui.widgets.framework_words import framework_words
from attention_viz.ui.widgets.pickers import pick_language
from attention_viz.ui.wording import language, plain, say, tell
from attention_viz.view import bundle, number_table_style

SIDEBAR = 230
"""Width in pixels: the picture needs the rest."""

ICON = "data:image/png;base64," + b64encode((Path(__file__).parent / "icon.png").read_bytes()).decode()
"""The tab's icon as an address: a file would be decoded and encoded again at every run."""
MARGINS = f"""
[data-testid="stMainBlockContainer"] {{ padding-inline: clamp(1rem, 2.5vw, 3rem); }}
[data-testid="stMarkdownContainer"] .katex-display {{ padding: .4em .3em; }}
.st-key-nothing-to-see {{ display: none; }}
.st-key-analyse > [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"]) {{ flex: 1 1 0; min-width: min(100%, 24rem); }}
.st-key-texts, .st-key-page-frame, .st-key-framework-words {{ position: absolute; }}
@media (min-width: 768px) {{
  [data-testid="stSelectboxVirtualDropdown"] {{ width: max-content !important; min-width: var(--trigger-width); max-width: 34rem; }}
}}
@media (max-width: 767px) {{
  [data-testid="stSelectboxVirtualDropdown"] [role="option"] {{ height: auto; padding-block: .4rem; }}
  [data-testid="stSelectboxVirtualDropdown"] [role="option"] div {{ height: auto; white-space: normal; }}
}}
@media (max-width: 640px) {{
  .st-key-subject, [data-testid="stLayoutWrapper"]:has(> .st-key-subject) {{ display: contents; }}
  [data-testid="stLayoutWrapper"]:has(> :is(.st-key-choices, .st-key-head-choices)) {{ order: 1; }}
  [data-testid="stLayoutWrapper"]:has(> .st-key-choices) {{ flex: none; }}
  [data-testid="stLayoutWrapper"]:has(> .st-key-below-picture) {{ order: 2; }}
}}
[data-variant="segmented_control"][data-selected="true"][data-hovered="true"] {{
  background: color-mix(in srgb, currentColor 10%, transparent) !important;
}}
html[data-typing] .st-key-picture {{ opacity: .45; }}
.page-heading h1 {{ font-size: 1.25rem; line-height: 1.35; margin: 0; padding: 0; }}
.page-heading p {{ font-size: .9375rem; margin: 0; color: light-dark({LIGHT.secondary}, {DARK.secondary}); }}
"""
"""Streamlit leaves 5 rem on both sides, which the picture needs on a small screen, and a gap round what has no height. Roots and
indices of a formula reach out of its box, which Streamlit cuts off, as it does what is longer in a list than the box above it. Under the
pointer it darkens the ground of the one chosen until its label cannot be read."""

_frame = st.components.v2.component(
    "attention_page",
    css=MARGINS + number_table_style.RULES,
    js=bundle.script("session/page-frame"),
    isolate_styles=False,
)
"""Style and language of the whole page, and what it keeps of the session. As `st.html` the style would be searched for other elements in every
run."""
_texts = st.components.v2.component("attention_texts", js=bundle.script("session/texts"), isolate_styles=False)
_words = st.components.v2.component(
    "attention_framework_words", js=bundle.script("session/framework-words"), isolate_styles=False
)


@dataclass(frozen=True)
class Page:
    """One page of the app, as its folder says it.

    file     : in the folder pages/; its name is the page's part of the address
    title    : in the navigation, on the tab, and over the page
    question : that the page answers, in one sentence below the title
    steps    : how it is used
    settings : which of its widgets, by their keys, outlive the server, and what they can be set to
    home     : whether it is the page of the bare address
    about    : what stands below the question, where the question stands over the page in the place of the title
    """

    file: str
    title: Message
    question: Message
    steps: tuple[Message, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    home: bool = False
    about: Message | None = None

    @property
    def heading(self) -> tuple[Message, Message]:
        """What stands over the page, and the sentence below it."""
        return (self.title, self.question) if self.about is None else (self.question, self.about)


@dataclass(frozen=True)
class Section:
    """Pages that stand together in the navigation.

    title : of the menu that holds them; None = they stand in the bar itself, which Streamlit puts before all menus
    """

    title: Message | None
    pages: tuple[Page, ...]


def offer_pages(sections: Sequence[Section]) -> st.Page:
    """The navigation; the page that is open."""
    return st.navigation({_header(each): [_offered(page) for page in each.pages] for each in sections}, position="top")


def _header(section: Section) -> str:
    return "" if section.title is None else tell(section.title)


def _offered(page: Page) -> st.Page:
    return copy.copy(_found(f"pages/{page.file}", tell(page.title), page.home))


@lru_cache
def _found(file: str, title: str, default: bool) -> st.Page:
    """One of the pages. Its file is looked for once, and not at every run of every visitor."""
    return st.Page(file, title=title, default=default)


def open_page(open_one: st.Page, pages: Sequence[Page]) -> None:
    """To be called in every run before the page's own part, and after `offer_pages`, by which Streamlit tells widgets apart."""
    page = next(
        page for page in pages if page.file == f"{open_one.url_path}.py" or (page.home and not open_one.url_path)
    )
    title = f"{tell(page.title)} · {say('Attention')}"
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR)
    keep(_mount_frame, settings_of(pages))
    with st.sidebar:
        pick_language(follow_language)
        _show_steps(page)
    _show_heading(page)


def settings_of(pages: Sequence[Page]) -> dict[str, Setting]:
    """What all pages keep, by the keys of their widgets."""
    return {name: setting for page in pages for name, setting in page.settings.items()}


def _show_heading(page: Page) -> None:
    """What the page is about."""
    heading, sentence = (html.escape(tell(each)) for each in page.heading)
    st.html(f'<div class="page-heading"><h1>{heading}</h1><p>{sentence}</p></div>')


def _show_steps(page: Page) -> None:
    """How the page is used."""
    steps = "\n".join(f"{number}. {plain(tell(step))}" for number, step in enumerate(page.steps, start=1))
    st.markdown(f"**{say('How to use this page')}**\n\n{steps}")


def _mount_frame(message: Mapping[str, Any]) -> Any:
    """Lay the frame under the page; what the page gives back, or None. message: what it shall keep. The texts in it stay the
    same bytes from run to run, so that they are sent once; so do Streamlit's own words."""
    tag = "zh-CN" if language() == "zh" else "en"
    _texts(data=message["texts"], key="texts", height=0)
    _words(data=framework_words(), key="framework-words", height=0)
    frame = {"language": tag, "kept": message["kept"], "boxes": message["boxes"]}
    return _frame(data=frame, key="page-frame", on_kept_change=lambda: None, height=0).kept
