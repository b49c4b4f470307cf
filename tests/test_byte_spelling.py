"""Bytes that tokenizers spell are shown as the characters they are, and letters that look like them stay letters."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from tokenizers.pre_tokenizers import ByteLevel
from transformers import ByT5Tokenizer, CanineTokenizer, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from attention_viz import Tokens
from attention_viz.byte_spelling import bytes_of, decoded
from attention_viz.spelling import pieces_of, spell, tokenize

TEXT = "naïf café\t😀 你好\nok é"


def byte_level() -> PreTrainedTokenizerFast:
    """As GPT-2 has it, with some characters merged and others not."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=272, special_tokens=["<end>"], initial_alphabet=ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(["the café 你"] * 20, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>")


def with_fallback() -> PreTrainedTokenizerFast:
    """As Llama's has it: what the vocabulary lacks is spelled <0xNN>."""
    names = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *"▁cafnoke"]
    vocabulary = {name: number for number, name in enumerate(names)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>", byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>")


TOKENIZERS = {"byte level": byte_level(), "byte fallback": with_fallback(), "bytes": ByT5Tokenizer()}
SHOWN = {"␣": " ", "⇥": "\t", "↵": "\n", "▁": " "}


def tokens_of(tokenizer: PreTrainedTokenizerBase, text: str) -> Tokens:
    return spell(pieces_of(tokenizer, tokenize(tokenizer, (text,)), (text,)), (text,))


def characters(label: str) -> list[tuple[str, str]]:
    """(character, its part of the token's share) of a label: "é(1/2)" -> [("é", "1/2")]."""
    found: list[tuple[str, str]] = []
    rest = label
    while rest:
        if rest[0] == "(" and found:
            part, rest = rest[1:].split(")", 1)
            found[-1] = (found[-1][0], part)
        else:
            found.append((SHOWN.get(rest[0], rest[0]), ""))
            rest = rest[1:]
    return found


@pytest.mark.parametrize("kind", TOKENIZERS)
def test_labels_give_the_text_back_each_character_once_or_in_parts(kind: str) -> None:
    tokens = tokens_of(TOKENIZERS[kind], TEXT)
    shown = [
        each for place, label in enumerate(tokens.labels) if not tokens.special[place] for each in characters(label)
    ]
    whole = [character for character, part in shown if part == "" or part.startswith("1/")]
    assert "".join(whole).lstrip(" ") == TEXT
    for (_, before), (character, part) in itertools.pairwise([("", ""), *shown]):
        if part and not part.startswith("1/"):
            assert int(part[0]) == int(before[0]) + 1, (character, part)


def test_labels_as_they_stand_in_every_picture() -> None:
    assert tokens_of(TOKENIZERS["bytes"], "é 😀").labels[:7] == (
        "é(1/2)", "é(2/2)", " ", "😀(1/4)", "😀(2/4)", "😀(3/4)", "😀(4/4)",
    )  # fmt: skip
    assert tokens_of(TOKENIZERS["byte fallback"], "caé\n").labels == ("▁", "c", "a", "é(1/2)", "é(2/2)", "↵")
    assert tokens_of(TOKENIZERS["byte level"], "the café\t").labels[-2:] == ("␣café", "⇥")


@pytest.mark.parametrize("kind", TOKENIZERS)
def test_words_are_not_cut_at_bytes(kind: str) -> None:
    tokens = tokens_of(TOKENIZERS[kind], TEXT)
    groups = itertools.groupby(range(len(tokens)), key=lambda each: tokens.words[each])
    words = [tokens.written(list(group)).strip() for _, group in groups]
    assert [word for word in words if word not in ("", "</s>")] == ["naïf", "café", "😀", "你", "好", "ok", "é"] or (
        kind == "byte level" and "你好" in "".join(words)
    )


def test_letters_that_look_like_spelled_bytes_stay_letters() -> None:
    text = "ċara Ã © ĉu"
    tokens = tokens_of(CanineTokenizer(), text)
    assert "".join(tokens.labels[1:-1]) == text
    merged = Tokens(("Ġurnata",), ("Ġurnata",), (False,), (False,), (0,), (0,), ((0, 7),))
    assert merged.labels == ("Ġurnata",)


def test_the_alphabet_is_that_of_the_tokenizers_library() -> None:
    assert {bytes_of(each) for each in ByteLevel.alphabet()} == {bytes([byte]) for byte in range(256)}


@given(st.text(max_size=12))
def test_what_the_tokenizers_library_spells_is_decoded(text: str) -> None:
    spelled = "".join(piece for piece, _ in ByteLevel(add_prefix_space=False).pre_tokenize_str(text)) if text else ""
    assert decoded(spelled) == text.encode("utf-8", "replace").decode()


def test_without_their_text_spellings_of_bytes_are_told_by_the_mark_of_a_space() -> None:
    assert Tokens.plain(["The", "ĠcafÃ©", "Ċ"]).labels == ("The", "␣café", "↵")
    assert Tokens.plain(["Ã©t", "Ã©"]).labels == ("Ã©t", "Ã©")


def test_labels_of_word_pieces_are_their_spelling() -> None:
    texts = ("[CLS]", "caf", "##é", "爱", "[SEP]")
    assert Tokens.plain(texts).labels == texts
