from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from checkpoints import word_pieces
from damage import change

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint.folder import inspect
from attention_viz.models.checkpoint.network import load_network

Make = Callable[..., Path]
CPU = torch.device("cpu")


@pytest.mark.parametrize("architecture", ["BertModel", "BertForMaskedLM", "BertForSequenceClassification"])
def test_the_class_that_the_configuration_names_is_loaded_with_its_weights(architecture: str, checkpoint: Make) -> None:
    folder = checkpoint(architecture)
    network, tokenizer, found = load_network(inspect(folder), CPU, "auto")
    expected = getattr(transformers, architecture).from_pretrained(folder)
    assert type(network) is type(expected)
    assert all(torch.equal(network.state_dict()[name], value) for name, value in expected.state_dict().items())
    assert not network.training
    assert network.config._attn_implementation == "eager"
    assert not found["missing_keys"]
    assert (
        tokenizer("the cat")["input_ids"] == transformers.AutoTokenizer.from_pretrained(folder)("the cat")["input_ids"]
    )


@pytest.mark.parametrize("architectures", [None, [], ["OurOwnBert"], ["Path"], [3]])
def test_without_a_class_of_transformers_the_body_alone_is_loaded(architectures: object, checkpoint: Make) -> None:
    folder = checkpoint("BertForMaskedLM")
    change(folder / "config.json", architectures=architectures)
    assert isinstance(load_network(inspect(folder), CPU, "auto")[0], transformers.BertModel)


def test_a_class_that_the_checkpoint_brings_along_is_refused_and_not_run(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "modeling_own.py").write_text("raise SystemExit('code of a checkpoint was run')")
    change(folder / "config.json", architectures=["OwnBert"], auto_map={"AutoModel": "modeling_own.OwnBert"})
    with pytest.raises(ModelError, match=r"OwnBert.*never run"):
        load_network(inspect(folder), CPU, "auto")


def test_a_tokenizer_that_the_checkpoint_brings_along_is_not_run(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "tokenization_own.py").write_text("raise SystemExit('code of a checkpoint was run')")
    own = {"AutoTokenizer": ["tokenization_own.OwnTokenizer", None]}
    change(folder / "tokenizer_config.json", tokenizer_class="OwnTokenizer", auto_map=own)
    _, tokenizer, _ = load_network(inspect(folder), CPU, "auto")
    assert tokenizer("the cat")["input_ids"] == word_pieces()("the cat")["input_ids"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"num_attention_heads": 5}, "not a multiple of the number of attention heads"),
        ({"num_attention_heads": 0}, "describes none that can be built"),
        ({"hidden_size": "wide"}, "hidden_size"),
        ({"hidden_act": "nonsense"}, "nonsense"),
        ({"dtype": "nonsense"}, "describes none that can be built"),
        ({"vocab_size": -3}, "cannot be loaded"),
        ({"vocab_size": 10**9}, r"describes a model of \d{2,3},\d{3},\d{3},\d{3} numbers, but its weights hold"),
        ({"max_position_embeddings": 10**9}, "describes a model of"),
        ({"intermediate_size": 10**9}, "describes a model of"),
    ],
)
def test_what_transformers_cannot_build_is_refused_with_its_reason(
    values: dict[str, object], reason: str, checkpoint: Make
) -> None:
    folder = checkpoint()
    change(folder / "config.json", **values)
    with pytest.raises(ModelError, match=reason) as caught:
        load_network(inspect(folder), CPU, "auto")
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": "1.0"}', "null"])
def test_a_broken_tokenizer_is_refused(content: str, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "tokenizer.json").write_text(content)
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_network(inspect(folder), CPU, "auto")


def test_loading_prints_nothing_warns_of_nothing_and_leaves_the_settings_of_transformers(
    checkpoint: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = checkpoint("BertForSequenceClassification")
    change(folder / "config.json", architectures=["BertForMaskedLM"], num_hidden_layers=1)  # enough to talk about
    transformers.logging.enable_progress_bar()
    before = transformers.logging.get_verbosity(), transformers.logging.is_progress_bar_enabled()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_network(inspect(folder), CPU, "auto")
    assert capfd.readouterr() == ("", "")
    assert (transformers.logging.get_verbosity(), transformers.logging.is_progress_bar_enabled()) == before
