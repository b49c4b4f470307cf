"""Small checkpoints with random weights, saved to a folder like any other; no two sizes are equal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import BertTokenizer, PreTrainedTokenizerBase, PreTrainedTokenizerFast

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
ENGLISH = (
    "the",
    "cat",
    "sun",
    "sat",
    "down",
    "because",
    "it",
    "was",
    "tired",
    "##rise",
    "##s",
    "didn",
    "t",
    "l",
    "homme",
)
VOCABULARY = (*SPECIALS, *ENGLISH, "'", ",", ".", "!", "我", "爱", "你")
CORPUS = ("The cat sat down because it was tired. It didn't sleep: l'homme naïf, hello world.",) * 3

SIZES = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 40,
    "max_position_embeddings": 60,
    "initializer_range": 0.2,  # so that heads differ visibly
    "pad_token_id": 0,
}


def word_pieces() -> BertTokenizer:
    """BERT's own tokenizer with a vocabulary of 27 pieces."""
    return BertTokenizer(vocab={piece: number for number, piece in enumerate(VOCABULARY)})


def byte_pieces() -> PreTrainedTokenizerFast:
    """A byte-level BPE as RoBERTa has it: a character outside ASCII is several tokens."""
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(vocab_size=300, special_tokens=names, initial_alphabet=alphabet, show_progress=False),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return _named(tokenizer, AddedToken("<mask>", lstrip=True))


def sentence_pieces() -> PreTrainedTokenizerFast:
    """A unigram model as XLM-RoBERTa has it: a low line marks the space before a word."""
    names = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(
        CORPUS, trainers.UnigramTrainer(vocab_size=60, special_tokens=names, unk_token="<unk>", show_progress=False)
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B:1 </s>:1", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return _named(tokenizer, "<mask>")


def _named(tokenizer: Tokenizer, mask: str | AddedToken) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token=mask,
    )


def make_checkpoint(
    folder: Path,
    architecture: str = "BertModel",
    *,
    tokenizer: PreTrainedTokenizerBase | None = None,
    dtype: torch.dtype = torch.float32,
    seed: int = 20,
    **config: Any,
) -> Path:
    """A checkpoint of any transformers class in `folder`: configuration, safetensors and tokenizer.

    config : changes to SIZES, or other settings of the class's configuration
    """
    kind = getattr(transformers, architecture)
    tokenizer = word_pieces() if tokenizer is None else tokenizer
    torch.manual_seed(seed)
    network = kind(kind.config_class(**(SIZES | {"vocab_size": len(tokenizer)} | config))).to(dtype)
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
