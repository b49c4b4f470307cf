"""Examples: two texts whose answers differ because of one word, and the head that was found to carry the difference."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.errors import Message
from attention_viz.models.catalogue import MULTILINGUAL
from attention_viz.ui.session.examples import MASKED_VERB, Example
from attention_viz.ui.session.minimal_pairs import MINIMAL_PAIRS
from attention_viz.vocabulary import Language


@dataclass(frozen=True)
class CausesExample:
    """example: the text, its model, its second text, head and link; other: the text that differs in one word."""

    example: Example
    other: str


CAT_OR_DOG = Example(
    Message("A cat or a dog: what changes the likeness?"),
    Message(
        "In layer 12, head 2 of multilingual-e5-small, the vectors that “猫” gives the other tokens move the cosine most."
    ),
    "他昨天买了一只猫。",
    "她养着一只小猫。",
    layer=11,
    head=1,
    model=MULTILINGUAL,
    language="zh",
)

OPENINGS: dict[Language, CausesExample] = {
    "en": CausesExample(MASKED_VERB, "The man at the windows [MASK] old."),
    "zh": CausesExample(CAT_OR_DOG, "他昨天买了一只狗。"),
}
"""With which the page opens, by its language."""


def known_other(text: str) -> str:
    """The text that belongs to this one in an example, or ""."""
    pairs = [(each.first, each.second) for each in MINIMAL_PAIRS]
    pairs += [(each.example.first, each.other) for each in OPENINGS.values()]
    return ({other: one for one, other in pairs} | dict(pairs)).get(text, "")
