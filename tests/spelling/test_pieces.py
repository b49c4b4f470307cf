from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerBase

from attention_viz import Tokens
from attention_viz.attention import Attention
from attention_viz.models.reading.reader import Reader
from attention_viz.spelling import bare
from attention_viz.words import merge_words

KINDS = ("word pieces", "byte pieces", "sentence pieces")


def tokens_of(tokenizer: PreTrainedTokenizerBase, *texts: str) -> Tokens:
    reader = Reader(tokenizer, frozenset({"input_ids"}), None, len(tokenizer), 2)
    return reader.encode(*texts).tokens


def words_of(tokens: Tokens) -> list[str]:
    """The surfaces of the words, as pictures by word show them."""
    uniform = [[1 / len(tokens)] * len(tokens)] * len(tokens)
    merged = merge_words(Attention.from_weights(uniform, tokens))
    return [surface.strip() for surface in merged.query_tokens.surfaces]


def test_every_field_of_a_text_with_pieces_a_mask_and_an_unknown_word(
    tokenizers: dict[str, PreTrainedTokenizerBase],
) -> None:
    tokens = tokens_of(tokenizers["word pieces"], "Sunrise [MASK] zebra!", "cat's")
    assert tokens.texts == ("[CLS]", "sun", "##rise", "[MASK]", "[UNK]", "!", "[SEP]", "cat", "'", "[UNK]", "[SEP]")
    assert tokens.surfaces == ("[CLS]", "Sun", "rise", "[MASK]", "zebra", "!", "[SEP]", "cat", "'", "s", "[SEP]")
    assert [position for position, special in enumerate(tokens.special) if special] == [0, 6, 10]
    assert [position for position, unknown in enumerate(tokens.unknown) if unknown] == [4, 9]
    assert tokens.segments == (0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1)
    assert tokens.words == (0, 1, 1, 2, 3, 4, 5, 6, 6, 6, 7)
    assert tokens.spans[1:6] == ((0, 3), (3, 7), (8, 14), (15, 20), (20, 21))
    assert tokens.spans[7:10] == ((0, 3), (3, 4), (4, 5))


def test_a_typed_separator_is_special_and_a_typed_mask_is_not(tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    tokens = tokens_of(tokenizers["word pieces"], "cat [SEP] sun [CLS] [MASK] [PAD]")
    special = {text for text, special in zip(tokens.texts[1:-1], tokens.special[1:-1], strict=True) if special}
    assert special == {"[SEP]", "[CLS]", "[PAD]"}
    tokens = tokens_of(tokenizers["byte pieces"], "cat</s> sat <mask>")
    assert [tokens.special[tokens.texts.index(text, 1)] for text in ("</s>", "<mask>")] == [True, False]


@pytest.mark.parametrize("kind", KINDS)
def test_words_are_the_same_whatever_the_tokenizer(kind: str, tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    tokens = tokens_of(tokenizers[kind], "It didn't sleep: l'homme 爱你 naïf 😀.")
    joined = [word for word, special in zip(words_of(tokens), _special_words(tokens), strict=True) if not special]
    expected = ["It", "didn't", "sleep", ":", "l'homme", "爱", "你", "naïf", "😀", "."]
    assert "".join(joined) == "".join(expected)
    # A byte piece may hold parts of two Chinese characters; an unknown run of characters is one token.
    assert set(joined) >= {"It", "didn't", "sleep", ":", "l'homme", "naïf"}


def _special_words(tokens: Tokens) -> list[bool]:
    return [tokens.special[positions[0]] for positions in _groups(tokens)]


def _groups(tokens: Tokens) -> list[list[int]]:
    return [list(group) for _, group in itertools.groupby(range(len(tokens)), key=lambda each: tokens.words[each])]


def test_bytes_of_one_character_stand_for_it_together(tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    tokens = tokens_of(tokenizers["byte pieces"], "a 😀")
    emoji = [position for position, surface in enumerate(tokens.surfaces) if surface == "😀"]
    assert len(emoji) == 4
    assert len({tokens.words[position] for position in emoji}) == 1
    assert words_of(tokens) == ["<s>", "a", "😀", "</s>"]


@pytest.mark.parametrize("kind", ["byte pieces", "sentence pieces"])
def test_the_space_before_a_word_belongs_to_it(kind: str, tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    tokens = tokens_of(tokenizers[kind], "cat xyz")
    assert words_of(tokens) == ["<s>", "cat", "xyz", "</s>"]
    assert "xyz" in "".join(tokens.surfaces).replace(" ", "")


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [("##ing", "ing"), ("▁the", "the"), ("Ġthe", "the"), ("new</w>", "new"), ("▁", " "), ("cat", "cat"), ("#", "#")],
)
def test_a_spelling_without_its_marker(spelling: str, expected: str) -> None:
    assert bare(spelling) == expected


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60), letter=st.sampled_from("aZ0"), second=st.none() | st.text(min_size=1, max_size=20))
def test_any_text_gives_tokens_that_lie_in_it_in_order(
    kind: str, tokenizers: dict[str, PreTrainedTokenizerBase], text: str, letter: str, second: str | None
) -> None:
    half = len(text) // 2
    whole = text[:half] + letter + text[half:]  # of which every tokenizer makes a token
    texts = [whole, *([second] if second and second.strip() else [])]
    tokens = tokens_of(tokenizers[kind], *texts)
    for (start, stop), segment, special in zip(tokens.spans, tokens.segments, tokens.special, strict=True):
        assert 0 <= start <= stop <= len(texts[segment])
        assert not special or start == stop == 0
    for segment in range(len(texts)):
        starts = [
            span[0]
            for span, each, surface in zip(tokens.spans, tokens.segments, tokens.surfaces, strict=True)
            if each == segment and span[0] < span[1] and surface.strip()
        ]
        assert starts == sorted(starts)
    assert all(0 <= after - before <= 1 for before, after in itertools.pairwise(tokens.words))
    assert all(tokens.surfaces)
