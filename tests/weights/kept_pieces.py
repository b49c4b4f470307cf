"""Which pieces of the vocabulary are kept: those of Chinese and of English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer

SPACE = "▁"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
SINGLE = ("LATIN", "GREEK", "BOPOMOFO")
"""Scripts whose letters are kept one by one, as Unicode's names of characters begin: café, ǚ, α, ㄅ."""

N_WORDS = 50_000
BEFORE = "了"
"""A Chinese character, after which an English word is cut as without a space before it."""


def kept(pieces: Sequence[str], english: set[str]) -> list[int]:
    """The numbers of the pieces that are kept, in their order.

    english : the pieces into which English words are cut
    """
    return [number for number, piece in enumerate(pieces) if piece in SPECIAL or _is_kept(piece, english)]


def _is_kept(piece: str, english: set[str]) -> bool:
    letters = piece.replace(SPACE, "")
    if HAN.search(letters):
        return True
    if letters.isascii() and letters.isalpha():
        return piece in english
    if len(letters) == 1 and unicodedata.name(letters, "").startswith(SINGLE):
        return True
    return all(each.isascii() or unicodedata.category(each)[0] in "PS" for each in letters)


def english_pieces(tokenizer: Tokenizer, words: Iterable[str]) -> set[str]:
    """Into which pieces does the whole tokenizer cut these words: as they are, capitalised and in capitals, after a space
    and after a Chinese character?"""
    forms = {form for word in words for form in (word, word.capitalize(), word.upper())}
    texts = [before + form for form in sorted(forms) for before in ("", BEFORE)]
    return {piece for each in tokenizer.encode_batch(texts, add_special_tokens=False) for piece in each.tokens}
