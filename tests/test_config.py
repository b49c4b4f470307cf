"""The settings of the pages: private, quiet, known to Streamlit, and readable in both themes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit.config

ROOT = Path(__file__).parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEMES = [CONFIG["theme"]["light"], CONFIG["theme"]["dark"]]
READABLE, VISIBLE = 4.5, 3.0
"""Contrast that WCAG 2.2 asks of text (1.4.3) and of marks such as a check in its box (1.4.11)."""


def options(section: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in section.items():
        if isinstance(value, dict):
            yield from options(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def channels(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(colour: list[float]) -> float:
    """Relative luminance as WCAG defines it."""
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: list[float], ground: list[float]) -> float:
    dark, light = sorted([luminance(ink), luminance(ground)])
    return (light + 0.05) / (dark + 0.05)


def blend(colour: str, ground: str, opacity: float) -> list[float]:
    pairs = zip(channels(colour), channels(ground), strict=True)
    return [opacity * front + (1 - opacity) * back for front, back in pairs]


@pytest.mark.parametrize("option", list(options(CONFIG)))
def test_streamlit_knows_every_setting(option: str) -> None:
    streamlit.config.get_option(option)


def test_only_this_computer_is_served_and_nothing_is_sent_or_shown_that_visitors_should_not_see() -> None:
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["server"]["showEmailPrompt"] is False


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
@pytest.mark.parametrize("surface", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_captions_links_and_the_accent_are_readable_on_both_grounds(theme: dict[str, str], surface: str) -> None:
    ground = theme[surface]
    assert contrast(channels(theme["textColor"]), channels(ground)) >= READABLE
    assert contrast(blend(theme["textColor"], ground, 0.6), channels(ground)) >= READABLE
    for name in ("linkColor", "primaryColor", "grayTextColor"):
        assert contrast(channels(theme[name]), channels(ground)) >= READABLE, name


@pytest.mark.parametrize("theme", THEMES, ids=["light", "dark"])
def test_a_chosen_option_and_its_check_mark_show(theme: dict[str, str]) -> None:
    accent, ground = theme["primaryColor"], theme["backgroundColor"]
    assert contrast(channels(accent), blend(accent, ground, 0.1)) >= READABLE
    assert contrast(channels("#FFFFFF"), channels(accent)) >= VISIBLE


def test_no_page_uses_a_widget_that_writes_small_white_text_on_the_accent() -> None:
    for path in [*ROOT.glob("attention_viz/ui/*.py"), *ROOT.glob("pages/*.py")]:
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"""type=["']primary["']|\bmultiselect\(""", source), path.name
