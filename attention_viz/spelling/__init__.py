"""Spelling: which characters, words and segments of a text a tokenizer's pieces stand for."""

from __future__ import annotations

from attention_viz.spelling.boundaries import word_numbers
from attention_viz.spelling.pieces import Pieces, bare, spell
from attention_viz.spelling.tokenizer import knows, pieces_of, spell_ids, spelling, tokenize

__all__ = ["Pieces", "bare", "knows", "pieces_of", "spell", "spell_ids", "spelling", "tokenize", "word_numbers"]
