"""All heads in a real browser: sorted, chosen on table and map, opened by mouse and by key, and nobody kept out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import attention_viz as av
from attention_viz import measures
from attention_viz.ui.session.examples import DEFAULT

from .conftest import Visit

pytestmark = pytest.mark.browser

SIZES = {"wide": (1366, 768), "phone": (390, 844)}


def heads(visit: Callable, size: str = "wide", dark: bool = False) -> Page:
    """The page of all heads, reached as a visitor does, then shown in another size."""
    this: Visit = visit(dark=dark)
    this.open()
    page = this.turn_to("Heads")
    expect(page.get_by_role("table", name="All heads").get_by_role("row")).to_have_count(73, timeout=60_000)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    return page


def rows(page: Page) -> list[str]:
    """The names of the heads, from top to bottom."""
    return page.get_by_role("table", name="All heads").get_by_role("rowheader").all_inner_texts()


def by(name: str, down: bool) -> list[str]:
    """The names of the heads, sorted by a measure of the library."""
    table = measures.table(av.load_model().attend(DEFAULT.first))
    order = sorted(range(len(table)), key=lambda row: (-1 if down else 1) * table.columns[name][row])
    return [f"{table.layers[row] + 1}-{table.heads[row] + 1}" for row in order]


def test_the_table_is_sorted_by_any_column_and_shows_the_librarys_numbers(visit: Callable) -> None:
    page = heads(visit)
    table = page.get_by_role("table", name="All heads")
    expect(table.get_by_role("columnheader", name="Head")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="Entropy", exact=True).click()
    expect(table.get_by_role("columnheader", name="Entropy")).to_have_attribute("aria-sort", "descending")
    assert rows(page) == by("entropy", down=True)
    page.get_by_role("button", name="Entropy", exact=True).click()
    assert rows(page) == by("entropy", down=False)
    page.get_by_role("button", name="to [CLS]").press("Enter")
    assert rows(page) == by("cls", down=True)
    found = measures.table(av.load_model().attend(DEFAULT.first))
    layer, head = (int(each) - 1 for each in rows(page)[0].split("-"))
    numbers = found.numbers(layer, head)
    first = table.get_by_role("row").nth(1)
    expect(first).to_contain_text(
        f"{numbers['entropy']:.2f}{100 * numbers['entropy'] / numbers['uniform_entropy']:.0f} %"
    )
    expect(first).to_contain_text(f"{numbers['confidence']:.2f}{numbers['distance']:.1f}{100 * numbers['cls']:.0f} %")


def test_the_table_opens_at_the_chosen_head_and_says_how_many_rows_are_out_of_sight(visit: Callable) -> None:
    page = heads(visit)
    place = DEFAULT.layer * 12 + DEFAULT.head  # of the row, counted from 0
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    box = page.locator("tr[aria-current]").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 768
    expect(page.get_by_text(f"{place - 1} more above")).to_be_visible()
    below = int(page.get_by_text(re.compile("more below")).inner_text().split()[0])
    seen = page.get_by_role("region", name="All heads").evaluate(
        "box => box.clientHeight / box.querySelector('tbody tr').offsetHeight"
    )
    assert 72 - (place - 1) - below == pytest.approx(seen, abs=1.5)
    page.get_by_role("button", name="Head", exact=True).click()
    expect(page.get_by_text("more above")).to_have_count(0)


@pytest.mark.slow
def test_a_head_chosen_in_the_table_is_chosen_on_the_map_and_opens_in_explore(visit: Callable) -> None:
    page = heads(visit)
    row = page.get_by_role("row").filter(has=page.get_by_role("button", name="Open layer 5, head 9 in Explore"))
    row.get_by_role("cell").nth(1).click()
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.get_by_text(re.compile("^Layer 5, head 9:"))).to_be_visible()
    page.wait_for_url(re.compile("layer=5.*head=9"))
    expect(page.get_by_role("application", name=re.compile("5-9"))).to_be_visible()
    page.get_by_role("button", name="Open layer 2, head 3 in Explore").press("Enter")
    expect(page.get_by_role("application", name="Layer 2, head 3").first).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Your text")).to_have_value(DEFAULT.first)


@pytest.mark.slow
def test_the_numbers_of_all_heads_are_taken_away_as_a_table(visit: Callable, tmp_path: Path) -> None:
    page = heads(visit)
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="All heads as CSV").click()
    download.value.save_as(tmp_path / download.value.suggested_filename)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "heads_all-MiniLM-L6-v2.csv").read_text("utf-8-sig"))))
    found = measures.table(av.load_model().attend(DEFAULT.first))
    assert [float(row["entropy"]) for row in rows] == pytest.approx(found.columns["entropy"].tolist(), abs=1e-5)


def test_the_map_is_walked_by_arrow_keys_and_clicked(visit: Callable) -> None:
    page = heads(visit)
    chart = page.get_by_role("application", name=re.compile("Map of all heads"))
    before = chart.get_attribute("aria-label")
    chart.focus()
    page.keyboard.press("ArrowLeft")
    expect(chart).not_to_have_attribute("aria-label", before or "")
    expect(page.locator("tr[aria-current]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("application", name=re.compile(r"^Layer \d, head \d")).first).to_be_visible(timeout=30_000)
    page.wait_for_url(
        lambda address: "heads" not in address and "layer=" in address and "layer=4&head=2" not in address
    )
    page.get_by_test_id("stTopNavSection").click()
    page.get_by_role("menuitem", name="Heads", exact=True).click()
    page.locator("svg[role=application] g").nth(0).click(force=True)
    expect(page.get_by_text(re.compile(r"^Layer 1, head 1:"))).to_be_visible(timeout=30_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "dark"),
    [("wide", False), ("phone", True)],
    ids=["wide light", "phone dark"],
)
def test_nothing_on_the_page_keeps_anybody_out(visit: Callable, size: str, dark: bool) -> None:
    page = heads(visit, size, dark)
    page.get_by_text("Importance, by a gradient").click()
    expect(page.get_by_role("columnheader", name="Importance")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def violations(page: Page) -> list[tuple[str, list[object]]]:
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "dark"), [("wide", False), ("phone", True)])
def test_nothing_on_the_page_through_the_layers_keeps_anybody_out(visit: Callable, size: str, dark: bool) -> None:
    this: Visit = visit(dark=dark)
    this.open()
    page = this.turn_to("Flow")
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    for section, sign in SIGNS.items():
        page.get_by_role("radio", name=section).check(force=True)
        expect(page.get_by_text(sign).first).to_be_visible(timeout=30_000)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        assert violations(page) == [], section
        assert page.evaluate("document.documentElement.scrollWidth") <= width, section


SIGNS = {
    "Rollout and flow": "Rollout multiplies",
    "Norms": "Norms have no fixed scale",
    "Mixing": "The ratio compares",
    "Gradients": "It explains this number",
    "Which to trust": "One text is one text",
}
"""A sentence that stands at the end of each account."""
