"""What must hold when a model reads any text: it is read; only one that says nothing is refused, with a sentence."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import transformers
from checkpoints import byte_pieces, sentence_pieces, word_pieces
from outcomes import refused_only_where
from value_claims import Elements

import attention_viz as av
from attention_viz import Attention, Model, Selection, merge_words
from attention_viz.errors import TextError
from attention_viz.experiments import ablate
from attention_viz.measures import table
from attention_viz.models.anatomy import anatomy_of, record
from attention_viz.models.reading.reader import Reader
from attention_viz.models.reading.text import clean
from attention_viz.patterns import labels
from attention_viz.ui.explore import captions
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.lessons.worksheets import worksheet
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.wording import plain, tell
from attention_viz.words import segment_chinese

INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


def readers() -> dict[str, Reader]:
    """One tokenizer of each family; those of bytes and characters are written in Python, and tell no spans."""
    tokenizers = {
        "word pieces": word_pieces(),
        "byte pieces": byte_pieces(),
        "sentence pieces": sentence_pieces(),
        "bytes": transformers.ByT5Tokenizer(),
        "characters": transformers.CanineTokenizer(),
    }
    return {name: Reader(each, INPUTS, 512, 2_000_000, 2) for name, each in tokenizers.items()}


def says_nothing(reader: Reader, *texts: str) -> bool:
    """Whether a text or a pair may be refused: one of them is blank, or the tokenizer makes no token of either."""
    if not all(text.strip() for text in texts):
        return True
    return not any(reader.tokenizer(clean(text).text, add_special_tokens=False)["input_ids"] for text in texts)


def is_cut(reader: Reader) -> Callable[[str], None]:
    """Tokens stand for parts of the text that was typed, in their order."""

    def claim(text: str) -> None:
        with refused_only_where(says_nothing(reader, text), TextError):
            encoded = reader.encode(text, overlong="first")
            whole, tokens = clean(text).text, encoded.tokens
            assert len(whole) == len(text)
            assert encoded.inputs["input_ids"].shape == (1, len(tokens))
            for surface, (start, stop) in zip(tokens.surfaces, tokens.spans, strict=True):
                assert 0 <= start <= stop <= len(text)
                assert start == stop or surface == whole[start:stop]
            assert all(after >= before for before, after in itertools.pairwise(tokens.words))
            str([str(note) for note in encoded.notes]).encode()

    return claim


def is_read(model: Model) -> Callable[[str], None]:
    """Every head's rows sum to 1, also between words; measures, labels and captions say something of it."""

    def claim(text: str) -> None:
        with refused_only_where(says_nothing(model.reader, text), TextError):
            reading = model.read(text, overlong="first")
            attention = reading.attention
            assert attention.n_tokens == len(attention.tokens)
            for seen in (attention, merge_words(attention), merge_words(attention, segment_chinese)):
                weights = seen.weights(attention.n_layers - 1)
                assert weights.shape[1:] == seen.shape
                np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-4)
            assert all(str(each) for each in labels(table(attention), False))
            for sentence in told(attention, text):
                assert plain(sentence).encode()

    return claim


def told(attention: Attention, text: str) -> Iterator[str]:
    """What the page says below the picture."""
    for view in ("head", "layer"):
        yield captions.how_to_read(attention, Selection(text=text, view=view))
    yield from map(tell, attention.notes)


def is_read_as_a_pair(model: Model) -> Callable[[str], None]:
    """Either of two texts may be anything."""

    def claim(text: str) -> None:
        for first, second in ((text, "the cat"), ("the cat", text)):
            with refused_only_where(says_nothing(model.reader, first, second), TextError):
                attention = model.read(first, second, overlong="first").attention
                np.testing.assert_allclose(attention.weights(0).sum(-1), 1, atol=1e-4)

    return claim


def too_long(model: Model, text: str) -> bool:
    """Whether a text has more tokens than the model reads; an experiment reads all of a text."""
    return model.limit is not None and model.reader.count(text) > model.limit


def is_read_without_heads(model: Model) -> Callable[[str], None]:
    """What the model says without a head is a number, too."""

    def claim(text: str) -> None:
        with refused_only_where(says_nothing(model.reader, text) or too_long(model, text)):
            assert np.isfinite(ablate(model, text, [(0, 1)]).vector_shift)

    return claim


def is_ranked(model: Model) -> Callable[[str], None]:
    """The tokens that are read most come in order, whatever is left out."""

    def claim(text: str) -> None:
        with refused_only_where(says_nothing(model.reader, text), TextError):
            attention = model.attend(text, overlong="first")
            for exclude in ((), ("special",), ("special", "punctuation")):
                found = av.top_attended(attention, 0, 0, 5, exclude, renormalise=True)
                weights = [each.weight for each in found]
                assert weights == sorted(weights, reverse=True)
                assert all(each.token == attention.key_tokens.labels[each.position] for each in found)
                assert 0 <= av.removed_share(attention, 0, 0, exclude) <= 1 + 1e-6

    return claim


def is_taken_apart(model: Model) -> Callable[[str], None]:
    """The steps of a head can be followed, for the first token and the last."""

    def claim(text: str) -> None:
        with refused_only_where(says_nothing(model.reader, text), TextError):
            activations = record(model, model.inputs(text, overlong="first"), 0)
            attention = model.attend(text, overlong="first")
            for query in (0, attention.n_tokens - 1):
                weights = anatomy_of(attention, activations, 0, 0, query).walk["weights"].numbers
                np.testing.assert_allclose(weights, attention.weights(0, 0)[query], atol=1e-4)

    return claim


def is_on_a_worksheet(model: Model) -> Callable[[str], None]:
    """A lesson about the text in use, printed: the page has the elements that it has for any other text."""
    lesson = read_lesson(lesson_files("en")["patterns"])
    reading = model.read("the cat sat")
    allowed = set(
        Elements(worksheet(lesson, Subject(model, reading, Selection(text="the cat sat")), answers=True)).names
    )

    def claim(text: str) -> None:
        with refused_only_where(says_nothing(model.reader, text), TextError):
            look = Selection(text=text)
            found = Elements(worksheet(lesson, Subject(model, model.read(text, overlong="first"), look), answers=True))
            assert set(found.names) <= allowed
            assert not [name for name in found.attributes if name.startswith("on") or name in ("src", "href")]

    return claim
