"""A checkpoint that transformers loads loads here, whatever its form: its weights are those of eager attention."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from damage import change, shard
from safetensors.torch import load_file, save_file
from test_sentence_transformers import moved_inside

from attention_viz import Model, load_model
from attention_viz.errors import ModelError

Make = Callable[..., Path]
TEXT = "the cat sat down because it was tired , the sun ."


def assert_eager(model: Model, expected: Any) -> None:
    """Every weight is transformers' own."""
    inputs = model.reader.encode(TEXT).inputs
    with torch.no_grad():
        wanted = expected.eval()(**inputs, output_attentions=True).attentions
    attention = model.attend(TEXT)
    assert attention.n_layers == len(wanted)
    for layer, weights in enumerate(wanted):
        np.testing.assert_allclose(attention.weights(layer), weights[0], atol=1e-5)


def eager(architecture: str, folder: Path, **settings: Any) -> Any:
    return getattr(transformers, architecture).from_pretrained(folder, attn_implementation="eager", **settings)


def wrap(folder: Path, wrapper: str) -> None:
    """Put something before the name of every array, in the files and in their index."""
    for path in folder.glob("model*.safetensors"):
        arrays = load_file(path)
        save_file({f"{wrapper}{name}": array for name, array in arrays.items()}, path, metadata={"format": "pt"})
    for path in folder.glob("*.index.json"):
        names = json.loads(path.read_text())["weight_map"]
        change(path, weight_map={f"{wrapper}{name}": file for name, file in names.items()})


@pytest.mark.parametrize("wrapper", ["module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."])
@pytest.mark.parametrize("in_parts", [False, True], ids=["whole", "sharded"])
def test_what_stands_before_every_name_is_taken_off_and_said(wrapper: str, in_parts: bool, checkpoint: Make) -> None:
    folder = shard(checkpoint()) if in_parts else checkpoint()
    expected = eager("BertModel", folder)
    wrap(folder, wrapper)
    model = load_model(folder)
    assert_eager(model, expected)
    assert [wrapper in str(note) for note in model.notes] == [True]


def test_a_head_is_found_under_what_stands_before_every_name(checkpoint: Make) -> None:
    folder = checkpoint("BertForMaskedLM")
    wrap(folder, "module.")
    assert load_model(folder).task.kind == "mask"


def test_a_wrapper_of_some_names_only_is_none(checkpoint: Make) -> None:
    folder = checkpoint()
    arrays = load_file(folder / "model.safetensors")
    odd = {name if "pooler" in name else f"module.{name}": array for name, array in arrays.items()}
    save_file(odd, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="lacks 37 weights"):
        load_model(folder)


@pytest.mark.parametrize("in_parts", [False, True], ids=["whole", "sharded"])
def test_the_only_variant_is_loaded_and_named(in_parts: bool, checkpoint: Make) -> None:
    folder = checkpoint(dtype=torch.float16)
    network = eager("BertModel", folder, dtype=torch.float32)
    (folder / "model.safetensors").unlink()
    size = {"max_shard_size": "10KB"} if in_parts else {}
    network.half().save_pretrained(folder, variant="fp16", **size)
    model = load_model(folder, device="cpu")
    assert_eager(model, network.float())
    assert any("a variant: model.fp16" in str(note) for note in model.notes)


def test_the_usual_weights_go_before_a_variant(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "model.fp16.safetensors").write_bytes(b"not looked at")
    assert load_model(folder).notes == ()


def test_sparse_blocks_are_read_as_full_attention_and_said(checkpoint: Make) -> None:
    sparse = {"attention_type": "block_sparse", "block_size": 8, "num_random_blocks": 1, "sep_token_id": 3}
    folder = checkpoint("BigBirdModel", **sparse)
    model = load_model(folder)
    assert_eager(model, eager("BigBirdModel", folder, attention_type="original_full"))
    assert any("sparse blocks" in str(note) for note in model.notes)


@pytest.mark.parametrize("name", ["attn_implementation", "_attn_implementation", "_attn_implementation_internal"])
@pytest.mark.parametrize("kind", ["flash_attention_2", "sdpa", "flex_attention"])
@pytest.mark.parametrize("asked", [False, True], ids=["", "attentions asked for"])
def test_another_implementation_in_the_configuration_is_eager_here(
    name: str, kind: str, asked: bool, checkpoint: Make
) -> None:
    folder = checkpoint()
    expected = eager("BertModel", folder)
    change(folder / "config.json", **{name: kind, "output_attentions": asked})
    assert_eager(load_model(folder), expected)


