"""How often a head's strongest link is the expected one, against a count written out in loops."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np
import pytest

from attention_viz import Model, corpus, merge_words
from attention_viz.corpus import Item, Options, Pattern, Relation, Tree
from attention_viz.corpus.relations.classes import NAMES, belongs
from attention_viz.corpus.relations.hits import DIRECTIONS, OFFSETS
from attention_viz.corpus.relations.words import Words
from attention_viz.errors import InputError

SENTENCES = [
    Item(
        ["the", "cat", "sat", "because", "it", "was", "tired", "."],
        tree=Tree(
            (
                (0, 1, "det"),
                (1, 2, "nsubj"),
                (3, 6, "mark"),
                (4, 6, "nsubj"),
                (5, 6, "cop"),
                (6, 2, "advcl"),
                (7, 2, "punct"),
            ),
            ("DET", "NOUN", "VERB", "SCONJ", "PRON", "AUX", "ADJ", "PUNCT"),
        ),
    ),
    Item(
        ["sunrises", "didn't", "down", "."],
        tree=Tree(((0, 1, "nsubj"), (2, 1, "advmod"), (3, 1, "punct")), ("NOUN", "VERB", "ADV", "PUNCT")),
    ),
    Item(
        ["the", "cat", "'s", "sun", "sat"],
        tree=Tree(
            ((0, 1, "det"), (1, 3, "poss"), (2, 1, "case"), (3, 4, "nsubj")), ("DET", "NOUN", "PART", "NOUN", "VERB")
        ),
    ),
]


def counted(model: Model, items: list[Item]) -> dict[tuple[str, str], list[int]]:
    """(relation, direction) -> hits of each head, as Clark et al. count them."""
    found: dict[tuple[str, str], list[int]] = {}
    for item in items:
        attention = merge_words(model.attend(item.first))
        for row, (layer, head) in enumerate(np.ndindex(2, 3)):
            between = np.array(attention.weights(layer, head))
            np.fill_diagonal(between, 0)
            between = between[1:-1, 1:-1]
            assert len(between) == len(item.first)
            for direction, side in zip(DIRECTIONS, (between, between.T), strict=True):
                predictions = side.argmax(axis=-1)
                assert item.tree is not None
                for dependent, wanted, name in item.tree.edges:
                    looked = dependent + (name == "poss" and item.first[dependent + 1] == "'s")
                    for each in (name, "all"):
                        hits = found.setdefault((each, direction), [0] * 6)
                        hits[row] += int(predictions[looked] == wanted)
    return found


def test_relations_of_a_treebank_are_counted_as_clark_counts_them(model: Model, tmp_path: Path) -> None:
    measured = corpus.measure(SENTENCES, model, into=tmp_path, options=Options(measures=False))
    expected = counted(model, SENTENCES)
    relations = measured.relations()
    assert {(each.relation, each.direction) for each in relations} == set(expected)
    for each in relations:
        hits = expected[each.relation, each.direction]
        by_head = {place: found.value for place, found in each.heads}
        assert [round(by_head[place] * each.n) for place in np.ndindex(2, 3)] == hits
        assert each.best[1].value == max(hits) / each.n
        assert each.best[1].low <= each.best[1].value <= each.best[1].high
    assert next(each.n for each in relations if each.relation == "all") == 14


def test_the_best_fixed_distance_stands_beside_each_relation(model: Model, tmp_path: Path) -> None:
    measured = corpus.measure(SENTENCES, model, into=tmp_path, options=Options(measures=False))
    found = {each.relation: each for each in measured.relations() if each.direction == "forward"}
    assert found["det"].offset[0] == 1
    assert found["det"].offset[1].value == 1
    assert found["det"].chance == pytest.approx((1 / 7 + 1 / 4) / 2, abs=1e-6)
    for offset in OFFSETS:
        right = 0
        for item in SENTENCES:
            assert item.tree is not None
            for dependent, head, name in item.tree.edges:
                right += name == "nsubj" and min(max(dependent + offset, 0), len(item.first) - 1) == head
        assert right / found["nsubj"].n <= found["nsubj"].offset[1].value


def test_a_relation_that_is_asked_for_is_looked_for_in_every_text(model: Model, tmp_path: Path) -> None:
    texts = ["the cat sat because it was tired .", "it sat .", "the sun , the cat ."]
    relations = (
        Relation("pronoun to an earlier word", Pattern("class", ("pronoun",)), Pattern("class", ("word",)), "earlier"),
        Relation("article to its noun", Pattern("words", ("The",)), Pattern("expression", ("cat|sun",)), "next"),
    )
    measured = corpus.measure(texts, model, into=tmp_path, options=Options(relations=relations))
    found = {(each.relation, each.direction): each for each in measured.relations()}
    forward = found["pronoun to an earlier word", "forward"]
    assert (forward.n, forward.texts) == (1, 1)
    assert forward.chance == pytest.approx(4 / 7)
    articles = found["article to its noun", "forward"]
    assert (articles.n, articles.texts) == (3, 2)
    assert articles.offset == (1, articles.offset[1])
    assert articles.offset[1].value == 1
    expected = []
    for layer, head in np.ndindex(2, 3):
        hits = 0
        for text in texts[::2]:
            attention = merge_words(model.attend(text))
            between = np.array(attention.weights(layer, head))
            np.fill_diagonal(between, 0)
            words = attention.tokens[1:-1]
            for place in [place for place, word in enumerate(words) if word == "the"]:
                hits += between[1:-1, 1:-1][place].argmax() == place + 1
        expected.append(hits)
    by_head = {place: round(each.value * 3) for place, each in articles.heads}
    assert [by_head[place] for place in np.ndindex(2, 3)] == expected


def test_tags_of_a_treebank_can_be_asked_for() -> None:
    words, tags = SENTENCES[0].first, SENTENCES[0].tree.tags  # type: ignore[union-attr]
    relation = Relation("pronoun to noun", Pattern("tag", ("PRON",)), Pattern("tag", ("NOUN", "PROPN")), "earlier")
    assert np.argwhere(relation.pairs(words, tags)).tolist() == [[4, 1]]
    assert not relation.pairs(words).any()


@pytest.mark.parametrize(
    ("order", "expected"), [("earlier", [0]), ("later", [2, 3]), ("next", [2]), ("any", [0, 2, 3])]
)
def test_where_the_key_stands(order: str, expected: list[int]) -> None:
    pairs = Relation("a", Pattern("words", ("b",)), order=order).pairs(list("abcd"))  # type: ignore[arg-type]
    assert np.flatnonzero(pairs[1]).tolist() == expected


def test_chinese_words_are_those_of_the_dictionary(model: Model, tmp_path: Path) -> None:
    relation = Relation("a", Pattern("words", ("我爱你",)), order="any")
    single = Relation("b", Pattern("class", ("pronoun",)), Pattern("class", ("pronoun",)), "later")
    measured = corpus.measure(["我爱你 ."], model, into=tmp_path, options=Options(relations=(relation, single)))
    assert {each.relation: each.n for each in measured.relations()} == {"a": 1}


@pytest.mark.parametrize(
    ("word", "name"),
    [("They", "pronoun"), ("他们", "pronoun"), ("...", "punctuation"), ("1,000", "number"), ("Rome", "capitalised")],
)
def test_words_belong_to_their_classes(word: str, name: str) -> None:
    assert belongs(word, name)
    assert not belongs("brxl", name)
    assert name in NAMES


def test_an_expression_that_takes_too_long_is_ended() -> None:
    pattern = Pattern("expression", (r"(a|aa)+$",))
    start = time.monotonic()
    with pytest.raises(InputError, match="takes too long"):
        pattern.matches(["a" * 60 + "b"])
    assert time.monotonic() - start < 5


def test_an_expression_may_not_take_long_on_the_words_of_a_text_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(step=0.03)
    monkeypatch.setattr(time, "thread_time", lambda: next(clock))
    assert Pattern("expression", ("a+",)).matches(["aa", "b"]).tolist() == [True, False]
    with pytest.raises(InputError, match="takes too long on the words of a text"):
        Pattern("expression", ("a+",)).matches(["aa"] * 5)


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        ("expression", ("(",), "no regular expression"),
        ("expression", ("(a+",), "no regular expression: it breaks at its end"),
        ("expression", ("a**",), "no regular expression: it breaks at character 3"),
        ("expression", ("a" * 201,), "201 characters"),
        ("class", ("noun",), "no class"),
        ("words", (), "other values"),
        ("sql", ("DROP TABLE heads",), "A pattern is"),
    ],
)
def test_a_pattern_that_is_none_is_refused(kind: str, values: tuple[str, ...], told: str) -> None:
    with pytest.raises(InputError, match=told):
        Pattern(kind, values)  # type: ignore[arg-type]


def test_words_that_were_cut_off_take_their_relations_with_them(model: Model, tmp_path: Path) -> None:
    words = ["the", "cat"] * 40
    tree = Tree(tuple((each, each + 1, "det") for each in range(0, 80, 2)), ("DET", "NOUN") * 40)
    measured = corpus.measure([Item(words, tree=tree)], model, into=tmp_path, options=Options(measures=False))
    assert {each.n for each in measured.relations()} == {29}


def test_words_of_a_sentence_as_it_was_written_have_the_classes_of_the_treebank(model: Model) -> None:
    text, starts = "the cat sat because it was tired .", (0, 4, 8, 12, 20, 23, 27, 33)
    tags = ("DET", "NOUN", "VERB", "SCONJ", "PRON", "AUX", "ADJ", "PUNCT")
    item = Item(text, tree=Tree((), tags, starts))
    found = Words.of(model.encode(text).tokens, item)
    assert found.tags == tags
    joined = Words.of(model.encode(text).tokens, Item(text.split(), tree=Tree((), tags)))
    assert joined.tags == tags
