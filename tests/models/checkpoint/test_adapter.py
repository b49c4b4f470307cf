"""An adapter is merged as peft's own merge_and_unload does, or refused; nothing of a stranger's settings is run."""

from __future__ import annotations

import copy
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import peft
import pytest
import torch
import transformers
from damage import change

from attention_viz import Model, load_model
from attention_viz.errors import ModelError

Make = Callable[..., Path]
TARGETS = ["query", "value"]

pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{words}")  # peft's own, while these tests make an adapter
    for words in ("`is_gradient_checkpointing` is deprecated", "fan_in_fan_out", "Adapter .default.: ")
]
LORA = peft.LoraConfig(r=4, target_modules=TARGETS)


def trained(base: Path, folder: Path, config: Any = LORA, architecture: str = "", dtype: Any = None) -> Path:
    """An adapter beside the base, its weights drawn at random as if it had been trained."""
    kind = getattr(transformers, architecture or json.loads((base / "config.json").read_text())["architectures"][0])
    torch.manual_seed(1)
    network = peft.get_peft_model(kind.from_pretrained(base), copy.deepcopy(config))
    for parameter in network.parameters():
        if parameter.requires_grad:
            parameter.data = torch.randn_like(parameter) * 0.3
    network.to(dtype or torch.float32).save_pretrained(folder)
    return folder


def merged_by_peft(base: Path, adapter: Path, architecture: str) -> dict[str, torch.Tensor]:
    kind = getattr(transformers, architecture)
    found: dict[str, torch.Tensor] = (
        peft.PeftModel.from_pretrained(kind.from_pretrained(base), adapter).merge_and_unload().state_dict()
    )
    return found


def beside(base: Path, adapter: Path) -> Path:
    """The adapter's files in the folder of the base."""
    for path in adapter.glob("adapter_*"):
        shutil.copy(path, base / path.name)
    return base


def assert_merged(model: Model, expected: dict[str, torch.Tensor]) -> None:
    found = model.network.state_dict()
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert any("was merged into the weights" in str(note) for note in model.notes)


@pytest.mark.parametrize(
    ("architecture", "config", "dtype"),
    [
        ("BertForMaskedLM", LORA, None),
        ("BertForMaskedLM", peft.LoraConfig(r=4, target_modules=TARGETS, use_dora=True, use_rslora=True), None),
        ("BertForSequenceClassification", peft.LoraConfig(r=4, target_modules=TARGETS, task_type="SEQ_CLS"), None),
        (
            "BertModel",
            peft.LoraConfig(
                r=4,
                target_modules=["query", "word_embeddings"],
                bias="all",
                rank_pattern={"query": 2},
                alpha_pattern={"query": 3},
            ),
            None,
        ),
        ("BertModel", peft.LoraConfig(r=4, target_modules="all-linear", lora_bias=True), None),
        ("BertModel", peft.LoraConfig(r=4, target_modules=TARGETS, modules_to_save=["pooler"]), torch.bfloat16),
        ("GPT2LMHeadModel", peft.LoraConfig(r=4, target_modules=["c_attn", "c_proj"], task_type="CAUSAL_LM"), None),
    ],
    ids=["plain", "DoRA", "classes", "patterns and biases", "all linear", "halves", "GPT-2"],
)
def test_an_adapter_is_merged_as_peft_merges_it(
    architecture: str, config: Any, dtype: Any, checkpoint: Make, tmp_path: Path
) -> None:
    base = checkpoint(architecture)
    plain = load_model(base).attend("the cat sat").weights(1)
    adapter = trained(base, tmp_path / "adapter", config, dtype=dtype)
    expected = merged_by_peft(base, adapter, architecture)
    alone = load_model(adapter)
    assert_merged(alone, expected)
    assert alone.name == "adapter"
    model = load_model(beside(base, adapter))
    assert_merged(model, expected)
    assert np.abs(model.attend("the cat sat").weights(1) - plain).max() > 1e-3
    np.testing.assert_array_equal(model.attend("the cat").weights(1), alone.attend("the cat").weights(1))


def test_a_merged_model_is_another_revision_than_its_base(checkpoint: Make, tmp_path: Path) -> None:
    base = checkpoint()
    before = load_model(base).revision
    beside(base, trained(base, tmp_path / "adapter"))
    assert load_model(base).revision not in ("", before)


def test_an_adapter_of_another_head_changes_the_body_and_takes_the_words_away(checkpoint: Make, tmp_path: Path) -> None:
    base = checkpoint("BertForMaskedLM")
    config = peft.LoraConfig(r=4, target_modules=TARGETS, task_type="SEQ_CLS")
    adapter = trained(base, tmp_path / "adapter", config, "BertForSequenceClassification")
    expected = merged_by_peft(base, adapter, "BertForSequenceClassification")
    model = load_model(adapter)
    assert all(
        torch.equal(value, expected[name]) for name, value in model.network.state_dict().items() if name in expected
    )
    assert model.task.kind == ""
    assert any("classifier" in str(note) and "nothing is predicted" in str(note) for note in model.notes)


@pytest.mark.parametrize(("base", "trained_as"), [("BertModel", "BertForMaskedLM"), ("BertForMaskedLM", "BertModel")])
def test_the_body_is_found_with_a_head_and_without(
    base: str, trained_as: str, checkpoint: Make, tmp_path: Path
) -> None:
    folder = checkpoint(base)
    adapter = trained(folder, tmp_path / "adapter", architecture=trained_as)
    expected = merged_by_peft(folder, adapter, trained_as)
    state = load_model(adapter).network.base_model.state_dict()
    wanted = {name.removeprefix("bert."): value for name, value in expected.items()}
    assert all(torch.equal(value, wanted[name]) for name, value in state.items() if not name.startswith("pooler"))


