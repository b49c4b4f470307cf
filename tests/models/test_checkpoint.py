from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint import inspect

Make = Callable[..., Path]


def change(path: Path, **values: Any) -> None:
    """Some settings of a JSON file, changed."""
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_whole_checkpoint_tells_its_class_its_files_and_their_numbers(checkpoint: Make) -> None:
    found = inspect(checkpoint("BertForMaskedLM", dtype=torch.bfloat16))
    assert found.architecture == "BertForMaskedLM"
    assert [path.name for path in found.weights.files] == ["model.safetensors"]
    assert found.weights.number_types == {"BF16"}


def test_the_checksum_is_that_of_the_file(checkpoint: Make) -> None:
    folder = checkpoint()
    assert inspect(folder).weights.sha256() == hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def test_shards_are_found_through_their_index(checkpoint: Make) -> None:
    folder = shard(checkpoint())
    found = inspect(folder)
    assert len(found.weights.files) > 1
    assert (
        found.weights.sha256()
        == hashlib.sha256(b"".join(path.read_bytes() for path in found.weights.files)).hexdigest()
    )


def shard(folder: Path) -> Path:
    """The same checkpoint in several files."""
    network = transformers.BertModel.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    network.save_pretrained(folder, max_shard_size="10KB")
    return folder


def test_missing_shards_are_named(checkpoint: Make) -> None:
    folder = shard(checkpoint())
    lost = sorted(folder.glob("model-*.safetensors"))[1]
    lost.unlink()
    with pytest.raises(ModelError, match=lost.name):
        inspect(folder)


def test_a_shard_outside_the_folder_is_not_read(checkpoint: Make) -> None:
    folder = shard(checkpoint())
    change(folder / "model.safetensors.index.json", weight_map={"a": "../other.safetensors"})
    with pytest.raises(ModelError, match=r"lacks 1 of its 1"):
        inspect(folder)


@pytest.mark.parametrize("index", ["{}", '{"weight_map": []}', '{"weight_map": {"a": 3}}'])
def test_an_index_that_names_no_files_is_refused(index: str, checkpoint: Make) -> None:
    folder = shard(checkpoint())
    (folder / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ModelError, match="names no files of weights"):
        inspect(folder)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no folder .*nowhere"):
        inspect(tmp_path / "nowhere")


def test_a_folder_that_is_no_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is no model: it has no config\.json"):
        inspect(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"not json", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_configuration_is_named(content: bytes, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "config.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"config\.json cannot be read"):
        inspect(folder)


def test_a_configuration_that_is_no_mapping_is_refused(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "config.json").write_text("[]")
    with pytest.raises(ModelError, match=r"config\.json holds no settings"):
        inspect(folder)


@pytest.mark.parametrize("kind", ["home-made", None, 3, ["bert"]])
def test_a_type_that_transformers_does_not_know_is_refused_and_its_code_not_run(kind: object, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "modeling_home_made.py").write_text("raise SystemExit('code of a checkpoint was run')")
    change(folder / "config.json", model_type=kind, auto_map={"AutoModel": "modeling_home_made.Model"})
    with pytest.raises(ModelError, match=r"does not know.*never run"):
        inspect(folder)


@pytest.mark.parametrize(
    "name", ["pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "tf_model.h5", "flax_model.msgpack"]
)
def test_other_formats_are_not_opened_but_told_how_to_convert(name: str, checkpoint: Make) -> None:
    folder = checkpoint("BertForMaskedLM")
    (folder / "model.safetensors").rename(folder / name)
    with pytest.raises(ModelError, match=rf"{name}.*BertForMaskedLM\.from_pretrained.*save_pretrained"):
        inspect(folder)


def test_the_conversion_that_is_advised_works(checkpoint: Make) -> None:
    folder = checkpoint("BertForMaskedLM")
    network = transformers.BertForMaskedLM.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    torch.save(network.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="only safetensors is loaded") as caught:
        inspect(folder)
    exec(str(caught.value).partition("in Python: ")[2])  # our own sentence, about a folder of this test
    assert inspect(folder).weights.files == (folder / "model.safetensors",)


def test_a_folder_without_weights_says_so(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="holds no weights"):
        inspect(folder)


@pytest.mark.parametrize("left", [0, 4, 100, -1])
def test_half_a_file_of_weights_is_named(left: int, checkpoint: Make) -> None:
    path = checkpoint() / "model.safetensors"
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged or incomplete"):
        inspect(path.parent)


def test_a_wrong_file_in_place_of_the_weights_is_named(checkpoint: Make) -> None:
    path = checkpoint() / "model.safetensors"
    path.write_text("<html>404</html>" * 50)
    with pytest.raises(ModelError, match=r"model\.safetensors is damaged"):
        inspect(path.parent)


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
    assert inspect(folder).architecture == "BertModel"


def test_pruned_heads_are_refused_with_the_layers_counted_from_1(checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", pruned_heads={"0": [1], "4": [2, 3]})
    with pytest.raises(ModelError, match="layer 1, 5 "):
        inspect(folder)


def test_an_empty_list_of_pruned_heads_is_no_obstacle(checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", pruned_heads={})
    assert inspect(folder)


@pytest.mark.parametrize("positions", ["relative_key", "relative_key_query"])
def test_positions_that_transformers_would_silently_leave_out_are_refused(positions: str, checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", position_embedding_type=positions)
    with pytest.raises(ModelError, match=positions):
        inspect(folder)


def test_a_checkpoint_without_a_class_has_no_architecture(checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", architectures=None)
    assert inspect(folder).architecture == ""
