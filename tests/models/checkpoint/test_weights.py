from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from damage import change, shard

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint.settings import read_settings
from attention_viz.models.checkpoint.weights import Weights, find_weights

Make = Callable[..., Path]


def weights_of(folder: Path) -> Weights:
    return find_weights(folder, read_settings(folder / "config.json"))


def test_the_arrays_and_numbers_are_those_of_the_model(checkpoint: Make) -> None:
    folder = checkpoint()
    network = transformers.BertModel.from_pretrained(folder)
    found = weights_of(folder)
    assert found.n_tensors == len(list(network.parameters()))
    assert found.n_numbers == network.num_parameters()
    assert found.number_types == {"F32"}


def test_the_checksum_is_that_of_the_file(checkpoint: Make) -> None:
    folder = checkpoint()
    assert weights_of(folder).sha256() == hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def test_shards_are_found_through_their_index(checkpoint: Make) -> None:
    folder = shard(checkpoint())
    found = weights_of(folder)
    assert len(found.files) > 1
    assert found.sha256() == hashlib.sha256(b"".join(path.read_bytes() for path in found.files)).hexdigest()


def test_missing_shards_are_named(checkpoint: Make) -> None:
    folder = shard(checkpoint())
    lost = sorted(folder.glob("model-*.safetensors"))[1]
    lost.unlink()
    with pytest.raises(ModelError, match=lost.name):
        weights_of(folder)


def test_a_shard_outside_the_folder_is_not_read(checkpoint: Make) -> None:
    folder = shard(checkpoint())
    change(folder / "model.safetensors.index.json", weight_map={"a": "../other.safetensors"})
    with pytest.raises(ModelError, match=r"lacks 1 of its 1"):
        weights_of(folder)


@pytest.mark.parametrize("index", ["{}", '{"weight_map": []}', '{"weight_map": {"a": 3}}'])
def test_an_index_that_names_no_files_is_refused(index: str, checkpoint: Make) -> None:
    folder = shard(checkpoint())
    (folder / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ModelError, match="names no files of weights"):
        weights_of(folder)


@pytest.mark.parametrize(
    "name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "tf_model.h5", "flax_model.msgpack"]
)
def test_other_formats_are_not_opened_but_told_how_to_convert(name: str, checkpoint: Make) -> None:
    folder = checkpoint("BertForMaskedLM")
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(ModelError, match=rf"{name}.*BertForMaskedLM\.from_pretrained.*save_pretrained"):
        weights_of(folder)


def test_the_conversion_that_is_advised_works(checkpoint: Make) -> None:
    folder = checkpoint("BertForMaskedLM")
    network = transformers.BertForMaskedLM.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="only safetensors is loaded") as caught:
        weights_of(folder)
    exec(str(caught.value).partition("in Python: ")[2])  # our own sentence, about a folder of this test
    assert weights_of(folder).files == (folder / "model.safetensors",)


def test_a_folder_without_weights_says_so(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="holds no weights"):
        weights_of(folder)


@pytest.mark.parametrize("left", [0, 4, 100, -1])
def test_half_a_file_of_weights_is_named(left: int, checkpoint: Make) -> None:
    path = checkpoint() / "model.safetensors"
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged or incomplete"):
        weights_of(path.parent)


def test_a_wrong_file_in_place_of_the_weights_is_named(checkpoint: Make) -> None:
    path = checkpoint() / "model.safetensors"
    path.write_text("<html>404</html>" * 50)
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged"):
        weights_of(path.parent)


@pytest.mark.parametrize("name", ["AutoModel; import os; os.abort()", 3, "a b", ""])
def test_what_a_configuration_says_does_not_become_code_in_the_advice(name: object, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    change(folder / "config.json", architectures=[name])
    with pytest.raises(ModelError, match=r"import AutoModel; AutoModel\.from_pretrained"):
        weights_of(folder)
