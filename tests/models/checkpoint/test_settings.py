from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from damage import change

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint.folder import inspect
from attention_viz.models.checkpoint.kind import architecture_of
from attention_viz.models.checkpoint.settings import check_settings, read_settings

Make = Callable[..., Path]


def check(folder: Path) -> None:
    check_settings(read_settings(folder / "config.json"), folder)


def test_a_folder_that_is_no_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is no model: it has no config\.json"):
        check(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"not json", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_configuration_is_named(content: bytes, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "config.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"config\.json is damaged"):
        check(folder)


def test_a_configuration_that_is_no_mapping_is_refused(checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "config.json").write_text("[]")
    with pytest.raises(ModelError, match=r"config\.json holds no settings"):
        check(folder)


@pytest.mark.parametrize("kind", ["home-made", None, 3, ["bert"]])
def test_a_type_that_transformers_does_not_know_is_refused_and_its_code_not_run(kind: object, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "modeling_home_made.py").write_text("raise SystemExit('code of a checkpoint was run')")
    change(folder / "config.json", model_type=kind, auto_map={"AutoModel": "modeling_home_made.Model"})
    with pytest.raises(ModelError, match=r"does not know.*never run"):
        check(folder)


def test_pruned_heads_are_refused_with_the_layers_counted_from_1(checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", pruned_heads={"0": [1], "4": [2, 3]})
    with pytest.raises(ModelError, match="layer 1, 5 "):
        check(folder)


@pytest.mark.parametrize("layer", ["9" * 5_000, "²", "x" * 5_000, ""])
def test_a_layer_that_is_no_number_is_named_as_it_stands_and_briefly(layer: str, checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", pruned_heads={layer: [1]})
    with pytest.raises(ModelError, match="Heads were removed") as caught:
        check(folder)
    assert len(str(caught.value)) < 600


def test_an_empty_list_of_pruned_heads_is_no_obstacle(checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", pruned_heads={})
    check(folder)


@pytest.mark.parametrize("positions", ["relative_key", "relative_key_query"])
def test_positions_that_transformers_would_silently_leave_out_are_refused(positions: str, checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", position_embedding_type=positions)
    with pytest.raises(ModelError, match=positions):
        check(folder)


@pytest.mark.parametrize("pruned", [None, [], 3, "0"])
def test_nonsense_in_place_of_pruned_heads_is_no_obstacle(pruned: object, checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "config.json", pruned_heads=pruned)
    check(folder)


@pytest.mark.parametrize(
    "values",
    [
        {"num_hidden_layers": 10**9},
        {"num_labels": 10**9},
        {"num_hidden_layers": 1e300},
        {"text_config": {"num_hidden_layers": 10**9}},
    ],
)
def test_counts_that_the_weights_could_not_fill_are_refused_at_once(
    values: dict[str, object], checkpoint: Make
) -> None:
    folder = checkpoint()
    change(folder / "config.json", **values)
    with pytest.raises(
        ModelError, match=r"counts (num_hidden_layers|num_labels) = 1.*more than its weights could fill"
    ):
        inspect(folder)


@pytest.mark.parametrize("file", ["tokenizer_config.json", "special_tokens_map.json"])
@pytest.mark.parametrize("key", ["vocab", "vocab_file", "sp_model_kwargs"])
def test_a_tokenizer_does_not_read_files_outside_its_folder(
    file: str, key: str, checkpoint: Make, tmp_path: Path
) -> None:
    secret, folder = tmp_path / "secret.txt", checkpoint()
    secret.write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na secret\n")
    if not (folder / file).is_file():
        (folder / file).write_text("{}")
    change(folder / file, **{key: {"model_file": [str(secret)]} if key == "sp_model_kwargs" else str(secret)})
    with pytest.raises(ModelError, match=rf"{file} names a file outside its folder: .*secret\.txt"):
        inspect(folder)


def test_names_of_files_that_are_its_own_or_nowhere_are_no_obstacle(checkpoint: Make) -> None:
    folder = checkpoint()
    own, gone = str(folder / "tokenizer.json"), "/nowhere/of/somebody/else/tokenizer.json"
    change(folder / "tokenizer_config.json", tokenizer_file=own, special_tokens_map_file=gone, name_or_path="\0" * 3)
    assert architecture_of(inspect(folder).config) == "BertModel"


def test_settings_that_are_nested_deeply_are_looked_through(checkpoint: Make) -> None:
    folder = checkpoint()
    text = '{"a":' * 800 + '{"num_hidden_layers": 1e9}' + "}" * 800
    (folder / "config.json").write_text((folder / "config.json").read_text().rstrip()[:-1] + f', "deep": {text}}}')
    with pytest.raises(ModelError, match="counts num_hidden_layers"):
        inspect(folder)
