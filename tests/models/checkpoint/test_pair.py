"""What is already built is taken in whatever it is brought, or refused with what is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from checkpoints import SIZES
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer

from attention_viz import Model, load_model
from attention_viz.errors import ModelError
from attention_viz.models.checkpoint.sentence_pooling import Pooling as HousePooling
from attention_viz.models.checkpoint.task import Task

TEXT = "The cat sat down."


@pytest.fixture
def network(tiny_bert_folder: Path) -> Any:
    return transformers.BertModel.from_pretrained(tiny_bert_folder)


@pytest.fixture
def tokenizer(tokenizers: dict[str, Any]) -> Any:
    return tokenizers["word pieces"]


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated")  # torch, while it imports its compiler
def test_every_way_to_bring_a_pair_gives_the_same_weights(tiny_model: Model, network: Any, tokenizer: Any) -> None:
    expected = tiny_model.attend(TEXT).weights(1)
    compiled = torch.compile(network, backend="eager")
    pipeline = transformers.pipeline("feature-extraction", model=network, tokenizer=tokenizer)
    for source in ((network, tokenizer), [network, tokenizer], pipeline, (compiled, tokenizer),
                   (torch.nn.DataParallel(network), tokenizer)):  # fmt: skip
        model = load_model(source)
        assert model.network is network
        np.testing.assert_array_equal(model.attend(TEXT).weights(1), expected)


@pytest.mark.parametrize("modules", [["mean"], ["cls", "Normalize"]])
def test_a_sentence_transformer_keeps_its_pooling(modules: list[str], tiny_bert_folder: Path) -> None:
    first = Transformer(str(tiny_bert_folder), max_seq_length=9)
    made = SentenceTransformer(
        modules=[first, Pooling(24, modules[0]), *[Normalize() for _ in modules[1:]]], device="cpu"
    )
    model = load_model(made)
    assert model.task == Task("similarity", HousePooling((modules[0],), 9))
    texts = ("the cat sat down", "the sun was tired")
    wanted = float(made.similarity(*made.encode(list(texts), convert_to_tensor=True).split(1)))
    assert model.similarity(*texts) == pytest.approx(wanted, abs=1e-5)
    assert model.notes == ()


def test_a_sentence_transformer_that_does_more_than_pooling_is_not_compared_and_says_so(tiny_bert_folder: Path) -> None:
    made = SentenceTransformer(
        modules=[Transformer(str(tiny_bert_folder)), Pooling(24, "mean"), Dense(24, 8)], device="cpu"
    )
    model = load_model(made)
    assert model.task.kind == ""
    assert any("more than pooling (Dense)" in str(note) for note in model.notes)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda network, _: network, r"a model \(BertModel\) without its tokenizer\. Give both: load_model\(\(model, tokenizer\)\)"),
        (lambda _, tokenizer: tokenizer, r"a tokenizer \(BertTokenizer\) without its model\. Give both"),
        (lambda *_: None, "None is no model. Give the path"),
        (lambda *_: 3, "3 is no model. Give the path"),
        (lambda *_: b"/a/b", "is no model. Give the path"),
        (lambda *_: {}, "is no model. Give the path"),
        (lambda network, tokenizer: (tokenizer, network), "The pair holds BertTokenizer, BertModel; give a model and"),
        (lambda network, _: [network], "The pair holds BertModel; give a model and its tokenizer"),
        (lambda *_: [], "The pair holds nothing"),
        (lambda network, tokenizer: (network.train(), tokenizer), r"training mode.*model\.eval\(\)"),
        (lambda network, tokenizer: (network.to("meta"), tokenizer), 'on the device "meta".*Load it with from_pretrained'),
    ],
    ids=range(11),
)  # fmt: skip
def test_anything_else_is_refused_with_what_is_missing(make: Any, sentence: str, network: Any, tokenizer: Any) -> None:
    with pytest.raises(ModelError, match=sentence):
        load_model(make(network, tokenizer))


def test_a_pipeline_in_training_mode_is_refused(network: Any, tokenizer: Any) -> None:
    pipeline = transformers.pipeline("feature-extraction", model=network, tokenizer=tokenizer)
    pipeline.model.train()
    with pytest.raises(ModelError, match="training mode"):
        load_model(pipeline)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")  # peft
def test_a_model_with_an_adapter_beside_it_is_to_be_merged(network: Any, tokenizer: Any) -> None:
    import peft

    adapted = peft.get_peft_model(network, peft.LoraConfig(target_modules=["query"])).eval()
    for source in (adapted, (adapted, tokenizer)):
        with pytest.raises(ModelError, match=re.escape("Give the one that merge_and_unload() returns")):
            load_model(source)


def test_a_network_that_reads_sparse_blocks_is_to_be_loaded_as_full(tokenizer: Any) -> None:
    config = transformers.BigBirdConfig(**(SIZES | {"vocab_size": len(tokenizer), "attention_type": "block_sparse"}))
    with pytest.raises(ModelError, match=r'attention_type="original_full"'):
        load_model((transformers.BigBirdModel(config).eval(), tokenizer))


def test_a_network_of_several_choices_is_read_by_its_body(tokenizer: Any) -> None:
    config = transformers.BertConfig(**(SIZES | {"vocab_size": len(tokenizer)}))
    network = transformers.BertForMultipleChoice(config).eval()
    model, body = load_model((network, tokenizer)), load_model((network.bert, tokenizer))
    np.testing.assert_array_equal(model.attend(TEXT).weights(1), body.attend(TEXT).weights(1))
