"""The sentence with arcs: what is drawn, told and chosen, by pointer and by keyboard."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from screen import Open, listed, settled

from attention_viz import Attention, Selection
from attention_viz.view.show import show

pytestmark = pytest.mark.browser

TOKENS = ["[CLS]", "the", "animal", "slept", "because", "it", "was", "tired", ".", "[SEP]"]
IT, ANIMAL, TIRED = 5, 2, 7
SENTENCE = Selection(view="sentence")
ARCS = """paths => paths.filter(path => Number(path.getAttribute("opacity")) > 0).map(path =>
    [path.dataset.key, path.getAttribute("stroke-width"), path.getAttribute("opacity")].map(Number))"""


def weights(strongest: tuple[int, int] = (ANIMAL, TIRED), heads: int = 2) -> np.ndarray:
    """(layer, head, query, key): in each head "it" reads one token with 0.6, [CLS] with 0.3; all else is [CLS]."""
    n = len(TOKENS)
    found = np.zeros((1, heads, n, n))
    found[..., 0] = 0.9
    found[..., 1] = 0.1
    for head in range(heads):
        found[0, head, IT] = 0
        found[0, head, IT, [0, strongest[head], IT]] = 0.3, 0.6, 0.1
    return found


def sentence(opened: Open, selection: Selection = SENTENCE, **size: int) -> Page:
    page = opened(show(Attention.from_weights(weights(), TOKENS), selection=selection), **size)
    settled(page)
    return page


def arcs(page: Page) -> dict[int, tuple[float, float]]:
    """Of each token that an arc leads to: its width in pixels and its opacity, at the end of the motion."""
    page.wait_for_function("() => new Promise(done => setTimeout(() => done(true), 400))")
    drawn = page.locator(".arcs path").evaluate_all(ARCS)
    return {int(key): (width, opacity) for key, width, opacity in drawn}


def token(page: Page, name: str) -> Locator:
    return page.locator(".sentence").get_by_role("button", name=name, exact=True)


def test_arcs_lead_from_the_strongest_link_as_wide_as_their_weights(opened: Open) -> None:
    page = sentence(opened)
    assert arcs(page) == {
        ANIMAL: (pytest.approx(1 + 5 * 0.6, abs=0.02), 1),
        IT: (pytest.approx(1.5, abs=0.02), pytest.approx(0.29, abs=0.01)),
    }
    expect(page.locator(".live")).to_have_text(
        "In layer 1, head 1, “it” reads “animal” with 0.60. 30 % of its attention goes to [CLS], [SEP]."
    )
    expect(page.locator(".special-row").first).to_have_text("[CLS]30 %")
    assert listed(page)[0] == (ANIMAL + 1, "animal", pytest.approx(0.6, abs=1e-4))


def test_a_click_pins_a_token_and_another_lets_it_go(opened: Open) -> None:
    page = sentence(opened)
    token(page, "tired").click()
    expect(token(page, "tired")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".live")).to_contain_text("“tired” reads “the” with 0.10")
    page.get_by_role("button", name="Let go").click()
    expect(page.locator(".live")).to_contain_text("“it” reads “animal”")


def test_words_follow_what_is_clicked_under_a_pointer_that_rests_and_not_what_it_passes(opened: Open) -> None:
    page = sentence(opened)
    token(page, "it").click()
    token(page, "tired").click()
    expect(page.locator(".live")).to_contain_text("“it” reads “tired” with < 0.01")
    token(page, "animal").hover()
    expect(page.locator(".live")).to_contain_text("“it” reads “tired” with < 0.01")


def test_by_keyboard_arrows_move_enter_pins_and_escape_lets_go(opened: Open) -> None:
    page = sentence(opened)
    token(page, "the").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(token(page, "slept")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".live")).to_contain_text("“slept” reads “the”")
    expect(page.locator(".title")).to_have_text("Layer 1, head 1")
    page.keyboard.press("Escape")
    expect(page.locator(".sentence [aria-pressed=true]")).to_have_count(0)
    assert page.locator(".sentence [tabindex='0']").count() == 1


def test_another_head_tells_for_a_moment_what_a_number_was(opened: Open) -> None:
    page = sentence(opened, Selection(view="sentence", queries=(IT,)))
    expect(page.locator(".arcs .weight")).to_have_text("0.60")
    page.locator(".sentence").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".arcs .weight")).to_have_text("< 0.01 → 0.60")
    assert set(arcs(page)) == {IT, TIRED}
    expect(page.locator(".arcs .weight")).to_have_text("0.60", timeout=5_000)


def test_who_prefers_less_motion_sees_the_new_weights_at_once(opened: Open) -> None:
    page = sentence(opened, Selection(view="sentence", queries=(IT,)))
    page.emulate_media(reduced_motion="reduce")
    page.locator(".sentence").focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    assert {int(key) for key, *_ in page.locator(".arcs path").evaluate_all(ARCS)} == {IT, TIRED}
    page.emulate_media(reduced_motion="no-preference")


def test_the_coloured_text_is_one_click_away_and_an_address_that_names_it_opens_it(opened: Open) -> None:
    page = sentence(opened)
    page.get_by_role("button", name="Colours").click()
    expect(page.locator(".text-heatmap")).to_be_visible()
    expect(page.get_by_role("button", name="Sentence")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Arcs").click()
    expect(page.locator(".sentence")).to_be_visible()
    page = sentence(opened, Selection(view="text"))
    expect(page.locator(".text-heatmap")).to_be_visible()


def test_a_text_of_many_lines_is_coloured_and_says_so(opened: Open) -> None:
    n = 442
    spread = np.random.default_rng(3).dirichlet(np.ones(n) / 20, size=(1, 1, n))
    page = opened(show(Attention.from_weights(spread, [f"word{i}" for i in range(n)]), selection=SENTENCE))
    settled(page)
    assert arcs(page) == {}
    expect(page.get_by_text("A text of more than 12 lines has no arcs")).to_be_visible()
    expect(page.locator(".legend")).to_be_visible()


def test_of_a_text_of_some_lines_the_strongest_arcs_are_kept(opened: Open) -> None:
    n = 60
    even = np.full((1, 1, n, n), 1 / n)
    page = opened(show(Attention.from_weights(even, [f"w{i}" for i in range(n)]), selection=SENTENCE))
    settled(page)
    assert len(arcs(page)) == 20
    expect(page.get_by_text("Of many arcs the 20 strongest are drawn.")).to_be_visible()


def test_keys_that_may_not_be_read_are_hatched(opened: Open) -> None:
    before = np.tril(np.ones((len(TOKENS), len(TOKENS))))
    attention = replace(Attention.from_weights(before / before.sum(-1, keepdims=True), TOKENS), causal=True)
    page = opened(show(attention, selection=Selection(view="sentence", queries=(IT,))))
    settled(page)
    closed = page.locator(".sentence .closed").evaluate_all("all => all.map(each => Number(each.dataset.token))")
    assert sorted(closed) == list(range(IT + 1, len(TOKENS)))


def test_words_stand_apart_without_the_marks_of_their_spaces(opened: Open) -> None:
    page = opened(show(Attention.from_weights(np.eye(3), ["The", "Ġcat", "Ġsat"]), selection=SENTENCE))
    settled(page)
    expect(page.locator(".sentence .text")).to_have_text("The cat sat")


def test_hebrew_stands_in_the_order_in_which_it_is_read(opened: Open) -> None:
    names = ["\u05d3\u05e0\u05d4", "Anna", "Smith", "\u05d1\u05d9\u05d5\u05dd"]
    page = opened(show(Attention.from_weights(np.eye(4), names), selection=SENTENCE))
    settled(page)
    lefts = page.locator(".sentence .word").evaluate_all("all => all.map(each => each.getBoundingClientRect().x)")
    assert sorted(range(4), key=lambda place: lefts[place]) == [3, 1, 2, 0]


def test_queries_of_another_text_stand_above_and_arcs_lead_down(opened: Open, rng: np.random.Generator) -> None:
    german, english = ["er", "saß", "da"], ["he", "was", "sitting", "there"]
    attention = Attention.from_weights(rng.dirichlet(np.ones(4), size=(1, 1, 3)), german, english)
    page = opened(show(attention, selection=Selection(view="sentence", queries=(1,))))
    settled(page)
    expect(page.locator(".sentence")).to_have_text(re.compile("query .*er.*saß.*da.*key .*he.*was.*sitting.*there"))
    assert len(arcs(page)) >= 1
    page.locator(".sentence .word", has_text="there").hover()
    expect(page.locator(".tooltip .headline")).to_have_text(f"saß → there  {attention.weights(0, 0)[1, 3]:.4f}")


@pytest.mark.parametrize(("width", "dark"), [(1366, False), (390, True)])
def test_nobody_is_kept_out_and_a_phone_need_not_scroll_sideways(opened: Open, width: int, dark: bool) -> None:
    page = sentence(opened, width=width, dark=dark)
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
