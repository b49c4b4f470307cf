"""The ribbons in a real browser: their numbers by key and by pointer, the token that is followed, four readings of one drawing."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

import attention_viz as av
from attention_viz import experiments, flow_edges
from attention_viz.ui.session.examples import DEFAULT

from .conftest import Visit

pytestmark = pytest.mark.browser

QUERY, LAST = 10, 5
"""The token "it", and the last layer."""


@pytest.fixture
def this(visit: Callable) -> Visit:
    """The page, reached as a visitor does."""
    this: Visit = visit()
    this.open()
    this.turn_to("Flow")
    return this


def stage(page: Page, reading: str = "Rollout") -> Locator:
    return page.get_by_role("application", name=re.compile(f"^{reading}: ribbons"))


def told(page: Page) -> Locator:
    return page.locator(".told")


def said(edges: np.ndarray, tokens: av.Tokens, place: tuple[int, int, int]) -> str:
    """The sentence about one edge: layer, query and key from 0."""
    layer, query, key = place
    number, reader, read = f"{edges[place]:.4f}", tokens.labels[query], tokens.labels[key]
    if query == key:
        return f"Layer {layer + 1}: {number} stays with “{reader}”."
    return f"Layer {layer + 1}: {number} passes from “{read}” to “{reader}”."


def ranked(edges: np.ndarray, layer: int) -> list[tuple[int, int, int]]:
    order = np.argsort(-edges[layer].ravel(), kind="stable")
    return [(layer, *map(int, np.unravel_index(place, edges[layer].shape))) for place in order]  # type: ignore[misc]


def test_arrow_keys_tell_the_librarys_numbers_the_strongest_first(this: Visit) -> None:
    attention = av.load_model().attend(DEFAULT.first)
    edges, tokens = flow_edges.rollout_edges(attention, QUERY, LAST), attention.query_tokens
    page = this.page
    stage(page).focus()
    page.keyboard.press("ArrowDown")
    strongest = tuple(map(int, np.unravel_index(edges.argmax(), edges.shape)))
    expect(told(page)).to_have_text(said(edges, tokens, strongest))  # type: ignore[arg-type]
    second = ranked(edges, strongest[0])[1]
    page.keyboard.press("ArrowRight")
    expect(told(page)).to_have_text(said(edges, tokens, second))
    page.keyboard.press("Escape")
    expect(told(page)).to_contain_text("“it” on top: most comes from")


def test_the_pointer_finds_a_ribbon_and_another_reading_has_another_number_for_it(this: Visit) -> None:
    page = this.page
    attention = av.load_model().attend(DEFAULT.first)
    found = experiments.relevance(av.load_model(), DEFAULT.first).edges(QUERY)
    for reading, edges in (("Rollout", flow_edges.rollout_edges(attention, QUERY, LAST)), ("Gradients", found)):
        page.get_by_role("button", name=reading, exact=True).click()
        picture = stage(page, reading).locator("svg")
        place = ranked(edges, LAST)[0]
        ribbon = picture.locator(f'[data-edge="{LAST} {place[1]} {place[2]}"]')
        expect(ribbon).to_have_attribute("opacity", re.compile(r"0\.[3-9]|1\."))
        box = ribbon.evaluate(
            "path => { const at = path.getPointAtLength(path.getTotalLength() * 0.6), frame = path.ownerSVGElement.getBoundingClientRect(); return [frame.left + at.x, frame.top + at.y]; }"
        )
        page.mouse.move(*box)
        expect(page.locator(".tooltip .headline")).to_have_text(said(edges, attention.query_tokens, place))
        page.mouse.move(0, 0)


def test_a_token_that_is_clicked_is_followed_and_pinned_for_every_page(this: Visit) -> None:
    page = this.page
    token = page.get_by_role("button", name="Follow “animal”, position 3")
    token.click()
    expect(token).to_have_attribute("aria-pressed", "true")
    expect(told(page)).to_contain_text("“animal” on top: most comes from")
    expect(page.get_by_role("combobox", name="Token that reads")).to_have_value("3 · animal")


def test_the_verdict_and_its_numbers_stand_with_every_reading(this: Visit) -> None:
    page = this.page
    expect(page.locator(".verdict")).to_contain_text("Which to trust here: ")
    page.get_by_text("The numbers behind it").click()
    expect(page.locator(".numbers tbody tr")).to_have_count(4)
    page.get_by_text("What comes from each token, by each reading").click()
    rows = page.locator(".inputs tbody tr")
    expect(rows).to_have_count(16)
    rolled = av.flow.rollout(av.load_model().attend(DEFAULT.first))[LAST, QUERY]
    expect(rows.nth(2).locator("td").nth(2)).to_have_text(f"{rolled[2]:.4f}")
