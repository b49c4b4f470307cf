from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from damage import change

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint.folder import inspect
from attention_viz.models.checkpoint.kind import architecture_of

Make = Callable[..., Path]


def test_a_whole_checkpoint_tells_its_class_its_files_and_their_numbers(checkpoint: Make) -> None:
    found = inspect(checkpoint("BertForMaskedLM", dtype=torch.bfloat16))
    assert architecture_of(found.config) == "BertForMaskedLM"
    assert [path.name for path in found.weights.files] == ["model.safetensors"]
    assert found.weights.number_types == {"BF16"}


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no folder .*nowhere"):
        inspect(tmp_path / "nowhere")


def test_a_folder_without_a_tokenizer_is_refused(checkpoint: Make) -> None:
    folder = checkpoint()
    for path in folder.glob("*token*"):
        path.unlink()
    with pytest.raises(ModelError, match="holds no tokenizer"):
        inspect(folder)


def test_a_tokenizer_of_bytes_needs_no_vocabulary(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "tokenizer.json").unlink()
    change(folder / "tokenizer_config.json", tokenizer_class="CanineTokenizer")
    assert architecture_of(inspect(folder).config) == "BertModel"


def test_a_checkpoint_without_a_class_has_no_architecture(checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", architectures=None)
    assert architecture_of(inspect(folder).config) == ""


@pytest.mark.parametrize("name", ["vocab.txt", "tokenizer.json", "config.json", "spiece.model"])
def test_a_file_larger_than_any_vocabulary_is_refused_before_it_is_read(
    name: str, tiny_bert_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_bert_folder, tmp_path / "model"))
    with (folder / name).open("wb") as file:
        file.truncate(20 * 2**30)  # takes no room on the disk
    with pytest.raises(ModelError, match=rf"{name} has 20,480 MB"):
        inspect(folder)


@pytest.mark.parametrize("name", ["vocab.txt", "tokenizer.json", "config.json", "model.safetensors"])
def test_a_device_in_the_place_of_a_file_is_no_file(name: str, tiny_bert_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_bert_folder, tmp_path / "model"))
    for each in {name, "tokenizer.json"} if name == "vocab.txt" else {name}:
        (folder / each).unlink(missing_ok=True)
    (folder / name).symlink_to("/dev/zero")
    with pytest.raises(ModelError):
        inspect(folder)
