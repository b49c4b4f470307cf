"""What one visitor looks at, another opens: by a link, by a state file, by anything that was downloaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import attention_viz as av

pytestmark = pytest.mark.browser

TEXT = "Rain & snow: 100 % + “wet”?"
SECOND = "It's cold."
START = "/?layer=2&head=11&view=lines&kept=1-3&exclude=special&threshold=0.04&palette=grey"


@pytest.fixture
def sender(visit: Callable) -> Page:
    """A visitor who looks at a pair of texts, with a token pinned and the drawer open."""
    this = visit()
    page = this.open(START)
    page.get_by_text("Add a second sentence").click()
    page.get_by_label("Second sentence", exact=True).fill(SECOND)
    page.get_by_label("Your text").fill(TEXT)
    page.get_by_label("Your text").press("Control+Enter")
    was_read(page, TEXT)
    this.settle()
    page.get_by_role("application", name="Layer 2, head 11").first.focus()
    page.keyboard.press("]")
    page.wait_for_url(re.compile("queries="))
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    return page


def was_read(page: Page, text: str) -> None:
    """Wait until the picture is that of this text and the second one."""
    n = av.load_model().attend(text, SECOND).n_tokens
    expect(page.get_by_text(f"{n} of 512 tokens used")).to_be_visible(timeout=30_000)


def looks_the_same(page: Page, sender: Page) -> None:
    """Text, pair, head, picture, pinned token, kept heads, filters and palette."""
    expect(page.get_by_label("Your text")).to_have_value(TEXT, timeout=30_000)
    expect(page.get_by_label("Second sentence", exact=True)).to_have_value(SECOND)
    expect(page.get_by_role("application", name="Layer 2, head 11").first).to_be_visible()
    expect(page.get_by_role("button", name="Lines", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".swatches button")).to_have_text(["1-3", "2-11"])
    expect(page.locator("table.top caption")).to_have_text(sender.locator("table.top caption").inner_text())
    expect(page.locator("table.top tbody")).to_have_text(
        sender.locator("table.top tbody").inner_text(), use_inner_text=True
    )
    page.wait_for_url(lambda url: "palette=grey" in url and "threshold=0.04" in url and "Rain" not in url)


def test_a_copied_link_opens_the_same_picture_elsewhere(visit: Callable, sender: Page) -> None:
    assert "Rain" not in sender.url
    sender.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sender.get_by_role("button", name="Copy link").click()
    expect(sender.get_by_text("Copied.")).to_be_visible()
    link = sender.evaluate("navigator.clipboard.readText()")
    assert link == sender.get_by_label("Address").input_value()
    page = visit(locale="zh-CN").open(link.removeprefix(re.match(r"https?://[^/]+", link)[0]))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    looks_the_same(page, sender)


def test_without_a_clipboard_the_address_is_marked_to_be_copied_by_hand(sender: Page) -> None:
    sender.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false"
    )
    sender.get_by_role("button", name="Copy link").click()
    expect(sender.get_by_text("press Ctrl+C")).to_be_visible()
    marked = "field => field.selectionEnd - field.selectionStart === field.value.length"
    assert sender.get_by_label("Address").evaluate(marked)


def test_a_saved_state_and_what_was_downloaded_open_the_same_picture(
    visit: Callable, sender: Page, browser: Browser, tmp_path: Path
) -> None:
    files = [kept(sender, "Save state file", tmp_path)]
    sender.keyboard.press("Escape")
    sender.get_by_role("button", name="Download").click()
    files += [kept(sender, kind, tmp_path) for kind in ("PNG", "HTML")]
    assert [file.suffix for file in files] == [".json", ".png", ".html"]
    this = visit()
    page = this.open()
    page.get_by_role("button", name="Share").click()
    for file in files:
        page.locator("input[type=file]").set_input_files(file)
        this.settle()
        looks_the_same(page, sender)
        page.get_by_label("Your text").fill("Something else.")
        page.get_by_label("Your text").press("Control+Enter")
        was_read(page, "Something else.")
    opens_without_a_server(browser, files[-1])


def kept(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=name, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def opens_without_a_server(browser: Browser, file: Path) -> None:
    """The page is complete: it shows the pinned token's numbers, and asks nobody for anything."""
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    expect(page.get_by_role("application", name="Layer 2, head 11").first).to_be_visible()
    attention = av.load_model().attend(TEXT, SECOND)
    query = int(re.findall(r"\((\d+)\)", page.locator("caption").inner_text())[0]) - 1
    weights = [
        attention.weights(1, 10)[query, key] for key, special in enumerate(attention.key_tokens.special) if not special
    ]
    shown = [float(each) for each in page.locator("table.top td:last-child").all_inner_texts()]
    assert shown == pytest.approx(sorted(weights, reverse=True)[: len(shown)], abs=6e-5)
    assert asked == [file.as_uri()]
    page.close()


@pytest.mark.parametrize(("width", "height", "dark"), [(1366, 768, False), (390, 844, True)], ids=["wide", "phone"])
def test_nothing_in_the_drawer_keeps_anybody_out(visit: Callable, width: int, height: int, dark: bool) -> None:
    page = visit(width, height, dark).open()
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    found = [each for each in Axe().run(page).response["violations"] if each["id"] not in OF_STREAMLIT]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


OF_STREAMLIT = {"presentation-role-conflict": "the field of the file uploader takes the focus, though its role is none"}
"""Rules that Streamlit's own widgets break, with the reason; nothing of ours may break them."""


def test_a_note_about_a_text_moves_neither_the_picture_nor_the_box_for_files(sender: Page) -> None:
    box = sender.locator("input[type=file]").element_handle()
    picture = sender.get_by_role("application", name="Layer 2, head 11").first.element_handle()
    sender.get_by_label("Your text").fill("The cat 𓀀 sat.")
    sender.get_by_label("Your text").press("Control+Enter")
    expect(sender.get_by_text("1 of 10 tokens are not in the model's vocabulary")).to_be_visible(timeout=30_000)
    assert box.evaluate("it => it.isConnected")
    assert picture.evaluate("it => it.isConnected")
