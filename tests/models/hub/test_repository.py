"""What is needed of a model, what it lacks, and whether a file is still itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attention_viz.errors import ModelError
from attention_viz.models.hub.repository import (
    RemoteFile,
    check_contents,
    check_name,
    is_complete,
    is_damaged,
    is_name,
    megabytes,
    needed,
)

LIMIT = 10**9


def remote(*names: str, size: int = 7) -> tuple[RemoteFile, ...]:
    return tuple(RemoteFile(name, size) for name in names)


def names(files: tuple[RemoteFile, ...]) -> set[str]:
    return {file.name for file in files}


@pytest.mark.parametrize("name", ["gpt2", "google-bert/bert-base-uncased", "a/b", "A_1/b.c-d_e", "x" * 96])
def test_names_of_models(name: str) -> None:
    assert is_name(name)
    check_name(name, "refs/pr/4")


@pytest.mark.parametrize("name", ["", "/", "a/", "/a", "a//b", ".a", "-a", "a-", "a..b", "a--b", "a.git", "é/b", "a\n"])
def test_no_names_of_models(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(ModelError, match="no model name"):
        check_name(name, None)


def test_needed_are_configuration_tokenizer_and_safetensors_of_the_model_itself() -> None:
    wanted = {
        *("config.json", "model.safetensors", "model-00001-of-00002.safetensors", "model.safetensors.index.json"),
        *("vocab.txt", "tokenizer.json", "spiece.model", "merges.txt", "modules.json", "1_Pooling/config.json"),
    }
    unwanted = {
        *("pytorch_model.bin", "tf_model.h5", "README.md", "onnx/model.onnx", "onnx/config.json", "training_args.bin"),
        *("openvino/model.safetensors", "model.fp16.safetensors", "modeling_evil.py", "deep/1_Pooling/config.json"),
        *("../config.json", "/etc/config.json", "tokenizer[1].model", "?.model"),
    }
    assert names(needed(remote(*wanted, *unwanted))) == wanted


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (("model.safetensors", "vocab.txt"), "has no config.json"),
        (("config.json", "vocab.txt", "pytorch_model-00001-of-00002.bin"), "only as pytorch_model-00001-of-00002.bin"),
        (("config.json", "vocab.txt", "tf_model.h5"), r"only there as tf_model\.h5.*from_tf=True"),
        (("llama.Q4.gguf", "README.md"), r"only there as llama\.Q4\.gguf, rounded"),
        (("config.json", "vocab.txt", "onnx/model.onnx"), "exported for another program"),
        (
            ("config.json", "vocab.txt", "model.fp16.safetensors", "model.bf16.safetensors"),
            "no weights in the safetensors format",
        ),
        (("config.json", "vocab.txt", "onnx/model.safetensors"), "no weights in the safetensors format"),
        (("config.json", "model.safetensors"), "brings no tokenizer"),
    ],
)
def test_what_a_model_lacks_is_named(files: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ModelError, match=reason):
        check_contents("a/b", remote(*files), LIMIT)


@pytest.mark.parametrize(
    "wanted",
    [
        ("config.json", "vocab.txt", "model.fp16.safetensors"),
        ("config.json", "vocab.txt", "model.safetensors.index.fp16.json", "model.fp16-00001-of-00001.safetensors"),
        ("adapter_config.json", "adapter_model.safetensors"),
        ("config.json", "vocab.txt", "model.safetensors", "adapter_config.json", "adapter_model.safetensors"),
        ("modules.json", "1_Pooling/config.json", "0_Transformer/config.json", "0_Transformer/vocab.txt",
         "0_Transformer/model.safetensors", "0_Transformer/sentence_roberta_config.json"),
    ],
    ids=["variant", "variant in parts", "adapter", "adapter beside", "folder inside"],
)  # fmt: skip
def test_models_of_other_forms_are_fetched_whole(wanted: tuple[str, ...], tmp_path: Path) -> None:
    files = remote(*wanted, "README.md", "pytorch_model.bin", "deep/adapter_model.safetensors")
    check_contents("a/b", files, LIMIT)
    assert names(needed(files)) == set(wanted)
    for name in wanted:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        content = (
            json.dumps({"weight_map": {"a": "model.fp16-00001-of-00001.safetensors"}}) if "index" in name else "{}"
        )
        (tmp_path / name).write_text(content)
    assert is_complete(tmp_path)
    weights = next(each for each in wanted if each.endswith(".safetensors"))
    (tmp_path / weights).unlink()
    assert not is_complete(tmp_path)


def test_only_what_is_needed_counts_for_the_limit_of_size() -> None:
    model = remote("config.json", "model.safetensors", "vocab.txt", size=LIMIT // 3)
    check_contents("a/b", (*model, *remote("pytorch_model.bin", size=LIMIT)), LIMIT)
    with pytest.raises(ModelError, match=r"takes 1,000 MB; the limit here is 999 MB"):
        check_contents("a/b", model, 999 * 10**6 - 1)


def test_a_folder_is_complete_with_all_shards_that_its_index_names(tmp_path: Path) -> None:
    assert not is_complete(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "vocab.txt").write_text("[PAD]")
    index = tmp_path / "model.safetensors.index.json"
    for broken in ("", "[]", "{}", '{"weight_map": 3}'):
        index.write_text(broken)
        assert not is_complete(tmp_path)
    index.write_text(json.dumps({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}))
    (tmp_path / "model-1.safetensors").touch()
    assert not is_complete(tmp_path)
    (tmp_path / "model-2.safetensors").touch()
    assert is_complete(tmp_path)
    (tmp_path / "vocab.txt").unlink()
    assert not is_complete(tmp_path)


@pytest.mark.parametrize(
    "digest",
    [
        "ce013625030ba8dba906f756967f9e9ca394464a",  # printf 'hello\n' | git hash-object --stdin
        "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",  # printf 'hello\n' | sha256sum
    ],
)
def test_a_file_is_damaged_when_git_or_sha256_would_say_so(tmp_path: Path, digest: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"hello\n")
    assert not is_damaged(path, digest)
    path.write_bytes(b"hello!")
    assert is_damaged(path, digest)
    assert not is_damaged(path, ""), "a hub that lists no digest cannot be checked"


def test_sizes_are_said_in_the_megabytes_of_disks() -> None:
    assert [megabytes(size) for size in (0, 450_000, 9_960_000, 440_449_768, 10**15)] == [
        *("0.0", "0.5", "10.0", "440", "1,000,000,000")
    ]
