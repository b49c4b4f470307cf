"""Catalogue: the models that the picker offers, and the old short names of others."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.errors import Message


@dataclass(frozen=True)
class KnownModel:
    """A model of the picker.

    name      : what is shown
    source    : what `load_model` takes; "" = the embedded default
    reason    : one sentence on why to choose it
    languages : codes of the languages that its vocabulary is made for
    embedded  : whether it comes with the program, so that nothing is fetched
    megabytes : that are fetched for it once
    """

    name: str
    source: str
    reason: Message
    languages: tuple[str, ...]
    embedded: bool = False
    megabytes: int = 0


MULTILINGUAL = "multilingual-e5-small-4bit"
"""The embedded model for Chinese and English, as `load_model` and an address name it."""

MASKED_WORD = "masked-word-MiniLM"
"""The embedded model that guesses masked words, as `load_model` and an address name it."""

KNOWN_MODELS = (
    KnownModel(
        "all-MiniLM-L6-v2",
        "",
        Message("Comes with the app and needs no network: small, quick, made to compare sentences."),
        ("en",),
        embedded=True,
    ),
    KnownModel(
        "masked-word MiniLM, made by attention_viz",
        MASKED_WORD,
        Message(
            "Comes with the app and guesses the words behind [MASK]: all-MiniLM-L6-v2, trained on by this project with English of 1961."
        ),
        ("en",),
        embedded=True,
    ),
    KnownModel(
        "multilingual-e5-small, 4-bit weights",
        MULTILINGUAL,
        Message(
            "Comes with the app and reads Chinese and English, 12 layers of 12 heads. Its weights were rounded to 4 bits."
        ),
        ("zh", "en"),
        embedded=True,
    ),
    KnownModel(
        "bert-base-uncased",
        "google-bert/bert-base-uncased",
        Message(
            "The BERT of the papers, 12 layers of 12 heads: guesses the words behind [MASK]. Fetched once, 440 MB."
        ),
        ("en",),
        megabytes=440,
    ),
    KnownModel(
        "bert-base-chinese",
        "google-bert/bert-base-chinese",
        Message("Reads Chinese, one token for each character, and guesses those behind [MASK]. Fetched once, 412 MB."),
        ("zh",),
        megabytes=412,
    ),
)

_OWNERS = {
    "google-bert": (
        *("bert-base-uncased", "bert-base-cased", "bert-large-uncased", "bert-large-cased", "bert-base-chinese"),
        *("bert-base-multilingual-cased", "bert-base-multilingual-uncased", "bert-base-german-cased"),
        "bert-large-uncased-whole-word-masking",
    ),
    "distilbert": (
        *("distilbert-base-uncased", "distilbert-base-cased", "distilbert-base-multilingual-cased"),
        *("distilbert-base-uncased-finetuned-sst-2-english", "distilroberta-base", "distilgpt2"),
    ),
    "FacebookAI": ("roberta-base", "roberta-large", "roberta-large-mnli", "xlm-roberta-base", "xlm-roberta-large"),
    "albert": ("albert-base-v1", "albert-base-v2", "albert-large-v2", "albert-xlarge-v2", "albert-xxlarge-v2"),
    "openai-community": ("gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl", "openai-gpt"),
    "google-t5": ("t5-small", "t5-base", "t5-large"),
    "almanach": ("camembert-base",),
}
ALIASES = {name: f"{owner}/{name}" for owner, names in _OWNERS.items() for name in names}
"""The hub's oldest models had no owner; books and papers still call them by these names."""


_EMBEDDED = {name: each.source for each in KNOWN_MODELS if each.embedded for name in (each.source, each.name)}
del _EMBEDDED[KNOWN_MODELS[0].name]  # on the hub too, where it can be asked for by this name
EMBEDDED = tuple(each.source for each in KNOWN_MODELS if each.embedded)
"""The sources of the models that come with the program."""


def embedded_source(name: str) -> str | None:
    """Which embedded model is meant, "", MULTILINGUAL or MASKED_WORD? None for the name of another model."""
    return _EMBEDDED.get(name.strip())


def full_name(name: str) -> str:
    """What is the model called on the hub? Names that are not known stay as they are."""
    return ALIASES.get(name.strip(), name.strip())
