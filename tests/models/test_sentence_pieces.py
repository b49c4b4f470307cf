"""A translation model whose tokenizer is two sentence-piece files and nothing else, as Marian's checkpoints are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
import torch
from checkpoints import CORPUS
from transformers import MarianConfig, MarianMTModel, MarianTokenizer

from attention_viz import load_model

# Without sacremoses only odd punctuation is cut otherwise.
pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

TEXT, TARGET = "The cat sat down because it was tired.", "It didn't sleep."


@pytest.fixture
def translator(tmp_path: Path) -> Path:
    (tmp_path / "corpus").write_text("\n".join(CORPUS), encoding="utf-8")
    prefix = tmp_path / "pieces"
    sentencepiece.SentencePieceTrainer.train(
        input=str(tmp_path / "corpus"), model_prefix=str(prefix), vocab_size=60, hard_vocab_limit=False, minloglevel=2
    )
    trained = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model")
    pieces = [trained.id_to_piece(number) for number in range(trained.get_piece_size())]
    names = list(dict.fromkeys(["</s>", "<unk>", *pieces, "<pad>"]))
    (tmp_path / "vocabulary").write_text(json.dumps({name: number for number, name in enumerate(names)}))
    tokenizer = MarianTokenizer(f"{prefix}.model", f"{prefix}.model", str(tmp_path / "vocabulary"))
    torch.manual_seed(3)
    network = MarianMTModel(
        MarianConfig(
            vocab_size=len(names),
            d_model=24,
            encoder_layers=2,
            decoder_layers=1,
            encoder_attention_heads=3,
            decoder_attention_heads=2,
            encoder_ffn_dim=40,
            decoder_ffn_dim=40,
            pad_token_id=names.index("<pad>"),
            eos_token_id=0,
            decoder_start_token_id=names.index("<pad>"),
            max_position_embeddings=64,
            init_std=0.4,
        )
    )
    folder = tmp_path / "translator"
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_its_three_maps_are_those_of_transformers(translator: Path) -> None:
    model = load_model(translator)
    tokenizer = MarianTokenizer.from_pretrained(translator)
    eager = MarianMTModel.from_pretrained(translator, attn_implementation="eager").eval()
    text = tokenizer(TEXT, return_tensors="pt").input_ids
    cross = model.attend(TEXT, TARGET, part="cross")
    assert cross.key_tokens.texts == tuple(tokenizer.convert_ids_to_tokens(text[0]))
    start = [eager.config.decoder_start_token_id]
    target = torch.tensor([start + tokenizer(text_target=TARGET).input_ids[: cross.shape[0] - 1]])
    with torch.no_grad():
        expected = eager(input_ids=text, decoder_input_ids=target, output_attentions=True)
    fields = {"encoder": "encoder_attentions", "decoder": "decoder_attentions", "cross": "cross_attentions"}
    for part, field in fields.items():
        attention = model.attend(TEXT, TARGET, part=part)
        for layer, weights in enumerate(expected[field]):
            np.testing.assert_allclose(attention.weights(layer), weights[0].numpy(), atol=1e-5)
