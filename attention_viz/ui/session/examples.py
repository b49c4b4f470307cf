"""Examples: texts chosen because a head does something worth seeing in them."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.errors import Message


@dataclass(frozen=True)
class Example:
    """A text, perhaps a pair, and what to look for in it. `layer` and `head` (from 0) show it with the embedded model."""

    name: Message
    look_for: Message
    first: str
    second: str | None = None
    layer: int = 0
    head: int = 0


DEFAULT = Example(
    Message("Coreference: what does “it” stand for?"),
    Message(
        "In layer 4, head 2 of the embedded model, “it” reads “animal” with 0.68. Write “wide” instead of “tired”: it falls to 0.28."
    ),
    "The animal didn't cross the street because it was too tired.",
    layer=3,
    head=1,
)

EXAMPLES = (
    DEFAULT,
    Example(
        Message("A pair: do two sentences say the same?"),
        Message(
            "Some heads read across from one sentence to the other: in layer 1, head 2, “instrument” reads “guitar” with 0.65."
        ),
        "A man is playing a guitar on the street.",
        "Somebody plays an instrument outside.",
        layer=0,
        head=1,
    ),
    Example(
        Message("Ambiguity: two meanings of “bank”"),
        Message(
            "The two “bank” start as the same vector. In layer 1, head 5, the first one reads “river” with 0.69: what does the second one read?"
        ),
        "He sat on the bank of the river and thought about the bank that kept his money.",
        layer=0,
        head=4,
    ),
    Example(
        Message("Syntax: a verb far from its subject"),
        Message(
            "In layer 4, head 2, “are” reads “keys”, its subject, with 0.76; in layer 6, head 4, it reads “cabinet”, the nearer noun, with 0.45."
        ),
        "The keys to the old wooden cabinet in the kitchen are on the table.",
        layer=3,
        head=1,
    ),
    Example(
        Message("Repetition: the same word again"),
        Message("In layer 3, head 10, each “rose” gives most of its attention to the other ones."),
        "A rose is a rose is a rose, and a tulip is not a rose.",
        layer=2,
        head=9,
    ),
    Example(
        Message("Chinese: characters as tokens"),
        Message(
            "The embedded model knows few Chinese characters: count the [UNK] on the axes, then choose bert-base-chinese."
        ),
        "小猫坐在垫子上，因为它累了。",
    ),
)


def example_of(text: str, second: str | None) -> Example | None:
    """The example whose text this is, unchanged."""
    return next((example for example in EXAMPLES if (example.first, example.second) == (text, second)), None)
