"""Minimal pairs: two sentences that differ in one thing, so that what changes between them comes from that thing."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.errors import Message
from attention_viz.ui.session.examples import CHINESE, DEFAULT
from attention_viz.vocabulary import Language


@dataclass(frozen=True)
class MinimalPair:
    """Two sentences and what they differ in. layer, head (from 0): one of `model` that reads them differently."""

    name: Message
    first: str
    second: str
    layer: int
    head: int
    model: str = ""
    language: Language = "en"


MINIMAL_PAIRS = (
    MinimalPair(
        Message("What “it” stands for: tired or wide"),
        DEFAULT.first,
        "The animal didn't cross the street because it was too wide.",
        DEFAULT.layer,
        DEFAULT.head,
    ),
    MinimalPair(
        Message("Number: the keys are, the key is"),
        "The keys to the cabinet are on the table.",
        "The key to the cabinet is on the table.",
        3,
        1,
    ),
    MinimalPair(
        Message("Roles: who gives, who takes"),
        "Mary gave Peter the book.",
        "Peter gave Mary the book.",
        0,
        2,
    ),
    MinimalPair(
        Message("Two meanings: a bank of a river, of a country"),
        "He sat on the bank of the river.",
        "He sat on the bank of the country.",
        5,
        6,
    ),
    MinimalPair(
        Message("Pronoun: he or she"),
        "The doctor said that he was late.",
        "The doctor said that she was late.",
        5,
        8,
    ),
    MinimalPair(
        Message("Negation: one word more"),
        "The children are happy.",
        "The children are not happy.",
        5,
        9,
    ),
    MinimalPair(
        Message("What 它 stands for: hungry or fresh"),
        CHINESE.first,
        "小猫吃了鱼，它很新鲜。",
        CHINESE.layer,
        CHINESE.head,
        CHINESE.model,
        "zh",
    ),
    MinimalPair(
        Message("Roles in Chinese: who chases whom"),
        "小狗追着小猫跑。",
        "小猫追着小狗跑。",
        11,
        5,
        CHINESE.model,
        "zh",
    ),
    MinimalPair(
        Message("Pronoun in Chinese: 他 or 她"),
        "妈妈对儿子说，他要早点回家。",
        "妈妈对儿子说，她要早点回家。",
        11,
        7,
        CHINESE.model,
        "zh",
    ),
    MinimalPair(
        Message("Negation in Chinese: 很 or 不"),
        "天气很好。",
        "天气不好。",
        10,
        6,
        CHINESE.model,
        "zh",
    ),
)
