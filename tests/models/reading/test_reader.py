from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from transformers import ByT5Tokenizer, CanineTokenizer, CTRLTokenizer, PreTrainedTokenizerBase

from attention_viz.errors import ModelError, TextError
from attention_viz.models.reading.reader import Reader

BERT_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
KINDS = ("word pieces", "byte pieces", "sentence pieces")


def reader_of(tokenizer: PreTrainedTokenizerBase, limit: int | None = None, types: int = 2) -> Reader:
    return Reader(tokenizer, BERT_INPUTS, limit, len(tokenizer), types)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("texts", [("The cat sat.",), ("The cat sat.", "It was tired 😀")])
def test_the_model_is_given_what_the_tokenizer_gives(
    kind: str, texts: tuple[str, ...], tokenizers: dict[str, PreTrainedTokenizerBase]
) -> None:
    tokenizer = tokenizers[kind]
    inputs = reader_of(tokenizer).encode(*texts).inputs
    expected = tokenizer(*texts, return_tensors="pt")
    assert sorted(inputs) == sorted(expected)
    assert all(torch.equal(inputs[name], expected[name]) for name in inputs)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("limit", [9, 10, 17])
def test_a_cut_text_is_what_the_tokenizer_itself_would_cut(
    kind: str, limit: int, tokenizers: dict[str, PreTrainedTokenizerBase]
) -> None:
    tokenizer = tokenizers[kind]
    texts = ("The cat sat down because it was tired. " * 3, "It didn't sleep! " * 3)
    encoded = reader_of(tokenizer, limit).encode(*texts, overlong="first")
    expected = tokenizer(*texts, truncation="longest_first", max_length=limit, return_tensors="pt")
    assert all(torch.equal(encoded.inputs[name], expected[name]) for name in expected)
    assert len(encoded.tokens) == limit
    assert encoded.left_out == len(tokenizer(*texts)["input_ids"]) - limit
    assert len(encoded.notes) == 2


def test_ten_thousand_words_are_refused_with_the_counts_or_cut_and_counted(
    tokenizers: dict[str, PreTrainedTokenizerBase],
) -> None:
    reader = reader_of(tokenizers["word pieces"], 512)
    text = "cat " * 10_000
    with pytest.raises(TextError, match=r"10,002 tokens.*reads 512"):
        reader.encode(text)
    encoded = reader.encode(text, overlong="first")
    assert encoded.left_out == 9_490
    assert str(encoded.notes[0]) == "Read: the first 510 of 10,000 tokens; 9,490 left out."


@pytest.mark.parametrize(("first", "second"), [("", None), (" \n", None), ("cat", ""), ("cat", "  ")])
def test_an_empty_text_is_refused_in_either_place(
    first: str, second: str | None, tokenizers: dict[str, PreTrainedTokenizerBase]
) -> None:
    with pytest.raises(TextError, match="empty"):
        reader_of(tokenizers["word pieces"]).encode(first, second)


@pytest.mark.parametrize("text", ["\u200b", "\x00\x01", "\ud800"])
def test_a_text_of_nothing_that_the_tokenizer_reads_is_refused(
    text: str, tokenizers: dict[str, PreTrainedTokenizerBase]
) -> None:
    with pytest.raises(TextError, match="finds no token"):
        reader_of(tokenizers["word pieces"]).encode(text)


