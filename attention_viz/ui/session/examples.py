"""Examples: texts chosen because a head does something worth seeing in them."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.errors import Message
from attention_viz.models.catalogue import MASKED_WORD, MULTILINGUAL
from attention_viz.vocabulary import Language


@dataclass(frozen=True)
class Example:
    """A text, perhaps a pair, and what to look for in it. `layer` and `head` (from 0) show it with `model`.

    model    : the source of the model that it was measured with, one of those that come with the app
    language : of the text
    link     : the tokens that `look_for` names first, who reads and who is read, from 0; they are pinned
    swap     : a word of the text, and one to put in its place, with which the head reads something else
    """

    name: Message
    look_for: Message
    first: str
    second: str | None = None
    layer: int = 0
    head: int = 0
    model: str = ""
    language: Language = "en"
    link: tuple[int, int] | None = None
    swap: tuple[str, str] | None = None

    def with_word(self, word: str) -> str:
        """The text with this word of the two that may be swapped."""
        return self.first if self.swap is None else self.first.replace(self.swap[0], word)

    @property
    def texts(self) -> tuple[str, ...]:
        """The text as it begins, and with the other word."""
        return tuple(dict.fromkeys(self.with_word(word) for word in self.swap or ("",)))

    @property
    def pinned(self) -> dict[str, tuple[int, ...]]:
        """The pinned tokens, as a Selection names them."""
        query, key = self.link or (None, None)
        return {"queries": () if query is None else (query,), "keys": () if key is None else (key,)}


DEFAULT = Example(
    Message("Coreference: what does “it” stand for?"),
    Message(
        "In layer 4, head 2 of the embedded model, “it” reads “animal” with 0.68. Write “wide” instead of “tired”: it falls to 0.28."
    ),
    "The animal didn't cross the street because it was too tired.",
    layer=3,
    head=1,
    link=(10, 2),
    swap=("tired", "wide"),
)

CHINESE = Example(
    Message("Coreference in Chinese: what does 它 stand for?"),
    Message(
        "In layer 9, head 9 of multilingual-e5-small, “它” reads “猫” with 0.56. Write “新鲜” instead of “饿”: it falls to 0.23, and what it reads of “鱼” rises from 0.05 to 0.19."
    ),
    "小猫吃了鱼，它很饿。",
    layer=8,
    head=8,
    model=MULTILINGUAL,
    language="zh",
    link=(6, 2),
    swap=("饿", "新鲜"),
)

MASKED_VERB = Example(
    Message("A masked verb: one or many?"),
    Message(
        "In layer 4, head 2 of masked-word MiniLM, “[MASK]” reads “men” with 0.81, its subject; “window”, the nearer noun, gets 0.01. The model guesses “were” with 0.76. Write “man” and “windows”: it guesses “was”."
    ),
    "The men at the window [MASK] old.",
    layer=3,
    head=1,
    model=MASKED_WORD,
    link=(6, 2),
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
        link=(15, 6),
    ),
    Example(
        Message("Ambiguity: two meanings of “bank”"),
        Message(
            "The two “bank” start as the same vector. In layer 1, head 5, the first one reads “river” with 0.69: what does the second one read?"
        ),
        "He sat on the bank of the river and thought about the bank that kept his money.",
        layer=0,
        head=4,
        link=(5, 8),
    ),
    Example(
        Message("Syntax: a verb far from its subject"),
        Message(
            "In layer 4, head 2, “are” reads “keys”, its subject, with 0.76; in layer 6, head 4, it reads “cabinet”, the nearer noun, with 0.45."
        ),
        "The keys to the old wooden cabinet in the kitchen are on the table.",
        layer=3,
        head=1,
        link=(11, 2),
    ),
    Example(
        Message("Repetition: the same word again"),
        Message("In layer 3, head 10, each “rose” gives most of its attention to the other ones."),
        "A rose is a rose is a rose, and a tulip is not a rose.",
        layer=2,
        head=9,
        link=(5, 8),
    ),
    MASKED_VERB,
    CHINESE,
    Example(
        Message("Measure words: what do 只, 条 and 匹 count?"),
        Message(
            "In layer 7, head 3 of multilingual-e5-small, each measure word reads its noun behind the adjective: “只” reads “猫” with 0.35, “条” reads “鱼” with 0.44, “匹” reads “马” with 0.22."
        ),
        "院子里有三只小猫、两条大鱼和一匹白马。",
        layer=6,
        head=2,
        model=MULTILINGUAL,
        language="zh",
        link=(7, 9),
    ),
    Example(
        Message("Segmentation: 马上, on the horse or at once"),
        Message(
            "The vocabulary cuts both into the one token “马上”, though the first is two words. In layer 4, head 9, the second one reads the first with 0.58, as if it were the same word."
        ),
        "他从马上下来，马上就走。",
        layer=3,
        head=8,
        model=MULTILINGUAL,
        language="zh",
        link=(6, 3),
    ),
    Example(
        Message("A pair in Chinese: do two sentences say the same?"),
        Message("In layer 12, head 8, “有人” of the second sentence reads “男人” of the first with 0.42."),
        "一个男人在街上弹吉他。",
        "有人在外面演奏乐器。",
        layer=11,
        head=7,
        model=MULTILINGUAL,
        language="zh",
        link=(13, 3),
    ),
    Example(
        Message("A translation: English and Chinese side by side"),
        Message(
            "In layer 6, head 6, “猫” reads “cat” with 0.84 and “cat” reads “猫” with 0.68: a word and its translation."
        ),
        "The cat is sleeping on the sofa.",
        "猫在沙发上睡觉。",
        layer=5,
        head=5,
        model=MULTILINGUAL,
        language="zh",
        link=(12, 2),
    ),
    Example(
        Message("Repetition in Chinese: the same word again"),
        Message("In layer 6, head 6, the second “玫瑰” reads the first with 0.80, across the words between them."),
        "玫瑰就是玫瑰，郁金香不是玫瑰。",
        layer=5,
        head=5,
        model=MULTILINGUAL,
        language="zh",
        link=(4, 2),
    ),
)

STARTS: dict[Language, Example] = {"en": DEFAULT, "zh": CHINESE}
"""What a session begins with, by its language."""


def example_of(text: str, second: str | None) -> Example | None:
    """The example whose text this is, with either word."""
    return next((example for example in EXAMPLES if text in example.texts and example.second == second), None)