@pytest.mark.parametrize("family", ["Bert", "Roberta", "DistilBert"])
def test_of_a_model_that_chooses_among_texts_the_body_is_read(family: str, checkpoint: Make) -> None:
    folder = checkpoint(f"{family}ForMultipleChoice")
    model = load_model(folder)
    assert_eager(model, eager(f"{family}Model", folder))
    assert model.task.kind == ""
    assert any("chooses among several texts" in str(note) for note in model.notes)


def test_gemma_4_whose_layers_have_heads_of_two_widths(checkpoint: Make) -> None:
    sizes = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "global_head_dim": 16}
    small = {"num_hidden_layers": 6, "sliding_window": 9, "vocab_size_per_layer_input": 27}
    folder = checkpoint("Gemma4ForCausalLM", **small, **sizes)
    model = load_model(folder)
    assert_eager(model, eager("Gemma4ForCausalLM", folder))
    assert model.d_head == 16
    attention = model.attend(TEXT)
    assert {attention.queries(layer, 0).shape[1] for layer in range(6)} == {8, 16}


def test_the_width_of_a_head_is_that_of_its_queries(checkpoint: Make) -> None:
    """T5's heads may be of another width than its vectors divided by their number."""
    folder = checkpoint("T5EncoderModel", d_model=24, d_kv=5, d_ff=40, num_layers=2, num_heads=3)
    assert load_model(folder).d_head == 5


def test_the_file_that_was_looked_at_is_the_one_that_is_loaded(checkpoint: Make) -> None:
    folder = checkpoint()
    expected = eager("BertModel", folder)
    arrays = {name: array + 1 for name, array in load_file(folder / "model.safetensors").items()}
    save_file(arrays, folder / "other.safetensors", metadata={"format": "pt"})
    change(folder / "config.json", transformers_weights="other.safetensors")
    assert_eager(load_model(folder), expected)


def test_of_sentence_transformers_the_folder_inside_is_loaded(checkpoint: Make, tmp_path: Path) -> None:
    folder = checkpoint()
    root = moved_inside(folder, tmp_path / "root", "Pooling")
    model = load_model(root)
    assert (model.name, model.source) == ("root", str(root))
    assert_eager(model, eager("BertModel", folder))


@pytest.mark.parametrize(
    ("architecture", "sentence"),
    [("ViTModel", "reads pictures, not text"), ("Wav2Vec2Model", "reads sound, not text"), ("CLIPVisionModel", "reads pictures, not text")],
)  # fmt: skip
def test_what_reads_no_text_says_what_it_reads_even_without_a_tokenizer(
    architecture: str, sentence: str, tmp_path: Path
) -> None:
    kind = getattr(transformers, architecture)
    sizes: dict[str, Any] = {
        "hidden_size": 24,
        "num_hidden_layers": 1,
        "num_attention_heads": 3,
        "intermediate_size": 40,
    }
    if architecture == "Wav2Vec2Model":
        sizes |= {"conv_dim": (24,), "conv_stride": (5,), "conv_kernel": (10,), "num_feat_extract_layers": 1, "num_conv_pos_embeddings": 4, "num_conv_pos_embedding_groups": 2}  # fmt: skip
    else:
        sizes |= {"image_size": 32, "patch_size": 8}
    kind(kind.config_class(**sizes)).save_pretrained(tmp_path)
    for architectures in ([architecture], None):
        change(tmp_path / "config.json", architectures=architectures)
        with pytest.raises(ModelError, match=sentence):
            load_model(tmp_path)


def test_a_model_of_pictures_and_texts_says_so_and_its_half_for_text_is_taken(tmp_path: Path, tokenizers: Any) -> None:
    small = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 40}
    text = small | {"vocab_size": 27, "bos_token_id": 2, "eos_token_id": 3}
    config = transformers.CLIPConfig(text_config=text, vision_config=small | {"image_size": 32, "patch_size": 8})
    transformers.CLIPModel(config).save_pretrained(tmp_path)
    tokenizers["word pieces"].save_pretrained(tmp_path)
    with pytest.raises(
        ModelError, match=r"only together with a picture or a sound.*such as CLIPTextModel of a CLIPModel"
    ):
        load_model(tmp_path)
    half = transformers.CLIPTextModel.from_pretrained(tmp_path).eval()
    assert load_model((half, tokenizers["word pieces"])).n_heads == 3
