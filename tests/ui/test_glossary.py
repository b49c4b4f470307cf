"""The glossary holds: where an English sentence has one of its terms, the translation has the Chinese one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import catalogues
import pytest

GLOSSARY = catalogues.ROOT / "docs" / "glossary.md"
CHINESE_LESSONS = catalogues.LOCALE / "zh" / "lessons"
CODE = re.compile(
    r"[\w.]*\([^()]*\)(?=[,.;: ]|$)|\{[^}]*\}+|\[(?:[^\[\]]|\[[^\]]*\])*\]|“[^”]*”|\$[^$]*\$|\w+_\w+|[\w.]+=\S+"
)
"""Calls, placeholders, special tokens, quoted words of a text, formulas and names: no terms."""
OTHER_SENSE = {
    "share": "tokens that they share|share no token|share their vocabulary",  # to have in common
    "additive": "concat or additive score",  # what one types
    "encoder": "Choose encoder or encoder_decoder|or choose encoder",  # what one types
    "token": "HF_TOKEN to a valid token",  # a secret, 令牌
    "key": "the keys are, the key is",  # an example
    "piece": "into pieces, the",  # parts of a vector
}
"""Where a term is no term, word for word as the sentences have it."""


@dataclass(frozen=True)
class Term:
    """A row of the glossary.

    english, chinese : its forms, of which one is enough
    avoided          : Chinese words for it that stand in no sentence
    explained        : what it is, in English and in Chinese
    """

    english: tuple[str, ...]
    chinese: tuple[str, ...]
    avoided: tuple[str, ...]
    explained: tuple[str, str]


def terms() -> list[Term]:
    rows = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row[1:-1].split("|")] for row in rows if not row.startswith("| English |")]
    return [Term(forms(one, ", "), forms(two, "、"), forms(no, "、"), (en, zh)) for one, two, no, en, zh in cells]


def forms(cell: str, between: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(between)))


TERMS = terms()
BY_FORM = sorted(((form, term) for term in TERMS for form in term.english), key=lambda pair: -len(pair[0]))
"""The longest first: what is part of a longer term is not looked for by itself."""
CHINESE = {form for term in TERMS for form in term.chinese}


def found(form: str) -> re.Pattern[str]:
    """An English form, one or many of it, as a whole word."""
    return re.compile(rf"(?<![\w-]){re.escape(form)}(?:s|es)?(?![\w-])", re.IGNORECASE)


def named(english: str) -> Iterator[tuple[str, Term]]:
    """The terms of a sentence."""
    left = CODE.sub(" ", english)
    for form, term in BY_FORM:
        if found(form).search(left):
            left = found(form).sub(" ", left)
            if not re.search(OTHER_SENSE.get(form, r"(?!)"), english):
                yield form, term


def has(sentence: str, term: Term) -> bool:
    """Whether a Chinese sentence has the term, and not only as part of a longer one."""
    return any(form in _without_longer(sentence, form, term) for form in term.chinese)


def _without_longer(sentence: str, form: str, term: Term) -> str:
    for longer in CHINESE - set(term.chinese):
        if form in longer and form != longer:
            sentence = sentence.replace(longer, "·")
    return sentence


def missed(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(English term, the translation that lacks its Chinese one)"""
    return [(form, chinese) for english, chinese in pairs for form, term in named(english) if not has(chinese, term)]


def avoided(sentences: Iterable[str]) -> list[tuple[str, str]]:
    """(what should not stand there, the sentence)"""
    words = [word for term in TERMS for word in term.avoided]
    whole = {word: re.compile(rf"(?<![A-Za-z]){word}(?![A-Za-z])" if word.isascii() else word) for word in words}
    return [(word, sentence) for sentence in sentences for word in words if whole[word].search(sentence)]


def catalogue() -> list[tuple[str, str]]:
    return [(str(each.id), str(each.string)) for each in catalogues.read_catalogue("zh") if each.id]


SAID = {"title", "after", "text", "question", "options", "because", "wrong", "try", "paper", "solution", "steps"}
"""What a lesson says; the rest is settings."""


def lessons() -> list[tuple[str, str]]:
    paths = sorted(CHINESE_LESSONS.glob("*.toml"))
    english = [catalogues.LOCALE / "en" / "lessons" / path.name for path in paths]
    read = [
        [tomllib.loads(path.read_text(encoding="utf-8")) for path in pair] for pair in zip(english, paths, strict=True)
    ]
    return [pair for one, other in read for pair in said(one, other)]


def said(english: Any, chinese: Any) -> Iterator[tuple[str, str]]:
    """What stands in the same place of a lesson in both languages."""
    if isinstance(english, str):
        yield english, chinese
    elif isinstance(english, list):
        for one, other in zip(english, chinese, strict=True):
            yield from said(one, other)
    elif isinstance(english, dict):
        for name in SAID & english.keys():
            yield from said(english[name], chinese[name])


def test_every_row_has_its_term_and_a_sentence_in_both_languages() -> None:
    assert len(TERMS) >= 60
    lacking = [term for term in TERMS if not (term.english and term.chinese and all(term.explained))]
    assert lacking == []


def test_no_term_stands_in_two_rows() -> None:
    english = [form for form, _ in BY_FORM]
    assert sorted(set(english)) == sorted(english)


def test_no_word_is_a_term_and_avoided() -> None:
    assert CHINESE & {word for term in TERMS for word in term.avoided} == set()


@pytest.mark.parametrize("pairs", [catalogue, lessons])
def test_a_sentence_with_a_term_has_the_chinese_one_in_chinese(pairs: Any) -> None:
    assert len(pairs()) > 100, "are the sentences still found?"
    assert missed(pairs()) == []


def test_no_chinese_sentence_has_another_word_for_a_term() -> None:
    guide = (catalogues.LOCALE / "zh" / "teaching.md").read_text(encoding="utf-8")
    sentences = [*(chinese for _, chinese in [*catalogue(), *lessons()]), guide]
    assert avoided(sentences) == []


def test_every_other_sense_is_still_in_use() -> None:
    english = "\n".join(one for one, _ in [*catalogue(), *lessons()])
    senses = [sense for each in OTHER_SENSE.values() for sense in each.split("|")]
    assert [sense for sense in senses if sense not in english] == []


@pytest.mark.parametrize(
    ("english", "chinese", "lacking"),
    [
        ("{n} heads", "{n} 个注意力头", []),
        ("{n} heads", "{n} 个通道", ["head"]),
        ("Words", "词元", ["word"]),
        ("attention weight, 0 to 1", "权重，0 到 1", ["attention weight"]),
        ("Call weights(layer), then [MASK] and “the key”.", "调用", []),
        ("choose two that share their vocabulary", "请选择词表相同的两个", []),
    ],
)
def test_a_translation_that_lacks_a_term_is_found(english: str, chinese: str, lacking: list[str]) -> None:
    assert [form for form, _ in missed([(english, chinese)])] == lacking


@pytest.mark.parametrize(("sentence", "words"), [("共 3 nats", ["nats"]), ("温度 nature", []), ("每个词片", ["词片"])])
def test_another_word_for_a_term_is_found(sentence: str, words: list[str]) -> None:
    assert [word for word, _ in avoided([sentence])] == words
