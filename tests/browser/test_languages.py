"""What was chosen stays chosen when the language is changed in the middle of work, in a real browser, which sends labels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visit

pytestmark = pytest.mark.browser


def at(visit: Callable, title: str) -> Visit:
    """One of the pages, reached as a visitor does."""
    this: Visit = visit()
    this.open()
    if title != "Explore":
        this.turn_to(title)
    if title == "Anatomy":
        this.page.get_by_role("button", name="other scores").click()
    return this


def speak(page: Page, language: str) -> None:
    page.get_by_role("radio", name=language).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "中文" else "en")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)


def in_order(page: Page) -> None:
    """Nothing on the page says that something is wrong."""
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize(
    ("title", "label", "entry", "chinese"),
    [
        ("Explore", "Rows and columns", "Words", "单词"),
        pytest.param("Anatomy", "Scoring function", "Gaussian kernel", "高斯核", marks=pytest.mark.slow),
    ],
)
def test_what_was_chosen_from_a_list_stays_chosen(
    visit: Callable, title: str, label: str, entry: str, chinese: str
) -> None:
    this = at(visit, title)
    page = this.page
    this.choose(label, entry)
    shown = page.get_by_role("combobox", name=label)
    expect(shown).to_have_value(entry)
    speak(page, "中文")
    in_order(page)
    expect(page.locator(f'input[role="combobox"][value="{chinese}"]')).to_have_count(1)
    page.get_by_role("textbox").first.fill("Rain fell on the old roof.")
    page.get_by_role("textbox").first.press("Control+Enter")
    in_order(page)
    speak(page, "English")
    in_order(page)
    expect(shown).to_have_value(entry)


def test_the_way_in_which_heads_are_switched_off_stays_chosen(visit: Callable) -> None:
    page = at(visit, "Switch heads off").page
    uniform = page.get_by_role("radio", name="Weights made uniform")
    page.get_by_text("Weights made uniform", exact=True).click()
    expect(uniform).to_be_checked()
    speak(page, "中文")
    in_order(page)
    speak(page, "English")
    in_order(page)
    expect(uniform).to_be_checked()


def test_going_back_in_the_browser_brings_the_look_before_and_a_quick_second_click_does_not(visit: Callable) -> None:
    this: Visit = visit()
    page = this.open("/?layer=1&head=1")
    layer = page.get_by_role("combobox", name="Layer")
    for number in ("2", "3"):
        this.choose("Layer", number)
        page.wait_for_url(f"**layer={number}**")
        expect(page.get_by_role("application", name=f"Layer {number}, head 1").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("application", name="Layer 2, head 1").first).to_be_visible()
    expect(layer).to_have_value("2")
    page.go_forward()
    expect(page.get_by_role("application", name="Layer 3, head 1").first).to_be_visible()


def test_what_the_framework_itself_says_is_chinese_on_a_chinese_page_and_english_again_after(visit: Callable) -> None:
    page = at(visit, "Explore").page
    box = page.get_by_role("textbox").first
    hint = page.get_by_test_id("InputInstructions")
    menu = page.get_by_test_id("stMainMenuButton")
    speak(page, "中文")
    box.press("End")
    box.press_sequentially(" x")
    expect(hint).to_have_text("按 Ctrl+Enter 应用")
    expect(menu).to_have_attribute("aria-label", "主菜单")
    menu.click()
    expect(page.get_by_test_id("stMainMenuPopover")).not_to_contain_text("Print")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="分享").click()
    expect(page.get_by_test_id("stFileUploaderDropzone").locator("button")).to_contain_text("选择文件")
    page.keyboard.press("Escape")
    speak(page, "English")
    expect(menu).to_have_attribute("aria-label", "Main menu")
    box.press_sequentially(" y")
    expect(hint).to_have_text("Press Ctrl+Enter to apply")
    in_order(page)


def test_a_model_that_is_called_like_a_word_of_the_framework_keeps_its_name(visit: Callable) -> None:
    page = at(visit, "Explore").page
    speak(page, "中文")
    models = page.get_by_role("combobox", name="模型")
    models.click()
    models.fill("Add: Search")
    expect(page.get_by_role("option")).to_have_text("使用：Add: Search")
