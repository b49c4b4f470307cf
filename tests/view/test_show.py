"""The view on a page of its own, in a real browser: what it shows, and that nothing in it can do anything else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from screen import Open, cells, listed, points, region, settled, told

import attention_viz as av
from attention_viz import Attention, Selection
from attention_viz.errors import SelectionError
from attention_viz.palettes import palette
from attention_viz.view.show import show
from attention_viz.vocabulary import View

pytestmark = pytest.mark.browser

TOKENS = ["[CLS]", "the", "sun", "##rise", "over", "the", "bay", ".", "[SEP]"]
PICTURES = ["Sentence", "Heatmap", "Lines", "All heads"]
HOSTILE = [
    "</script>",
    "<!--<script>",
    "<script>window.caught=1</script>",
    "<img src=x onerror=window.caught=1>",
    "{layer}",
    "&lt;",
    "\u202eabc",
    "\ud800",
    "##x",
    ".",
    "x" * 10_000,
    "'\"`${window.caught=1}",
]


@pytest.fixture
def attention(softmax_attention: Callable[..., Attention]) -> Attention:
    return softmax_attention(layers=3, heads=5, tokens=TOKENS)


def test_every_number_under_the_pointer_is_the_weight_to_four_digits(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, layer=1, head=2))
    weights, seen = attention.weights(1, 2), set()
    for x, y in points(region(page), 40):
        page.mouse.move(x, y)
        if not page.locator(".tooltip").is_visible():
            continue
        headline, detail = told(page)
        query, key = map(int, re.findall(r"query (\d+), key (\d+)", detail)[0])
        link, number = headline.rsplit("  ", 1)
        assert link == f"{TOKENS[query - 1]} → {TOKENS[key - 1]}"
        assert "Layer 2, head 3" in detail
        bound = 1e-4 if "<" in number else 5e-5 + 1e-9  # the digits of the weight itself
        assert abs(float(number.removeprefix("< ")) - weights[query - 1, key - 1]) <= bound
        seen.add((query, key))
    assert len(seen) == 81


def test_each_cell_has_the_colour_of_its_weight(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, layer=0, head=4))
    colours = [[int(step[i : i + 2], 16) for i in (1, 3, 5)] for step in palette("light").weights]
    checked = 0
    for query, key, (*seen, opaque) in cells(page, 57):
        share = np.sqrt(attention.weights(0, 4)[query, key])
        expected = [np.interp(share * 10, range(11), channel) for channel in np.transpose(colours)]
        assert np.abs(np.array(seen) - expected).max() <= 3
        assert opaque == 255
        checked += 1
    assert checked > 10


@pytest.mark.parametrize(("layer", "head"), [(0, 0), (2, 4)])
def test_the_table_is_top_attended(opened: Open, attention: Attention, layer: int, head: int) -> None:
    page = opened(show(attention, layer, head))
    expected = av.top_attended(attention, layer, head)
    assert [(position - 1, token) for position, token, _ in listed(page)] == [
        (each.position, each.token) for each in expected
    ]
    assert [weight for *_, weight in listed(page)] == pytest.approx([each.weight for each in expected], abs=5.5e-5)


def test_beside_all_heads_the_list_says_whose_it_is(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 1, 2))
    caption = page.locator(".top caption")
    expect(caption).to_have_text("Top attended tokens, mean over queries")
    page.get_by_role("button", name="All heads").click()
    expect(caption).to_have_text("Layer 2, head 3 · Top attended tokens, mean over queries")
    region(page).press("ArrowRight")
    expect(caption).to_have_text("Layer 2, head 4 · Top attended tokens, mean over queries")


def test_a_threshold_above_every_weight_leaves_no_line_and_says_so(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, selection=Selection(view="lines", threshold=1)))
    expect(page.get_by_text("No weight is high enough for a line.")).to_be_visible()


def test_filters_reach_the_table_and_the_share_that_goes_is_said(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 1, 1))
    page.get_by_text("View options").click()
    page.get_by_label("leave out [CLS], [SEP]").check()
    page.get_by_label("leave out punctuation").check()
    page.get_by_label("scale the rest to sum to 1").check()
    settled(page)
    kinds = ["special", "punctuation"]
    expected = av.top_attended(attention, 1, 1, exclude=kinds, renormalise=True)
    assert [token for _, token, _ in listed(page)] == [each.token for each in expected]
    assert [weight for *_, weight in listed(page)] == pytest.approx([each.weight for each in expected], abs=1e-4)
    share = 100 * av.removed_share(attention, 1, 1, kinds)
    expect(page.get_by_text(f"{share:.1f} % of the attention goes to what is left out")).to_be_visible()


@pytest.mark.parametrize("average", ["heads", "layers", "all"])
def test_means_are_the_means_of_the_weights(opened: Open, attention: Attention, average: str) -> None:
    page = opened(show(attention, 1, 3))
    page.get_by_text("View options").click()
    page.get_by_role("combobox", name="Heads").select_option(average)
    settled(page)
    weights = np.stack([attention.weights(layer) for layer in range(3)])
    mean = {"heads": weights[1].mean(0), "layers": weights[:, 3].mean(0), "all": weights.mean((0, 1))}[average]
    received = mean.mean(0)
    order = np.argsort(-received, kind="stable")
    assert [position - 1 for position, *_ in listed(page)] == order.tolist()
    assert [weight for *_, weight in listed(page)] == pytest.approx(received[order], abs=1e-4)


def test_tokens_clicked_in_the_text_are_summed(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 0, 0))
    page.get_by_role("button", name="Sentence", exact=True).click()
    page.get_by_role("button", name="Colours", exact=True).click()
    words = page.locator(".text-heatmap .word")
    assert words.all_inner_texts() == [token.removeprefix("##") for token in TOKENS]
    words.nth(2).click()
    words.nth(6).click(modifiers=["Shift"])
    page.mouse.move(0, 0)
    expect(page.get_by_text("What 2 queries attend to, summed")).to_be_visible()
    summed = attention.weights(0, 0)[[2, 6]].sum(0)
    assert [weight for *_, weight in listed(page)] == pytest.approx(np.sort(summed)[::-1], abs=1e-4)


def test_the_keyboard_is_enough(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 1, 1))
    region(page).focus()
    for key, name in [
        ("ArrowRight", "Layer 2, head 3"),
        ("ArrowDown", "Layer 3, head 3"),
        ("ArrowUp", "Layer 2, head 3"),
    ]:
        page.keyboard.press(key)
        expect(region(page)).to_have_attribute("aria-label", name)
    weights = attention.weights(1, 2)
    query, key = np.unravel_index(weights.argmax(), weights.shape)
    link = f"{TOKENS[query]} → {TOKENS[key]}  {weights[query, key]:.4f}"
    expect(page.locator("[aria-live]")).to_have_text(f"Layer 2, head 3. Strongest: {link}")
    page.keyboard.press("]")
    expect(page.get_by_text(f"What “{TOKENS[query]}” ({query + 1}) attends to")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("mean over queries")).to_be_visible()


def test_several_queries_are_pinned_by_keys_and_let_go_by_a_button(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, selection=Selection(queries=(3,))))
    region(page).focus()
    page.keyboard.press("}")
    page.keyboard.press("}")
    expect(page.get_by_text("What 3 queries attend to, summed")).to_be_visible()
    summed = np.sort(attention.weights(0, 0)[3:6].sum(0))[::-1]
    assert [weight for *_, weight in listed(page)] == pytest.approx(summed, abs=2e-4)
    page.get_by_role("button", name="Let go").click()
    expect(page.get_by_text("mean over queries")).to_be_visible()
    expect(page.get_by_role("button", name="Let go")).to_be_hidden()


@pytest.mark.parametrize("view", ["sentence", "text"])
def test_two_taps_ask_for_a_link_a_third_moves_its_key_and_again_lets_go(
    attention: Attention, browser: Browser, tmp_path: Path, view: View
) -> None:
    phone = browser.new_page(has_touch=True, viewport={"width": 390, "height": 800})
    phone.goto(show(attention, selection=Selection(view=view)).save(tmp_path / "phone.html").as_uri())
    words = phone.locator(".word").filter(visible=True)
    asked = {"over": "Choose a second", "bay": "over → bay", "sun": "over → sunrise"}
    for word, title in asked.items():
        words.filter(has_text=word).tap()
        expect(phone.locator(".ranking .heading")).to_contain_text(title)
    words.filter(has_text="over").tap()
    expect(phone.locator(".ranking .heading")).to_contain_text("Which heads link two words")
    phone.close()


def test_space_and_p_present_every_head_in_large_type(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 0, 4))
    region(page).focus()
    before = page.locator(".title").evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Leave the presentation")).to_be_visible()
    after = page.locator(".title").evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    assert after == pytest.approx(1.5 * before)
    page.keyboard.press("Space")
    expect(region(page)).to_have_attribute("aria-label", "Layer 2, head 1")
    page.keyboard.press("Shift+Space")
    expect(region(page)).to_have_attribute("aria-label", "Layer 1, head 5")
    page.get_by_role("button", name="Leave the presentation").click()
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()


def test_the_keys_are_listed(opened: Open, attention: Attention) -> None:
    page = opened(show(attention))
    region(page).focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("another layer")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_lines_of_several_heads_keep_their_colours_and_are_named(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 0, 0))
    page.get_by_role("button", name="Lines").click()
    expect(
        page.locator(".surface.lines")
    ).to_be_visible()  # else the heatmap is given the focus, and loses it when it goes
    region(page).focus()
    for key in ("k", "ArrowRight", "k", "ArrowDown"):
        page.keyboard.press(key)
    swatches = page.locator(".swatches button")
    expect(swatches).to_have_text(["1-1", "1-2", "2-2"])
    colour = "each => getComputedStyle(each).borderTopColor"
    colours = [each.evaluate(colour) for each in swatches.all()]
    assert len(set(colours)) == 3
    page.keyboard.press("ArrowUp")
    expect(swatches).to_have_text(["1-1", "1-2"])
    for number, before in enumerate(colours[:2]):
        expect(swatches.nth(number)).to_have_css("border-top-color", before)


def test_the_overview_is_sorted_by_a_measure(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 0, 0))
    page.get_by_text("View options").click()
    page.get_by_role("combobox", name="Order of the overview").select_option("sharp")
    weights = np.stack([attention.weights(layer) for layer in range(3)])
    entropies = -(weights * np.log(weights)).sum(-1).mean(-1).ravel()
    box = page.locator(".overview canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 28 + 10, box["y"] + 40 + 10)
    layer, head = divmod(int(entropies.argmin()), 5)
    expect(page.locator(".title")).to_have_text(f"Layer {layer + 1}, head {head + 1}")
    page.mouse.move(0, 0)
    order = np.argsort(entropies, kind="stable").tolist()
    layer, head = divmod(order[(order.index(0) + 1) % 15], 5)
    region(page).focus()
    page.keyboard.press("Space")
    expect(region(page)).to_have_attribute("aria-label", f"Layer {layer + 1}, head {head + 1}")


def test_pointing_at_a_small_picture_previews_and_clicking_chooses(opened: Open, attention: Attention) -> None:
    page = opened(show(attention, 0, 0))
    box = page.locator(".overview canvas").bounding_box()
    assert box
    place = (box["x"] + box["width"] - 20, box["y"] + box["height"] - 20)
    page.mouse.move(*place)
    expect(page.locator(".title")).to_have_text("Layer 3, head 5")
    expect(region(page)).to_have_attribute("aria-label", "Layer 1, head 1")
    page.mouse.move(0, 0)
    expect(page.locator(".title")).to_have_text("Layer 1, head 1")
    page.mouse.click(*place)
    expect(region(page)).to_have_attribute("aria-label", "Layer 3, head 5")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_there_are_no_barriers(opened: Open, attention: Attention, dark: bool) -> None:
    page = opened(show(attention), dark=dark)
    page.get_by_text("View options").click()
    for picture in PICTURES:
        page.get_by_role("button", name=picture).click()
        settled(page)
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [360, 390, 800, 1366, 1920])
def test_nothing_is_cut_off_at_any_width(opened: Open, softmax_attention: Callable, width: int) -> None:
    page = opened(show(softmax_attention(layers=6, heads=12, tokens=TOKENS * 3)), width=width)
    inside = "element => element.scrollWidth <= element.clientWidth || getComputedStyle(element).overflowX === 'auto'"
    for picture in PICTURES:
        page.get_by_role("button", name=picture).click()
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for name in (".title", ".tabs", ".legend", "table", ".overview", ".picture > :not([hidden])"):
            assert page.locator(name).first.evaluate(inside), f"{picture}: {name}"


@pytest.mark.parametrize("picture", PICTURES)
def test_tokens_are_text_and_nothing_else(opened: Open, softmax_attention: Callable, picture: str) -> None:
    page = opened(show(softmax_attention(tokens=HOSTILE)))
    page.get_by_role("button", name=picture).click()
    for x, y in points(region(page), 90):
        page.mouse.move(x, y)
    assert page.evaluate("window.caught") is None
    assert page.locator("script").count() == 2
    assert page.locator("img").count() == 0
    assert {token for _, token, _ in listed(page)} & {
        "<script>window.caught=1</script>",
        "{layer}",
        "&lt;",
        "⟨U+202E⟩abc",
    }


def test_a_screen_of_twice_the_pixels_has_twice_the_pixels(opened: Open, attention: Attention) -> None:
    widths = []
    for scale in (1, 2):
        canvas = opened(show(attention), scale=scale).locator(".heatmap canvas")
        widths.append((canvas.evaluate("each => each.width"), canvas.bounding_box()["width"]))
    assert widths[1][0] == pytest.approx(2 * widths[0][1], rel=0.02)


def test_in_a_notebook_it_stands_in_a_frame_of_its_own(browser: Browser, attention: Attention) -> None:
    page = browser.new_page()
    page.set_content(f"<title>notebook</title>{show(attention)._repr_html_()}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("table")).to_be_visible()
    assert frame.locator("body").evaluate("() => window.origin") == "null"
    page.close()


def test_the_page_can_be_written_in_another_language(opened: Open, attention: Attention) -> None:
    labels = {name: f"语{name}" for name in show.__kwdefaults__["labels"]}
    page = opened(show(attention, labels=labels | {"layer_head": "第 {layer} 层，第 {head} 头"}, language="zh-CN"))
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    expect(page.locator(".title")).to_have_text("第 1 层，第 1 头")
    assert not re.search(
        r"[A-Za-z]{2}", re.sub(r"语\w+|\[CLS\]|\[SEP\]|the|sun|##rise|over|bay", "", page.inner_text(".attention"))
    )


def test_a_page_opens_with_the_look_that_it_was_saved_with(opened: Open, attention: Attention) -> None:
    look = Selection(layer=2, head=1, view="lines", queries=(3,), kept=((0, 4),), exclude=("special",), average="none")
    page = opened(show(attention, selection=look))
    expect(region(page)).to_have_attribute("aria-label", "Layer 3, head 2")
    expect(page.get_by_role("button", name="Lines", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".swatches button")).to_have_text(["1-5", "3-2"])
    expect(page.get_by_text("What “##rise” (4) attends to")).to_be_visible()
    assert "[CLS]" not in [token for _, token, _ in listed(page)]


def test_a_layer_or_head_that_does_not_exist_is_refused(attention: Attention) -> None:
    with pytest.raises(SelectionError):
        show(attention, layer=3)
    with pytest.raises(SelectionError):
        show(attention, head=-1)


def test_the_frame_of_a_notebook_holds_the_page_escaped(attention: Attention) -> None:
    view = show(attention)
    inside = re.search(r'srcdoc="([^"]*)"', view._repr_html_())
    assert inside
    assert html.unescape(inside[1]) == view.html


def test_a_large_picture_is_dragged_and_a_pinned_query_comes_into_sight(
    opened: Open, softmax_attention: Callable
) -> None:
    attention = softmax_attention(tokens=120)
    page = opened(show(attention))
    box = region(page).bounding_box()
    assert box
    scrolled = "each => [each.scrollLeft, each.scrollTop]"
    page.mouse.move(box["x"] + 500, box["y"] + 500)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=4)
    page.mouse.up()
    assert region(page).evaluate(scrolled) == [200, 300]
    page.mouse.move(0, 0)
    expect(page.get_by_text("mean over queries")).to_be_visible()
    page.mouse.click(box["x"] + 300, box["y"] + 200)
    page.mouse.move(0, 0)
    expect(page.get_by_text("mean over queries")).to_be_hidden()
    page.keyboard.press("Escape")
    region(page).focus()
    page.keyboard.press("]")
    query, key = np.unravel_index(attention.weights(0, 0).argmax(), (120, 120))
    expect(page.get_by_text(f"What “t{query}” ({query + 1}) attends to")).to_be_visible()
    left, top = region(page).evaluate(scrolled)
    cell = 12  # as small as labels can be read
    assert top <= query * cell <= top + box["height"]
    assert left <= key * cell <= left + box["width"]


def test_half_a_surrogate_pair_in_the_name_of_a_model_does_not_keep_the_page_from_being_saved(
    attention: Attention, tmp_path: Path
) -> None:
    page = show(replace(attention, model="odd\udcff")).save(tmp_path / "page.html")
    assert "<title>" in page.read_text(encoding="utf-8")
