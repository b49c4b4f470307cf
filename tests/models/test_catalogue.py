"""The models that are offered, and the names they go by."""

from __future__ import annotations

import pytest

from attention_viz.models.catalogue import (
    ALIASES,
    KNOWN_MODELS,
    MASKED_WORD,
    MULTILINGUAL,
    embedded_source,
    full_name,
)
from attention_viz.models.hub.repository import is_name

FROM_THE_HUB = [model for model in KNOWN_MODELS if not model.embedded]


def test_the_first_models_are_the_embedded_ones_which_need_no_hub() -> None:
    assert [model.source for model in KNOWN_MODELS if model.embedded] == ["", MASKED_WORD, MULTILINGUAL]
    assert [model.embedded for model in KNOWN_MODELS[:2]] == [True, True]
    assert all(is_name(model.source) and "/" in model.source for model in FROM_THE_HUB)


def test_models_are_told_apart_and_english_and_chinese_are_among_them() -> None:
    assert (
        len({model.name for model in KNOWN_MODELS})
        == len({model.source for model in KNOWN_MODELS})
        == len(KNOWN_MODELS)
    )
    assert {"en", "zh"} <= {language for model in KNOWN_MODELS for language in model.languages}
    assert all(str(model.reason).endswith(".") for model in KNOWN_MODELS)


def test_the_name_that_is_shown_is_understood_when_it_is_typed() -> None:
    assert all(full_name(model.name) == model.source for model in FROM_THE_HUB)
    assert embedded_source("multilingual-e5-small, 4-bit weights") == embedded_source(MULTILINGUAL) == MULTILINGUAL
    assert embedded_source("masked-word MiniLM, made by attention_viz") == embedded_source(MASKED_WORD) == MASKED_WORD


@pytest.mark.parametrize("name", ["multilingual-e5-small", "intfloat/multilingual-e5-small", "all-MiniLM-L6-v2"])
def test_a_name_of_the_hub_means_no_embedded_model(name: str) -> None:
    assert embedded_source(name) is None


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("bert-base-uncased", "google-bert/bert-base-uncased"),
        (" bert-base-chinese\n", "google-bert/bert-base-chinese"),
        ("distilbert-base-uncased", "distilbert/distilbert-base-uncased"),
        ("roberta-base", "FacebookAI/roberta-base"),
        ("someone/bert-base-uncased", "someone/bert-base-uncased"),
        ("unknown", "unknown"),
    ],
)
def test_old_names_have_owners_and_others_stay(name: str, full: str) -> None:
    assert full_name(name) == full


def test_every_alias_leads_to_a_name_with_owner_and_the_same_ending() -> None:
    assert all(is_name(full) and full.split("/")[1] == name for name, full in ALIASES.items())
