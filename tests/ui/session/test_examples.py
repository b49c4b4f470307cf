"""What the examples say of the embedded model is what the embedded model does."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

import attention_viz as av
from attention_viz.attention import Attention
from attention_viz.models.catalogue import MASKED_WORD, MULTILINGUAL
from attention_viz.ui.session.examples import CHINESE, DEFAULT, EXAMPLES, STARTS, Example

CLAIM = re.compile(r"[Ll]ayer (\d+), head (\d+)")


CHINESE_LINKS: list[tuple[str, list[tuple[int, int, str, str, int]]]] = [
    ("Measure words", [(7, 3, "只", "猫", 0), (7, 3, "条", "鱼", 0), (7, 3, "匹", "马", 0)]),
    ("Segmentation", [(4, 9, "马上", "马上", 1)]),
    ("pair in Chinese", [(12, 8, "有人", "男人", 0)]),
    ("translation", [(6, 6, "猫", "▁cat", 0), (6, 6, "▁cat", "猫", 0)]),
    ("Repetition in Chinese", [(6, 6, "玫瑰", "玫瑰", 1)]),
]
"""What the Chinese examples name: layer and head from 1, query, key, and which of several queries, from 0."""


@pytest.fixture
def model(embedded: av.Model) -> av.Model:
    return embedded


@cache
def loaded(source: str) -> av.Model:
    return av.load_model(source)


@pytest.fixture
def multilingual() -> av.Model:
    return loaded(MULTILINGUAL)


def named(words: str) -> Example:
    return next(example for example in EXAMPLES if words in str(example.name))


def weight(attention: Attention, layer: int, head: int, query: str, key: str, repeated: int = 0) -> float:
    """From a token of this spelling, the first or a repeated one, to the first of that; layer and head as the screen counts."""
    tokens = attention.tokens
    rows = [position for position, token in enumerate(tokens) if token == query]
    return float(attention.weights(layer - 1, head - 1)[rows[repeated], tokens.index(key)])


def test_it_reads_the_animal_that_was_tired_more_than_the_one_before_a_wide_street(model: av.Model) -> None:
    tired = model.attend(DEFAULT.first)
    wide = model.attend(DEFAULT.first.replace("tired", "wide"))
    found = [f"{weight(each, 4, 2, 'it', 'animal'):.2f}" for each in (tired, wide)]
    assert re.findall(r"\d\.\d\d", str(DEFAULT.look_for)) == found


@pytest.mark.parametrize(
    ("name", "links"),
    [
        ("pair", [(1, 2, "instrument", "guitar")]),
        ("bank", [(1, 5, "bank", "river")]),
        ("verb", [(4, 2, "are", "keys"), (6, 4, "are", "cabinet")]),
    ],
)
def test_the_weights_that_an_example_names_are_the_models(
    model: av.Model, name: str, links: list[tuple[int, int, str, str]]
) -> None:
    example = named(name)
    attention = model.attend(example.first, example.second)
    found = [f"{weight(attention, *link):.2f}" for link in links]
    assert re.findall(r"\d\.\d\d", str(example.look_for)) == found


def test_a_hungry_cat_is_read_more_than_the_one_beside_a_fresh_fish(multilingual: av.Model) -> None:
    hungry, fresh = (multilingual.attend(text) for text in (CHINESE.first, CHINESE.first.replace("饿", "新鲜")))
    found = [weight(each, 9, 9, "它", key) for key in "猫鱼" for each in (hungry, fresh)]
    assert re.findall(r"\d\.\d\d", str(CHINESE.look_for)) == [f"{each:.2f}" for each in found]


@pytest.mark.parametrize(("name", "links"), CHINESE_LINKS)
def test_the_weights_that_a_chinese_example_names_are_the_models(
    multilingual: av.Model, name: str, links: list[tuple[int, int, str, str, int]]
) -> None:
    example = named(name)
    attention = multilingual.attend(example.first, example.second)
    found = [f"{weight(attention, *link):.2f}" for link in links]
    assert re.findall(r"\d\.\d\d", str(example.look_for)) == found


def test_no_character_of_a_chinese_example_is_unknown(multilingual: av.Model) -> None:
    for example in EXAMPLES:
        if example.language == "zh":
            assert not any(multilingual.attend(example.first, example.second).query_tokens.unknown)


def test_each_rose_gives_most_of_its_attention_to_the_others(model: av.Model) -> None:
    attention = model.attend(named("same word").first)
    roses = [position for position, token in enumerate(attention.tokens) if token == "rose"]
    among = attention.weights(2, 9)[np.ix_(roses, roses)]
    assert ((among.sum(axis=1) - among.diagonal()) > 0.5).all()


HEADS = [(example, *map(int, claim.groups())) for example in EXAMPLES if (claim := CLAIM.search(str(example.look_for)))]


@pytest.mark.parametrize(("example", "layer", "head"), HEADS)
def test_an_example_opens_on_the_first_head_that_it_names(example: Example, layer: int, head: int) -> None:
    assert (example.layer + 1, example.head + 1) == (layer, head)


def test_every_example_that_speaks_of_a_head_names_it_by_its_numbers() -> None:
    assert [example for example, *_ in HEADS] == [each for each in EXAMPLES if "head " in str(each.look_for).lower()]


def test_a_masked_verb_reads_its_subject_and_agrees_with_it() -> None:
    model = loaded(MASKED_WORD)
    example = named("masked verb")
    attention = model.attend(example.first)
    read = [weight(attention, 4, 2, "[MASK]", key) for key in ("men", "window")]
    (mask,) = model.read(example.first).predictions.masks
    claimed = [f"{each:.2f}" for each in (*read, mask.guesses[0].probability)]
    assert re.findall(r"\d\.\d\d", str(example.look_for)) == claimed
    assert mask.guesses[0].text == "were"
    (other,) = model.read("The man at the windows [MASK] old.").predictions.masks
    assert other.guesses[0].text == "was"


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each.link is not None], ids=lambda each: each.first[:20]
)
def test_the_pinned_tokens_of_an_example_are_a_strong_link_of_its_head(example: Example) -> None:
    query, key = example.link or (0, 0)
    attention = loaded(example.model).attend(example.first, example.second)
    row = attention.weights(example.layer, example.head)[query].copy()
    row[list(attention.query_tokens.special)] = 0
    row[query] = 0
    assert key in row.argsort()[-2:]


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_with_the_other_word_what_is_pinned_is_at_its_place_and_read_less(start: Example) -> None:
    query, key = start.link or (0, 0)
    model = loaded(start.model)
    first, other = (model.attend(text) for text in start.texts)
    assert [first.tokens[at] for at in (query, key)] == [other.tokens[at] for at in (query, key)]
    weights = [each.weights(start.layer, start.head)[query, key] for each in (first, other)]
    assert weights[1] < weights[0] / 2
