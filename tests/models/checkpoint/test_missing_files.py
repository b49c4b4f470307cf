"""A folder that holds no model here is refused with the step, or the folder, that helps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from damage import change

from attention_viz import load_model
from attention_viz.errors import ModelError

Make = Callable[..., Path]

OTHER_FORMATS = {
    "tf_model.h5": r'no more since its version 5.*BertForMaskedLM.*from_tf=True\).*"transformers<5" torch tf-keras',
    "flax_model.msgpack": r'no more since its version 5.*from_flax=True\).*"transformers<5" torch flax',
    "bert.Q4_K_M.gguf": r"rounded for programs such as llama\.cpp\. Choose the model that they were made from",
    "onnx/model.onnx": r"exported for another program, which gives out no attention",
    "openvino_model.bin": r"exported for another program",
    "rust_model.ot": r"exported for another program",
    "consolidated.safetensors": r"are called consolidated\.safetensors\. Rename those that you mean to model\.safetensors",
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_weights_of_another_format_are_named_with_what_helps(name: str, checkpoint: Make) -> None:
    folder = checkpoint("BertForMaskedLM")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(ModelError, match=OTHER_FORMATS[name]) as caught:
        load_model(folder)
    assert name in str(caught.value)


def test_a_pickle_goes_before_other_formats_since_it_can_be_converted_here(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    (folder / "tf_model.h5").touch()
    with pytest.raises(ModelError, match="use_safetensors=False"):
        load_model(folder)


@pytest.mark.parametrize("name", ["AutoModel; import os; os.abort()", 3, ""])
def test_what_a_configuration_says_does_not_become_code_in_any_advice(name: object, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "model.safetensors").rename(folder / "tf_model.h5")
    change(folder / "config.json", architectures=[name])
    with pytest.raises(ModelError, match=r"import AutoModel; AutoModel\.from_pretrained"):
        load_model(folder)


def test_two_variants_are_named_and_neither_is_taken(checkpoint: Make) -> None:
    folder = checkpoint()
    shutil.copy(folder / "model.safetensors", folder / "model.bf16.safetensors")
    (folder / "model.safetensors").rename(folder / "model.fp16.safetensors")
    with pytest.raises(ModelError, match=r"are called model\.bf16\.safetensors, model\.fp16\.safetensors\. Rename"):
        load_model(folder)


def test_the_folders_inside_are_named_those_of_a_training_from_the_last_step(checkpoint: Make, tmp_path: Path) -> None:
    folder = checkpoint()
    for name in ("checkpoint-500", "checkpoint-1000", "best"):
        shutil.copytree(folder, tmp_path / "run" / name)
    (tmp_path / "run" / "trainer_state.json").touch()
    with pytest.raises(ModelError, match="checkpoint-1000, checkpoint-500, best") as caught:
        load_model(tmp_path / "run")
    assert str(caught.value).endswith(f"such as {tmp_path}/run/checkpoint-1000.")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ((), "is empty"),
        ((".gitattributes",), "is empty"),
        (("dataset_info.json", "data-00000-of-00001.arrow"), "holds data, not a model"),
        (("data/train-00000.parquet", "README.md"), "holds data, not a model"),
        (("tokenizer.json", "tokenizer_config.json"), r"a tokenizer, but no model.*model\.save_pretrained"),
        (("model.safetensors", "tokenizer.json"), r"weights, but no config\.json"),
        (("pytorch_model.bin",), r"weights, but no config\.json"),
        (("llama.gguf",), r"only there as llama\.gguf, rounded"),
        (("openvino_model.xml", "openvino_model.bin"), "exported for another program"),
        (("notes.txt",), r"is no model: it has no config\.json"),
    ],
)
def test_a_folder_without_a_configuration_is_called_what_it_is(
    files: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(ModelError, match=sentence):
        load_model(tmp_path)


@pytest.mark.parametrize("name", ["model.zip", "model.tar.gz", "MODEL.7Z"])
def test_what_is_packed_is_to_be_unpacked(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    with pytest.raises(ModelError, match=r"is packed\. Unpack it"):
        load_model(tmp_path / name)


def test_a_file_that_is_no_part_of_a_model_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ModelError, match=r"notes\.txt is a file\. A model is a folder with config\.json"):
        load_model(tmp_path / "notes.txt")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_file_of_a_model_stands_for_its_folder(name: str, tiny_bert_folder: Path) -> None:
    for source in (tiny_bert_folder / name, f'"{tiny_bert_folder / name}"'):
        assert load_model(source).name == tiny_bert_folder.name


@pytest.mark.parametrize(
    ("settings", "packages"),
    [
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "bitsandbytes"),
        ({"load_in_8bit": True}, "bitsandbytes"),
        ({"quant_method": "gptq", "bits": 4}, "optimum gptqmodel"),
        ({"quant_method": "awq", "bits": 4}, "gptqmodel"),
        ({"quant_method": "compressed-tensors"}, "compressed-tensors"),
        ({"quant_method": "torchao"}, "torchao"),
        ({"quant_method": "hqq"}, "hqq"),
    ],
)
def test_quantised_weights_name_the_package_that_reads_them(
    settings: dict[str, object], packages: str, checkpoint: Make
) -> None:
    folder = checkpoint()
    change(folder / "config.json", quantization_config=settings)
    with pytest.raises(ModelError, match=rf"Choose the model that was quantised.*pip install {packages}$") as caught:
        load_model(folder)
    assert "save" not in str(caught.value)


@pytest.mark.parametrize("settings", [None, {}, [], {"quant_method": 3}, json.loads("1e400")])
def test_settings_of_no_quantisation_are_none(settings: object, checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", quantization_config=settings)
    try:
        assert load_model(folder).n_layers == 2
    except ModelError as error:
        assert "quantised" not in str(error)  # noqa: PT017 - transformers may not take them for nothing
