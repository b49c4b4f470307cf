"""The main path in a real browser: paste a sentence, look at heads, take the picture away, in two languages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from hub_stand_in import HubStandIn
from playwright.sync_api import Page, expect

import attention_viz as av
from attention_viz.ui.session.examples import CHINESE, DEFAULT

pytestmark = pytest.mark.browser

SIZES = {"wide": (1366, 768), "phone": (390, 844)}


def picture(page: Page):
    """The picture of the selected head."""
    return page.get_by_role("application", name=re.compile(r"Layer \d+, head \d+|第"))


def test_the_picture_is_there_before_anything_is_typed(visit: Callable) -> None:
    page = visit().open()
    expect(page.get_by_label("Your text")).to_have_value(DEFAULT.first)
    expect(picture(page).first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "layer=4" in page.url


def test_a_pasted_sentence_is_read_and_another_head_is_one_key_away(visit: Callable) -> None:
    this = visit()
    page = this.open()
    page.get_by_label("Your text").fill("Rain fell on the town.")
    page.get_by_label("Your text").press("Control+Enter")
    expect(page.get_by_text("8 of 512 tokens used")).to_be_visible()
    picture(page).first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("application", name="Layer 4, head 3").first).to_be_visible()
    page.wait_for_url(re.compile("head=3"))


@pytest.mark.slow
def test_a_click_on_a_small_picture_is_followed_by_the_lists_and_the_address(visit: Callable) -> None:
    this = visit()
    page = this.open("/?layer=1&head=1")
    expect(page.get_by_role("application", name="Layer 1, head 1").first).to_be_visible()
    this.choose("Layer", "6")
    expect(page.get_by_role("application", name="Layer 6, head 1").first).to_be_visible()
    page.wait_for_url(re.compile("layer=6"))


NUMBERS = """
window.numbers = 0;
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
  if (/^[.]\\d\\d$/.test(text)) window.numbers += 1;
  return write.call(this, text, ...place);
};
"""
"""Counts the weights that are written into cells."""


@pytest.mark.slow
def test_a_presentation_keeps_the_numbers_in_the_cells(visit: Callable) -> None:
    this = visit(alone=True)
    this.page.add_init_script(NUMBERS)
    page = this.open()
    page.get_by_role("button", name="Heatmap").click()
    page.wait_for_function("window.numbers > 0", timeout=10_000)
    page.evaluate("window.numbers = 0")
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page.get_by_role("button", name="Leave the presentation")).to_be_visible()
    page.wait_for_function("window.numbers > 0", timeout=10_000)


@pytest.mark.slow
def test_no_title_in_a_list_is_cut(visit: Callable) -> None:
    page = visit().open()
    page.get_by_role("combobox", name="Examples").click()
    titles = page.get_by_role("option").locator("div")
    expect(titles.first).to_be_visible()
    cut = titles.evaluate_all(
        "all => all.filter(each => each.scrollWidth > each.clientWidth).map(each => each.textContent)"
    )
    assert cut == []


@pytest.mark.slow
def test_the_list_is_as_long_as_asked_and_leaves_out_what_is_asked(visit: Callable) -> None:
    page = visit().open("/?layer=4&head=2")
    rows = page.get_by_role("table").get_by_role("row")
    page.get_by_text("View options").click()
    page.get_by_label("Tokens in the list").fill("3")
    page.get_by_label("Tokens in the list").press("Enter")
    expect(rows).to_have_count(1 + 3)
    page.get_by_label("leave out [CLS], [SEP]").check()
    page.get_by_label("scale the rest to sum to 1").check()
    attention = av.load_model().attend(DEFAULT.first)
    expected = av.top_attended(attention, 3, 1, k=3, exclude=["special"], renormalise=True)
    share = av.removed_share(attention, 3, 1, ["special"])
    for row, top in enumerate(expected, start=1):
        expect(rows.nth(row)).to_have_text(
            re.compile(rf"{top.position + 1}\s*{re.escape(top.token)}\s*{top.weight:.4f}")
        )
    expect(page.get_by_text(re.compile(rf"{100 * share:.1f} % of the attention"))).to_be_visible()


@pytest.mark.slow
def test_the_downloads_hold_what_the_screen_shows(visit: Callable, tmp_path: Path) -> None:
    page = visit().open("/?layer=4&head=2")
    page.get_by_role("button", name="Download").click()
    starts = {"PNG": b"\x89PNG", "SVG": b"<?xml", "PDF": b"%PDF", "NPZ": b"PK"}
    for kind, start in starts.items():
        assert fetched(page, kind, tmp_path).startswith(start), kind
    rows = list(csv.DictReader(io.StringIO(fetched(page, "CSV", tmp_path).decode("utf-8-sig"))))
    weights = av.load_model().attend(DEFAULT.first).weights(3, 1)
    assert len(rows) == weights.size
    assert {float(row["weight"]) for row in rows} == {float(f"{weight:.9g}") for weight in weights.ravel()}


def fetched(page: Page, kind: str, folder: Path) -> bytes:
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=kind, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    assert "layer-4_head-2" in path.name or kind == "NPZ"
    return path.read_bytes()


def test_the_page_is_switched_to_chinese_and_back_and_the_example_follows_until_a_head_is_chosen(
    visit: Callable,
) -> None:
    this = visit()
    page = this.open()
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_label("你的文本")).to_have_value(CHINESE.first)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("radio", name="English").click()
    expect(page.get_by_label("Your text")).to_have_value(DEFAULT.first)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    this.choose("Layer", "6")
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_label("你的文本")).to_have_value(DEFAULT.first)


def test_a_chinese_browser_meets_a_chinese_page(visit: Callable) -> None:
    page = visit(locale="zh-CN").open()
    expect(page.get_by_label("你的文本")).to_have_value(CHINESE.first)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("row", name=re.compile("猫"))).to_have_count(1)


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)> </script><!--<script>", "$\\frac{ **bold** :red[x]"])
def test_no_token_runs_or_becomes_markup(visit: Callable, text: str) -> None:
    page = visit().open()
    page.get_by_label("Your text").fill(text)
    page.get_by_label("Your text").press("Control+Enter")
    expect(page.get_by_text("of 512 tokens used")).to_be_visible()
    expect(page.get_by_label("Your text")).to_have_value(text)
    assert page.locator("img[src=x]").count() == 0


def test_a_model_of_the_hub_is_fetched_while_the_page_stays_usable(
    visit: Callable, hub_of_the_server: HubStandIn, tiny_bert_folder: Path
) -> None:
    hub_of_the_server.add("someone/tiny", tiny_bert_folder)
    page = visit().open()
    choose_model(page, "someone/tiny")
    expect(page.get_by_text(re.compile("tiny · "))).to_be_visible(timeout=60_000)


def test_a_model_that_does_not_exist_is_told_and_the_picture_stays(visit: Callable) -> None:
    page = visit().open()
    choose_model(page, "someone/else")
    expect(page.get_by_role("alert").filter(has_text="someone/else")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("all-MiniLM-L6-v2 · 6 layers")).to_be_visible()


def choose_model(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Model").fill(name)
    page.get_by_role("combobox", name="Model").press("Enter")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_on_the_page_keeps_anybody_out(visit: Callable, size: str, dark: bool) -> None:
    width, height = SIZES[size]
    page = visit(width, height, dark).open()
    if size == "wide":  # what is under the pointer can be read, too
        page.get_by_role("radio", name="English").hover()
        page.wait_for_timeout(400)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
@pytest.mark.parametrize(("drawer", "dark"), [("Download", False), ("Show the code", True)])
def test_nothing_in_an_open_drawer_keeps_anybody_out(visit: Callable, drawer: str, dark: bool) -> None:
    this = visit(dark=dark)
    page = this.open()
    page.get_by_role("button", name=drawer).click()
    page.locator("[data-testid=stPopoverBody]").wait_for()
    this.settle()
    assert violations(page) == []


OF_STREAMLIT: dict[str, str] = {}
"""Rules that Streamlit's own frame breaks, with the reason; nothing of ours may break them."""


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """The rules of axe that something on the page breaks, and what breaks them."""
    found = Axe().run(page).response["violations"]
    own = [violation for violation in found if violation["id"] not in OF_STREAMLIT]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in own]