def test_without_peft_an_adapter_is_refused(checkpoint: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = checkpoint()
    beside(base, trained(base, tmp_path / "adapter"))
    monkeypatch.setitem(sys.modules, "peft", None)
    for folder in (base, tmp_path / "adapter"):
        with pytest.raises(ModelError, match=r"only the package peft merges.*merge_and_unload\(\).*pip install peft"):
            load_model(folder)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"peft_type": "IA3"}, r"not merged here \(peft_type: IA3\).*merge_and_unload\(\)"),
        ({"peft_type": None}, r"not merged here \(peft_type: None\)"),
        ({"peft_type": "PREFIX_TUNING"}, r"puts vectors before every text.*base model"),
        ({"init_lora_weights": "pissa"}, r"not merged here \(init_lora_weights: pissa\)"),
        ({"layer_replication": [[0, 1], [0, 1]]}, r"not merged here \(layer_replication\)"),
        ({"trainable_token_indices": [1]}, r"not merged here \(trainable_token_indices\)"),
        ({"rank_pattern": {"(a+)+$": 3}}, r"not merged here \(rank_pattern, alpha_pattern\)"),
        ({"rank_pattern": [3]}, r"not merged here \(rank_pattern, alpha_pattern\)"),
        ({"r": 10**12}, "does not fit the model"),
        ({"r": 5}, "does not fit the model"),
        ({"r": "four"}, "does not fit the model"),
        ({"lora_alpha": "much"}, "does not fit the model"),
    ],
)
def test_an_adapter_that_peft_would_merge_otherwise_or_not_at_all_is_refused(
    values: dict[str, object], sentence: str, checkpoint: Make, tmp_path: Path
) -> None:
    base = checkpoint()
    adapter = trained(base, tmp_path / "adapter")
    change(adapter / "adapter_config.json", **values)
    with pytest.raises(ModelError, match=sentence):
        load_model(adapter)


def test_an_adapter_of_another_model_is_refused(checkpoint: Make, tmp_path: Path) -> None:
    base = checkpoint()
    adapter = trained(base, tmp_path / "adapter")
    for name, sizes in {"wider": {"hidden_size": 48}, "shorter": {"num_hidden_layers": 1}}.items():
        change(adapter / "adapter_config.json", base_model_name_or_path=str(checkpoint(name=name, **sizes)))
        with pytest.raises(ModelError, match=r"does not fit the model.*Take the model that it was trained on"):
            load_model(adapter)


@pytest.mark.parametrize("left", [0, 100, -1])
def test_half_an_adapter_is_named(left: int, checkpoint: Make, tmp_path: Path) -> None:
    adapter = trained(checkpoint(), tmp_path / "adapter")
    path = adapter / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(ModelError, match=r"adapter_model\.safetensors is damaged"):
        load_model(adapter)


def test_a_pickle_is_not_opened(checkpoint: Make, tmp_path: Path) -> None:
    base = checkpoint()
    adapter = trained(base, tmp_path / "adapter")
    (adapter / "adapter_model.safetensors").rename(adapter / "adapter_model.bin")
    for folder in (adapter, beside(base, adapter)):
        with pytest.raises(ModelError, match=r"has no adapter_model\.safetensors; only safetensors is loaded"):
            load_model(folder)


@pytest.mark.parametrize("base", [None, "", 3, "/nowhere/at/all", "./nowhere"])
def test_a_base_that_is_not_here_is_named(base: object, checkpoint: Make, tmp_path: Path) -> None:
    adapter = trained(checkpoint(), tmp_path / "adapter")
    change(adapter / "adapter_config.json", base_model_name_or_path=base)
    with pytest.raises(ModelError, match=r"holds an adapter alone.*is not here.*merge_and_unload\(\)"):
        load_model(adapter)


def test_what_is_not_allowed_is_no_base(checkpoint: Make, tmp_path: Path) -> None:
    base = checkpoint()
    asked: list[str] = []

    def refuse(source: str) -> None:
        asked.append(source)
        raise ModelError("No.")

    adapter = trained(base, tmp_path / "adapter")
    with pytest.raises(ModelError, match=r"^No\.$"):
        load_model(adapter, allow=refuse)
    assert asked == [str(base)]


CODE = ({"auto_mapping": {"parent_library": "own", "base_model_class": "Own"}}, {"megatron_core": "own", "megatron_config": {"a": 1}}, {"target_modules": "(.+)+X"})  # fmt: skip


@pytest.mark.parametrize("settings", CODE, ids=["mapping", "core", "expression"])
def test_settings_that_could_name_code_or_keep_the_computer_busy_are_not_used(
    settings: dict[str, object], checkpoint: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = checkpoint()
    adapter = trained(base, tmp_path / "adapter")
    expected = merged_by_peft(base, adapter, "BertModel")
    (adapter / "own.py").write_text("raise SystemExit('code of an adapter was run')")
    monkeypatch.chdir(adapter)
    monkeypatch.syspath_prepend(str(adapter))
    change(adapter / "adapter_config.json", **settings)
    assert_merged(load_model(adapter), expected)