@pytest.mark.parametrize(
    "text",
    [
        "cat 😀",
        "שלום cat",
        "ca\u0301t",
        "the\x00cat",
        "cat\ud83d",
        "$\\frac{",
        "<script>alert(1)</script>",
        "**bold**",
        ":red[x]",
        "cat\u202etac",
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_odd_texts_are_read(kind: str, text: str, tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    encoded = reader_of(tokenizers[kind]).encode(text)
    assert encoded.inputs["input_ids"].shape == (1, len(encoded.tokens))
    assert any(encoded.tokens.surfaces)


def test_what_was_replaced_is_said(tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    encoded = reader_of(tokenizers["word pieces"]).encode("the\x00cat", "sun\ud800")
    assert [str(note)[:12] for note in encoded.notes] == ["1 characters", "1 characters"]


def test_segments_that_the_model_has_no_row_for_are_not_given(tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    """BERT's tokenizer in front of a model of RoBERTa's family, which has one row, or of GPT-2, which has none."""
    tokenizer = tokenizers["word pieces"]
    assert "token_type_ids" in reader_of(tokenizer, types=1).encode("the cat").inputs
    assert "token_type_ids" not in reader_of(tokenizer, types=1).encode("the cat", "the sun").inputs
    assert "token_type_ids" not in reader_of(tokenizer, types=0).encode("the cat").inputs


def test_a_tokenizer_of_another_model_is_named(tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    tokenizer = tokenizers["word pieces"]
    with pytest.raises(ModelError, match="do not belong together"):
        Reader(tokenizer, BERT_INPUTS, None, 6, 2).encode("the cat")


def test_a_tokenizer_without_positions_still_says_what_its_tokens_stand_for(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "vocab.json").write_text(
        '{"the": 0, "c@@": 1, "at": 2, "sat": 3, "<unk>": 4, "down": 5}', encoding="utf-8"
    )
    (tmp_path / "merges.txt").write_text("#version: 0.2\nt h\nth e</w>\na t</w>\ns at</w>\n\n", encoding="utf-8")
    tokenizer = CTRLTokenizer(str(tmp_path / "vocab.json"), str(tmp_path / "merges.txt"))
    assert not tokenizer.is_fast
    encoded = reader_of(tokenizer).encode("the cat sat", "the sat")
    tokens = encoded.tokens
    assert tokens.segments[-2:] == (1, 1)
    assert tokens.texts[:3] == ("the", "c@@", "at")
    assert tokens.surfaces[:3] == ("the", "c", "at")
    assert tokens.words[1] == tokens.words[2] != tokens.words[0]
    assert tokens.spans[:3] == ((0, 3), (4, 5), (5, 7))


def test_a_tokenizer_of_bytes_has_a_token_for_each_byte() -> None:
    tokenizer = ByT5Tokenizer()
    tokens = reader_of(tokenizer).encode("cat é").tokens
    assert tokens.surfaces[:4] == ("c", "a", "t", " ")
    assert tokens.spans[:3] == ((0, 1), (1, 2), (2, 3))
    assert len(tokens) == len("cat é".encode()) + 1
    assert tokens.special == (False,) * 6 + (True,)


def test_many_threads_may_use_one_tokenizer(tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    reader = reader_of(tokenizers["word pieces"], limit=12)
    texts = [f"{'the cat sat ' * n}." for n in range(1, 30)]
    expected = [reader.encode(text, overlong="first").inputs["input_ids"].tolist() for text in texts]
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda text: reader.encode(text, overlong="first").inputs["input_ids"].tolist(), texts * 8)
        )
    assert found == expected * 8


def test_the_most_characters_that_may_be_typed_are_read(tokenizers: dict[str, PreTrainedTokenizerBase]) -> None:
    encoded = reader_of(tokenizers["word pieces"], 512).encode("cat sun, " * 22_000, overlong="first")
    assert encoded.left_out == 3 * 22_000 - 510
    assert encoded.tokens.texts[:4] == ("[CLS]", "cat", "sun", ",")


@pytest.mark.parametrize("kind", [*KINDS, "bytes", "characters"])
def test_a_token_that_the_model_has_and_the_tokenizer_has_not_is_called_by_its_number(
    kind: str, tokenizers: dict[str, PreTrainedTokenizerBase]
) -> None:
    by_letters = {"bytes": ByT5Tokenizer, "characters": CanineTokenizer}
    tokenizer = by_letters[kind]() if kind in by_letters else tokenizers[kind]
    reader, beyond = reader_of(tokenizer), len(tokenizer) + 900
    assert reader.word(beyond) == f"#{beyond}"
    known = tokenizer("cat", add_special_tokens=False)["input_ids"]
    text, tokens = reader.spell_ids([*known, beyond])
    assert text == tokenizer.decode(known)
    assert tokens[len(known)] == f"#{beyond}"


@pytest.mark.parametrize("kind", ["word pieces", "sentence pieces"])
@pytest.mark.parametrize("words", [(["Sunrise", "didn't", "sat"],), (["The", "cat"], ["it", "was", "tired", "."])])
def test_words_that_are_given_are_read_as_the_tokenizer_reads_them(
    kind: str, words: tuple[list[str], ...], tokenizers: dict[str, PreTrainedTokenizerBase]
) -> None:
    tokenizer = tokenizers[kind]
    encoded = reader_of(tokenizer).encode(*words)
    expected = tokenizer(*words, is_split_into_words=True)
    assert encoded.inputs["input_ids"][0].tolist() == expected["input_ids"]
    theirs = [
        (segment, word)
        for segment, word in zip(expected.sequence_ids(0), expected.word_ids(0), strict=True)
        if segment is not None
    ]
    tokens = encoded.tokens
    ours = [(tokens.segments[each], tokens.words[each]) for each in range(len(tokens)) if not tokens.special[each]]
    numbers = {word: number for number, word in enumerate(dict.fromkeys(theirs))}
    assert [numbers[each] for each in theirs] == [
        {word: number for number, word in enumerate(dict.fromkeys(ours))}[each] for each in ours
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_given_word_stays_one_whatever_stands_in_it(
    kind: str, tokenizers: dict[str, PreTrainedTokenizerBase]
) -> None:
    tokens = reader_of(tokenizers[kind]).encode(["sun-cat.", "New York", "the"]).tokens
    by_word: dict[int, list[int]] = {}
    for position, word in enumerate(tokens.words):
        if not tokens.special[position]:
            by_word.setdefault(word, []).append(position)
    written = [tokens.written(group).replace(" ", "") for group in by_word.values()]
    assert written == ["sun-cat.", "NewYork", "the"]
