"""The Explore page, run without a browser: what is there at once, and what bad input is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz.models.catalogue import MASKED_WORD, MULTILINGUAL
from attention_viz.ui.session.examples import CHINESE, DEFAULT, EXAMPLES, Example
from attention_viz.view.frame import decode

APP = Path(__file__).parents[2] / "app.py"


def fresh(**session: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in session.items():
        page.session_state[name] = value
    return page


def shown(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


@pytest.fixture
def page() -> AppTest:
    return shown(fresh().run())


def drawn(page: AppTest) -> tuple[str, ...]:
    """The tokens in the frame that goes to the browser."""
    frames = [
        element.proto.bytes for element in page.get("bidi_component") if element.proto.WhichOneof("data") == "bytes"
    ]
    return decode(frames[0]).tokens.queries.texts


def told(page: AppTest) -> str:
    """Every message on the page, as it is read: without the marks that keep markdown from changing it."""
    elements = [element for kind in (page.error, page.info, page.warning, page.caption) for element in kind]
    return " ".join(element.value for element in elements).replace("\\", "")


def test_the_first_text_area_is_the_sentence_and_its_picture_is_there_at_once(page: AppTest) -> None:
    assert page.text_area[0].value == DEFAULT.first
    assert drawn(page)[:3] == ("[CLS]", "the", "animal")
    assert not page.error


def test_the_caption_says_what_the_chosen_head_does_most(page: AppTest) -> None:
    assert "Head 2 on this text: it → animal 0.68; otherwise [CLS] 0.52." in told(page)
    shown(page.text_area[0].set_value("word " * 300).run())
    assert "on this text:" not in told(page)


def test_an_example_says_what_to_look_for_until_it_is_changed(page: AppTest) -> None:
    assert str(DEFAULT.look_for) in told(page)
    shown(page.text_area[0].set_value(DEFAULT.first + "!").run())
    assert str(DEFAULT.look_for) not in told(page)


def test_a_new_sentence_is_drawn(page: AppTest) -> None:
    shown(page.text_area[0].set_value("Rain fell.").run())
    assert drawn(page) == ("[CLS]", "rain", "fell", ".", "[SEP]")


def test_layer_and_head_are_chosen_from_what_the_model_has(page: AppTest) -> None:
    assert widget(page.selectbox, "layer").options == [str(n) for n in range(1, 7)]
    assert widget(page.selectbox, "head").options == [str(n) for n in range(1, 13)]
    shown(widget(page.selectbox, "layer").set_value(5).run())
    assert page.query_params["layer"] in ("6", ["6"])


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_is_put_into_the_boxes_and_drawn(page: AppTest, number: int) -> None:
    shown(widget(page.selectbox, "example").set_value(number).run())
    assert page.text_area[0].value == EXAMPLES[number].first
    specials = {
        "": (1, 2, "[SEP]"),
        MASKED_WORD: (1, 2, "[SEP]"),
        MULTILINGUAL: (1, 3, "</s>"),
    }  # of a single text, of a pair
    single, pair, special = specials[EXAMPLES[number].model]
    assert drawn(page).count(special) == (single if EXAMPLES[number].second is None else pair)


def test_a_second_sentence_makes_a_pair_and_its_cosine_is_told(page: AppTest) -> None:
    shown(widget(page.toggle, "pair").set_value(True).run())
    shown(widget(page.text_area, "second").set_value("The beast stayed on this side.").run())
    assert drawn(page).count("[SEP]") == 2
    assert any("Cosine similarity" in element.value for element in page.markdown)


def test_one_direction_of_a_pair_ends_with_the_pair_and_comes_back_with_it() -> None:
    page = fresh(pair=True, second="It was tired.", pairs="AB")
    assert "pairs" in shown(page.run()).query_params
    assert "pairs" not in shown(widget(page.toggle, "pair").set_value(False).run()).query_params
    assert "pairs" in shown(widget(page.toggle, "pair").set_value(True).run()).query_params


def test_until_a_second_sentence_is_typed_its_box_says_what_to_do_and_the_first_is_read_alone(page: AppTest) -> None:
    before = drawn(page)
    shown(widget(page.toggle, "pair").set_value(True).run())
    assert widget(page.text_area, "second").placeholder.startswith("Type a second sentence.")
    assert not page.error
    assert drawn(page) == before


def test_a_blank_second_sentence_is_told_and_the_picture_stays(page: AppTest) -> None:
    shown(widget(page.toggle, "pair").set_value(True).run())
    shown(widget(page.text_area, "second").set_value(" ").run())
    assert "The text is empty" in told(page)
    assert "animal" in drawn(page)


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u200b\u200b"])
def test_a_blank_text_is_told_and_the_picture_before_stays(page: AppTest, blank: str) -> None:
    shown(page.text_area[0].set_value(blank).run())
    assert len(page.error) == 1
    assert "animal" in drawn(page)


def test_ten_thousand_words_are_cut_and_said_so_above_the_picture(page: AppTest) -> None:
    shown(page.text_area[0].set_value("word " * 10_000).run())
    assert "first 510 of 10,000 tokens" in told(page)
    assert "9,490 left out" in told(page)
    assert len(page.text_area[0].value) == 50_000


ODD = [
    "null \0 byte",
    "bell \x07 and escape \x1b[31m",
    "مرحبا بالعالم",
    "שלום",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈",
    "e\u0301\u0302\u0303 Z̷̢a̸l̷g̵o̶",
    r"$\frac{a}{b}$ \undefined",
    "<script>alert(1)</script>",
    "</script><!--<script>",
    "**bold** _it_ `code` # head",
    ":red[x] :material/home: :smile:",
    "[MASK] [CLS] [SEP]",
    "\u202eright to left override\u202c",
    "{braces} {0} {name!r} %s %(x)s",
    "=1+1, @x, -3",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_drawn_as_text_and_stays_in_its_box(page: AppTest, text: str) -> None:
    shown(page.text_area[0].set_value(text).run())
    assert page.text_area[0].value == text
    assert len(drawn(page)) > 2
    assert not page.error


def test_unknown_words_are_counted_and_a_chinese_model_is_offered(page: AppTest) -> None:
    shown(page.text_area[0].set_value("小猫坐在垫子上").run())
    assert "not in the model's vocabulary" in told(page)
    (offer,) = (button for button in page.button if "multilingual-e5-small" in button.label)
    shown(offer.click().run())
    assert "not in the model's vocabulary" not in told(page)
    assert "猫" in drawn(page)
    assert page.text_area[0].value == "小猫坐在垫子上"


def test_a_model_of_the_hub_is_offered_for_characters_that_the_multilingual_one_lacks(page: AppTest) -> None:
    page.session_state["model"] = MULTILINGUAL
    shown(page.text_area[0].set_value("𠮷野家的招牌").run())
    assert "not in the model's vocabulary" in told(page)
    assert any("bert-base-chinese" in button.label for button in page.button)


def test_words_instead_of_pieces_are_drawn(page: AppTest) -> None:
    shown(page.text_area[0].set_value("Transformers didn't tokenize unbelievably.").run())
    assert any(token.startswith("##") for token in drawn(page))
    page.session_state["units"] = "words"
    shown(page.run())
    assert "didn't" in drawn(page)
    assert not any(token.startswith("##") for token in drawn(page))


def test_chinese_words_are_drawn_when_segmented(page: AppTest) -> None:
    page.session_state["units"] = "segmented"
    shown(page.text_area[0].set_value("我们去北京").run())
    assert "北京" in drawn(page)


def test_the_page_speaks_chinese_from_the_browsers_locale() -> None:
    page = fresh()
    page.context = {"locale": "zh-CN"}
    shown(page.run())
    assert page.text_area[0].label == "你的文本"
    assert page.text_area[0].value == CHINESE.first
    assert page.session_state["model"] == MULTILINGUAL
    assert (page.session_state["layer"], page.session_state["head"]) == (CHINESE.layer, CHINESE.head)


@pytest.mark.parametrize(
    ("address", "start"),
    [
        ({"language": "zh"}, CHINESE),
        ({"model": MULTILINGUAL, "layer": "2", "head": "1"}, CHINESE),
        ({"layer": "4", "head": "2"}, DEFAULT),
        ({"layer": "4", "head": "2", "language": "zh"}, DEFAULT),
    ],
)
def test_an_address_without_a_text_begins_with_the_example_of_its_model(
    address: dict[str, str], start: Example
) -> None:
    page = fresh()
    page.context = {"locale": "zh-CN"}
    for name, value in address.items():
        page.query_params[name] = value
    shown(page.run())
    assert (page.text_area[0].value, page.session_state["model"]) == (start.first, start.model)


def test_the_language_is_switched_on_the_page(page: AppTest) -> None:
    page.session_state["language"] = "zh"
    shown(page.run())
    assert page.text_area[0].label == "你的文本"


def test_an_address_opens_the_same_look() -> None:
    page = fresh()
    page.query_params["layer"], page.query_params["head"] = "2", "11"
    page.query_params["view"], page.query_params["units"] = "layer", "words"
    shown(page.run())
    state = page.session_state
    assert (state["layer"], state["head"], state["view"], state["units"]) == (1, 10, "layer", "words")


def test_a_session_begins_with_the_sentence_and_an_address_that_names_no_view_means_the_heatmap() -> None:
    page, addressed = fresh(), fresh()
    addressed.query_params["layer"] = "2"
    assert [each.run().session_state["view"] for each in (page, addressed)] == ["sentence", "head"]


def test_an_address_that_does_not_fit_falls_back() -> None:
    page = fresh()
    page.query_params["layer"], page.query_params["view"] = "99999", "<script>"
    shown(page.run())
    assert page.session_state["view"] == "sentence"  # as a session begins


def test_an_address_of_which_an_entry_cannot_be_read_shows_the_rest_and_says_so_until_something_else_is_chosen() -> (
    None
):
    page = fresh()
    page.query_params["layer"], page.query_params["cuts"] = "2", "2-1-5-3,2-1-5"
    said = "What cannot be read of this address is left out: cuts=2-1-5."
    assert said in told(shown(page.run()))
    assert page.session_state["cuts"] == ((1, 0, 4, 2),)
    assert said in told(shown(page.run()))
    assert said not in told(shown(widget(page.selectbox, "head").set_value(3).run()))


def test_a_layer_that_the_model_lacks_becomes_its_last() -> None:
    page = fresh()
    page.query_params["layer"] = "40"
    shown(page.run())
    assert page.session_state["layer"] == 5


def test_the_look_that_is_sent_to_the_browser_is_the_one_chosen() -> None:
    page = shown(fresh(layer=1, head=4).run())
    messages = [
        json.loads(element.proto.json)
        for element in page.get("bidi_component")
        if element.proto.WhichOneof("data") == "json"
    ]
    looks = [message["message"]["look"] for message in messages if "message" in message]
    assert (looks[0]["layer"], looks[0]["head"]) == (1, 4)


def test_a_long_text_is_read_in_windows_on_request(page: AppTest) -> None:
    shown(page.text_area[0].set_value("many words in a row " * 160).run())
    assert "left out" in told(page)
    windows = next(toggle for toggle in page.toggle if "windows" in toggle.label)
    shown(windows.set_value(True).run())
    assert "left out" not in told(page)
    assert "windows" in told(page)
    assert len(drawn(page)) == 802


def test_the_switch_of_an_example_swaps_a_word_and_what_is_pinned_stays(page: AppTest) -> None:
    shown(widget(page.segmented_control, "word").set_value("wide").run())
    assert page.text_area[0].value == DEFAULT.with_word("wide")
    assert (page.session_state["queries"], page.session_state["keys"]) == ((10,), (2,))
    shown(page.text_area[0].set_value("Rain fell.").run())
    assert (page.session_state["queries"], page.session_state["keys"]) == ((), ())
    assert not [each for each in page.segmented_control if "wide" in each.options]


def test_an_example_that_is_chosen_has_its_link_pinned(page: AppTest) -> None:
    number = next(
        number for number, each in enumerate(EXAMPLES) if each.model == "" and each.link not in (None, DEFAULT.link)
    )
    shown(widget(page.selectbox, "example").set_value(number).run())
    query, key = EXAMPLES[number].link or (0, 0)
    assert (page.session_state["queries"], page.session_state["keys"]) == ((query,), (key,))
