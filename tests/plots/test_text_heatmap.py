"""The coloured text: which colour each token has, where it stands, and that nothing is lost or cut off."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import Rectangle

import attention_viz as av
from attention_viz import Attention
from attention_viz.errors import SelectionError
from attention_viz.plots import plot_text
from attention_viz.plots.layout.palette import weights_map
from attention_viz.plots.typesetting.font_files import font_files
from attention_viz.plots.typesetting.paragraphs import MOST_TOKENS, TEXT_WIDTH, paragraphs
from attention_viz.tokens import Tokens
from plots.reading import ODD_TOKENS, assert_legible, random_attention, words

WEIGHTS = np.array([[0.9, 0.06, 0.04, 0.0], [0.5, 0.5, 0.0, 0.0], [0.0, 0.2, 0.0, 0.8], [0.1, 0.1, 0.79, 0.01]])
"""Of (query, key)."""
TOKENS = ["[CLS]", "the", ".", "cat"]


@pytest.fixture
def by_hand() -> Attention:
    return Attention.from_weights(WEIGHTS, TOKENS)


@pytest.fixture(scope="module")
def pair() -> Attention:
    return av.load_model().attend("The unbelievable animal didn't cross.", "It was tired.")


def grounds(figure: Figure) -> list[tuple[float, ...]]:
    """The colour under each token that has one, in the order of the text."""
    patches = [each for each in figure.axes[0].patches if isinstance(each, Rectangle) and each.get_fill()]
    return [tuple(each.get_facecolor()) for each in patches]


def frames(figure: Figure) -> int:
    return sum(not each.get_fill() for each in figure.axes[0].patches)


def drawn(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_each_token_has_the_colour_of_what_it_receives_on_average(by_hand: Attention) -> None:
    figure = plot_text(by_hand, 0, 0)
    assert drawn(figure) == TOKENS
    shares = np.sqrt(WEIGHTS.mean(axis=0))
    np.testing.assert_allclose(grounds(figure), [weights_map()(share) for share in shares], atol=0.02)
    assert "Colours: the attention weight that a token receives, mean over queries." in " ".join(words(figure))
    assert frames(figure) == 0


def test_what_pinned_queries_give_is_summed_and_they_are_framed(by_hand: Attention) -> None:
    one = plot_text(by_hand, 0, 0, queries=[2], scale="unit")
    np.testing.assert_allclose(grounds(one), [weights_map()(weight) for weight in WEIGHTS[2]], atol=0.02)
    assert frames(one) == 1
    assert "from the framed one" in " ".join(words(one))
    two = plot_text(by_hand, 0, 0, queries=[0, 1], scale="unit")
    together = WEIGHTS[:2].sum(axis=0)
    np.testing.assert_allclose(grounds(two), [weights_map()(each / together.max()) for each in together], atol=0.02)
    assert "0 to the highest shown (1.4000)" in " ".join(two.axes[1].get_ylabel().split("\n"))
    assert frames(two) == 2
    assert "from the 2 framed ones together" in " ".join(words(two))


def test_excluded_tokens_have_no_ground_and_faint_ones_the_lowest(by_hand: Attention) -> None:
    figure = plot_text(by_hand, 0, 0, exclude=["special"], threshold=0.21, scale="unit")
    received = WEIGHTS.mean(axis=0)[1:]
    assert received.tolist() == pytest.approx([0.215, 0.2075, 0.2025])
    shares = [0.215, 0, 0]
    np.testing.assert_allclose(grounds(figure), [weights_map()(share) for share in shares], atol=0.02)
    said = " ".join(words(figure))
    assert re.search(r"Special tokens are left out as keys\. They took 3[78]% of", said.replace("\n", " "))
    assert "Tokens that receive less than 0.21 are not coloured." in said.replace("\n", " ")


def test_tokens_that_cannot_be_read_have_no_ground_and_that_is_said(by_hand: Attention) -> None:
    causal = replace(Attention.from_weights(np.tril(WEIGHTS), TOKENS), causal=True)
    figure = plot_text(causal, 0, 0, queries=np.array([0, 1]))
    assert len(grounds(figure)) == 2
    assert "Without a colour: tokens that cannot be read" in " ".join(words(figure)).replace("\n", " ")
    assert "Without a colour" not in " ".join(words(plot_text(by_hand, 0, 0, queries=[0, 1])))


def test_of_a_pair_one_direction_can_be_shown(pair: Attention) -> None:
    figure = plot_text(pair, 2, 4, pairs="AB", scale="unit")
    second = np.array(pair.key_tokens.segments) == 1
    wanted = np.where(second, pair.weights(2, 4)[~second].sum(axis=0) / len(second), 0)
    np.testing.assert_allclose(grounds(figure), [weights_map()(weight) for weight in wanted], atol=0.02)


def test_a_text_reads_as_it_was_written(pair: Attention) -> None:
    side = paragraphs(pair.key_tokens, 0)
    rows = sorted({word.y for word in side.words})
    assert len(rows) == 2, "one paragraph per text"
    touching = [
        (before.text, after.text)
        for before, after in zip(side.words, side.words[1:], strict=False)
        if before.y == after.y and after.x - before.x - before.width < 1e-9
    ]
    pieces = [text.removeprefix("##") for text in pair.tokens]
    assert [word.text for word in side.words] == pieces
    assert ("t", "cross") not in touching
    assert {("'", "t"), ("cross", "."), ("tired", ".")} <= set(touching)
    underlined = [line for line in plot_text(pair, 0, 0).axes[0].lines if len(line.get_xdata()) == 2]
    assert len(underlined) == sum(text.startswith("##") for text in pair.tokens)


def test_lines_break_between_words_and_chinese_characters_but_not_inside_a_word() -> None:
    english = av.load_model().attend("An unbelievable unforgettable thing, " * 6)
    side = paragraphs(english.key_tokens, 0)
    firsts = [word for before, word in zip(side.words, side.words[1:], strict=False) if word.y > before.y]
    assert firsts
    assert not any(english.tokens[word.position].startswith(("##", ",")) for word in firsts)
    chinese = Tokens.plain(["中"] * 100)
    joined = replace(chinese, spans=tuple((place, place + 1) for place in range(100)))
    assert len({word.y for word in paragraphs(joined, 0).words}) > 2
    assert all(word.x + word.width <= TEXT_WIDTH for word in [*side.words, *paragraphs(joined, 0).words])


def spaced_tokens(text: str) -> Tokens:
    """Words and marks of a text between [CLS] and [SEP], with their places."""
    found = list(re.finditer(r"\w+|[^\w\s]", text))
    plain = Tokens.plain(["[CLS]", *(each.group() for each in found), "[SEP]"])
    return replace(plain, spans=((0, 0), *(each.span() for each in found), (0, 0)))


def lines_of(tokens: Tokens) -> list[list[str]]:
    """What stands in each line from left to right."""
    placed = paragraphs(tokens, 0).words
    rows = sorted({word.y for word in placed})
    return [[word.text for word in sorted(placed, key=lambda word: word.x) if word.y == row] for row in rows]


def test_a_hebrew_text_runs_right_to_left_with_names_and_numbers_in_their_own_order() -> None:
    tokens = spaced_tokens("שלום Anna Lee, זה 1,234 שקל (כן).")
    (line,) = lines_of(tokens)
    assert line == ["[SEP]", ".", "(", "כן", ")", "שקל", "1", ",", "234", "זה", ",", "Anna", "Lee", "שלום", "[CLS]"]
    placed = paragraphs(tokens, 0)
    assert max(word.x + word.width for word in placed.words) == pytest.approx(placed.width)
    first, *others = placed.words
    assert all(first.x > word.x for word in others)


def test_an_arabic_text_and_a_hebrew_name_in_an_english_one_run_their_ways() -> None:
    (arabic,) = lines_of(spaced_tokens("ذهب أحمد 25 Amazon"))
    assert arabic == ["[SEP]", "Amazon", "25", "أحمد", "ذهب", "[CLS]"]
    (english,) = lines_of(spaced_tokens("see דני כהן now"))
    assert english == ["[CLS]", "see", "כהן", "דני", "now", "[SEP]"]


def test_pieces_of_an_arabic_word_keep_the_letters_that_they_have_in_the_word() -> None:
    def shapes(text: str) -> list[int]:
        font = get_font(font_files()[0])
        font.set_size(12, 72)
        invisible = font.get_char_index(ord("\u200d")), font.get_char_index(ord(" "))
        found = [item.glyph_index for item in font._layout(text, LoadFlags.NO_HINTING)]
        return [glyph for glyph in found if glyph not in invisible]

    tokens = replace(Tokens.plain(["بيت", "##نا", "كبير"]), spans=((0, 3), (3, 5), (6, 10)))
    first, second, third = paragraphs(tokens, 0).words
    assert shapes(second.text) + shapes(first.text) == shapes("بيتنا")
    assert shapes("نا") + shapes("بيت") != shapes("بيتنا")
    assert third.text == "كبير"
    assert second.x + second.width == pytest.approx(first.x)


def test_a_piece_that_stands_for_no_character_of_an_arabic_word_joins_nothing() -> None:
    tokens = replace(Tokens.plain(["بيت", "\u2581", "نا"]), surfaces=("بيت", "", "نا"), spans=((0, 3), (3, 3), (3, 5)))
    first, _, third = paragraphs(tokens, 0).words
    assert (first.text, third.text) == ("بيت", "نا")


def test_a_long_text_that_runs_right_to_left_begins_each_line_at_the_right_edge() -> None:
    placed = paragraphs(spaced_tokens("מילה " * 60), 0)
    rows = sorted({word.y for word in placed.words})
    assert len(rows) > 2
    for row in rows:
        line = [word for word in placed.words if word.y == row]
        assert max(word.x + word.width for word in line) == pytest.approx(placed.width)
        assert [word.position for word in sorted(line, key=lambda word: -word.x)] == [word.position for word in line]
        ends = sorted((word.x, word.x + word.width) for word in line)
        assert all(start >= end - 1e-9 for (_, end), (start, _) in itertools.pairwise(ends))


def test_each_text_of_a_pair_runs_its_own_way() -> None:
    tokens = replace(spaced_tokens("one two שלום דני"), segments=(0, 0, 0, 1, 1, 1))
    assert lines_of(tokens) == [["[CLS]", "one", "two"], ["[SEP]", "דני", "שלום"]]


def test_the_picture_of_a_hebrew_text_is_legible_and_loses_no_token(rng: np.random.Generator) -> None:
    tokens = spaced_tokens("שלום Anna Lee, זה 1,234 שקל (כן). " * 3)
    figure = plot_text(random_attention(rng, tokens.texts), 0, 0)
    assert len(drawn(figure)) == len(tokens)
    assert_legible(figure)


def test_those_who_read_stand_above_those_who_are_read(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(3), size=2)
    figure = plot_text(Attention.from_weights(weights, ["il", "dort"], ["he", "sleeps", "well"]), 0, 0, queries=[1])
    heights = {text.get_text(): text.get_position()[1] for text in figure.axes[0].texts}
    assert heights["query (reads)"] < heights["dort"] < heights["key (is read)"] < heights["sleeps"]
    assert len(grounds(figure)) == 3
    (frame,) = (each for each in figure.axes[0].patches if not each.get_fill())
    assert frame.get_y() < heights["dort"] < heights["key (is read)"]
    assert_legible(figure)


def test_of_a_long_text_the_first_tokens_are_drawn_and_the_picture_says_so() -> None:
    n = MOST_TOKENS + 1
    figure = plot_text(Attention.from_weights(np.eye(n, dtype=np.float32), ["a"] * n), 0, 0)
    assert len(drawn(figure)) == MOST_TOKENS
    assert f"The first {MOST_TOKENS} of {n} are drawn." in " ".join(words(figure))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colours", ["blue", "grey"])
def test_nothing_is_cut_off_and_nothing_overlaps(rng: np.random.Generator, theme: str, colours: str) -> None:
    tokens = ["[CLS]", *"小猫坐下了，因为它很累。", "w" * 300, "\u202eשלום", "𝔘" * 9, *["word", "##s"] * 30, "[SEP]"]
    assert_legible(plot_text(random_attention(rng, tokens), 0, 0, theme=theme, palette=colours, exclude=["special"]))


@settings(max_examples=15)
@given(tokens=ODD_TOKENS)
def test_any_token_is_drawn_as_text_without_a_warning(tokens: list[str]) -> None:
    figure = plot_text(Attention.from_weights(np.eye(len(tokens)), tokens), 0, 0)
    assert len(drawn(figure)) == len(tokens)
    assert_legible(figure)


def test_every_word_of_the_picture_goes_through_translate(by_hand: Attention) -> None:
    figure = plot_text(by_hand, 0, 0, queries=[0, 2], threshold=0.1, translate=lambda template: "译" + template)
    notes = "".join(text.get_text() for text in figure.texts)
    assert notes.count("译") == 2
    assert figure.axes[0].get_title().startswith("译")
    assert figure.axes[1].get_ylabel().startswith("译")


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"layer": 1, "head": 0}, "layer index 1"),
        ({"layer": 0, "head": 0, "queries": [4]}, "no query 4"),
        ({"layer": 0, "head": 0, "scale": "log"}, "log"),
        ({"layer": 0, "head": 0, "palette": "pink"}, "pink"),
        ({"layer": 0, "head": 0, "pairs": "CC"}, "CC"),
        ({"layer": 0, "head": 0, "threshold": 2}, "threshold"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(by_hand: Attention, options: dict[str, object], what: str) -> None:
    with pytest.raises(SelectionError, match=what):
        plot_text(by_hand, **options)  # type: ignore[arg-type]
