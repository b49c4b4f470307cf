"""Adapter: weights that were trained beside a base model (LoRA: Hu et al. 2021, arXiv 2106.09685), merged into it.

Its settings are not trusted: only numbers and switches are taken. Which modules it changes, its weights tell.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn
from transformers import PreTrainedModel

from attention_viz.errors import Message, ModelError
from attention_viz.models.checkpoint.settings import read_settings
from attention_viz.models.library_errors import LibraryErrors

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"

USED = ("r", "lora_alpha", "use_rslora", "use_dora", "lora_bias", "rank_pattern", "alpha_pattern")
UNUSED = (
    *("task_type", "peft_type", "auto_mapping", "peft_version", "base_model_name_or_path", "revision"),
    *("inference_mode", "lora_dropout", "runtime_config", "megatron_config", "megatron_core", "eva_config"),
    *("target_modules", "exclude_modules", "layers_to_transform", "layers_pattern", "modules_to_save", "bias"),
    *("fan_in_fan_out", "init_lora_weights", "qalora_group_size"),
)
"""Settings of the training, and those that its weights tell better. Any other that is set makes another arithmetic."""

PLAIN_STARTS = (True, False, "gaussian", "eva", "orthogonal")
"""Values of init_lora_weights that leave the base as it is; others change it before the training begins."""

PROMPTS = ("PROMPT_TUNING", "MULTITASK_PROMPT_TUNING", "P_TUNING", "PREFIX_TUNING", "ADAPTION_PROMPT", "CPT")

_LORA = re.compile(r"\.lora_(?:A|B|embedding_A|embedding_B|magnitude_vector)(?:\.weight|\.bias)?$")
_PATTERN = re.compile(r"[\w.^$\\-]{1,200}", re.ASCII)
"""Patterns of names without repetition, which match in linear time; others are not trusted."""

_PREFIX = "base_model.model."


@dataclass(frozen=True)
class Adapter:
    """A folder with adapter_config.json.

    base     : the folder, or the name on the hub, of the model that it was trained on, as its settings say; "" = nowhere
    revision : of that model
    """

    folder: Path
    settings: Mapping[str, Any]
    base: str
    revision: str | None

    def sha256(self) -> str:
        """The checksum of its settings and its weights."""
        digest = hashlib.sha256((self.folder / CONFIG).read_bytes())
        digest.update((self.folder / WEIGHTS).read_bytes())
        return digest.hexdigest()


def adapter_in(folder: Path) -> Adapter | None:
    """Does this folder hold an adapter? Raises ModelError for one that cannot be merged here, with what helps."""
    path = folder / CONFIG
    if not path.is_file():
        return None
    settings = read_settings(path)
    base, revision = (settings.get(name) for name in ("base_model_name_or_path", "revision"))
    found = Adapter(
        folder, settings, base if isinstance(base, str) else "", revision if isinstance(revision, str) else None
    )
    _check(found)
    return found


def _check(adapter: Adapter) -> None:
    kind = adapter.settings.get("peft_type")
    if kind in PROMPTS:
        raise ModelError(
            "The adapter in {folder} is of type {kind}: it puts vectors before every text, and no weights of a model can hold them. Look at its base model instead.",
            folder=adapter.folder,
            kind=kind,
        )
    others = [name for name, value in adapter.settings.items() if name not in (*USED, *UNUSED) and value]
    start = adapter.settings.get("init_lora_weights", True)
    if kind != "LORA":
        raise _not_merged(adapter, f"peft_type: {str(kind)[:80]}")
    if others:
        raise _not_merged(adapter, ", ".join(map(str, others[:3]))[:200])
    if start not in PLAIN_STARTS:
        raise _not_merged(adapter, f"init_lora_weights: {str(start)[:80]}")
    if not all(map(_is_pattern, _patterns(adapter))):
        raise _not_merged(adapter, "rank_pattern, alpha_pattern")
    if not (adapter.folder / WEIGHTS).is_file():
        raise ModelError(
            "The adapter in {folder} has no {name}; only safetensors is loaded. Save it so with peft, or merge it once: PeftModel.from_pretrained(model, {path}).merge_and_unload(), then save_pretrained of model and tokenizer.",
            folder=adapter.folder,
            name=WEIGHTS,
            path=repr(str(adapter.folder)),
        )


def merge(network: PreTrainedModel, adapter: Adapter) -> tuple[bool, tuple[Message, ...]]:
    """Change the network's weights as the adapter says, with peft.

    returns : whether the network's own head goes with it, and what the user should know
    Raises ModelError where peft is missing, and for an adapter of another model.
    """
    try:
        import peft
    except ImportError:
        raise ModelError(
            "{folder} holds an adapter, which only the package peft merges into its model, and it is not installed. Merge it elsewhere with merge_and_unload() and save the model that comes out, or install it: pip install peft",
            folder=adapter.folder,
        ) from None
    with LibraryErrors(lambda _: _not_fitting(adapter, network)), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of peft's, about layers that are stored the other way round
        arrays = _arrays(adapter, network)
        target, start = _target(network, adapter, [_LORA.sub("", name) for name in arrays if _LORA.search(name)])
        own = {name.removeprefix(start): array for name, array in arrays.items()}
        left_out = _copy(target, {name: each for name, each in own.items() if not _LORA.search(name)}, adapter)
        if {name.partition(".")[0] for name in left_out} & {name for name, _ in network.base_model.named_children()}:
            raise _not_fitting(adapter, network)
        changes = {name: array for name, array in own.items() if _LORA.search(name)}
        modules = sorted({_LORA.sub("", name) for name in changes})
        used = {name: adapter.settings[name] for name in USED if name in adapter.settings}
        changed = peft.PeftModel(target, peft.LoraConfig(target_modules=modules, **used), low_cpu_mem_usage=True)
        states = {f"{_PREFIX}{name}": array for name, array in changes.items()}
        peft.set_peft_model_state_dict(changed, states, low_cpu_mem_usage=True)
        if any(each.is_meta for each in changed.parameters()):
            raise _not_fitting(adapter, network)
        changed.merge_and_unload(safe_merge=True)
    return not left_out, tuple(_notes(adapter, left_out))


def _arrays(adapter: Adapter, network: PreTrainedModel) -> dict[str, torch.Tensor]:
    """The adapter's arrays by the names that they have in the model it was trained on, in numbers of 4 bytes."""
    path = adapter.folder / WEIGHTS
    try:
        found = load_file(path, device=str(network.device))
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError("{path} is damaged or incomplete. Fetch or copy it again.", path=path) from error
    highest = sum(each.numel() for each in found.values())
    ranks = (adapter.settings.get("r"), *dict(adapter.settings.get("rank_pattern") or {}).values())
    if not all(type(each) is int and 0 < each <= highest for each in ranks):
        raise _not_fitting(adapter, network)
    names = {name: name.removeprefix(_PREFIX).replace(".base_layer.", ".") for name in found}
    return {names[name]: each.float() if each.is_floating_point() else each for name, each in found.items()}


def _target(network: PreTrainedModel, adapter: Adapter, modules: list[str]) -> tuple[nn.Module, str]:
    """What the adapter was trained on: the network or its body, and what stands before the names that the body has."""
    body = network.base_model
    for target, start in ((network, ""), (body, ""), (body, f"{network.base_model_prefix}.")):
        known = {f"{start}{name}" for name, _ in target.named_modules()}
        if modules and known.issuperset(modules):
            return target, start
    raise _not_fitting(adapter, network)


def _copy(target: nn.Module, arrays: dict[str, torch.Tensor], adapter: Adapter) -> list[str]:
    """Put weights that were trained as a whole in their places; returns the names of those that have none."""
    places = dict(target.named_parameters())
    for name in places.keys() & arrays.keys():
        if places[name].shape != arrays[name].shape:
            raise _not_merged(adapter, name)
        with torch.no_grad():
            places[name].copy_(arrays[name])
    return sorted(arrays.keys() - places.keys())


def _notes(adapter: Adapter, left_out: list[str]) -> list[Message]:
    notes = [Message("The adapter {name} was merged into the weights.", {"name": adapter.folder.name})]
    if left_out:
        notes.append(
            Message(
                "The adapter's own head ({names}) does not fit the base model, so nothing is predicted. The attention does not depend on it.",
                {"names": ", ".join(left_out[:3])},
            )
        )
    return notes


def no_base(adapter: Adapter) -> ModelError:
    """What helps where the model that an adapter was trained on is not to be had."""
    return ModelError(
        "{folder} holds an adapter alone, and the model that it was trained on ({base}) is not here. Copy that model's files beside it, or merge them elsewhere with merge_and_unload() and save the model that comes out.",
        folder=adapter.folder,
        base=adapter.base[:200] or "?",
    )


def _patterns(adapter: Adapter) -> list[str]:
    both = (adapter.settings.get(name) or {} for name in ("rank_pattern", "alpha_pattern"))
    return [pattern for each in both for pattern in (each if isinstance(each, Mapping) else [""])]


def _is_pattern(text: str) -> bool:
    return _PATTERN.fullmatch(text) is not None


def _not_merged(adapter: Adapter, setting: str) -> ModelError:
    return ModelError(
        "The adapter in {folder} is of a kind that is not merged here ({setting}). Merge it once in Python, with peft: PeftModel.from_pretrained(model, {path}).merge_and_unload(), then save_pretrained of model and tokenizer.",
        folder=adapter.folder,
        setting=setting,
        path=repr(str(adapter.folder)),
    )


def _not_fitting(adapter: Adapter, network: PreTrainedModel) -> ModelError:
    return ModelError(
        "The adapter in {folder} does not fit the model that it is to be merged into ({kind}), or is damaged. Take the model that it was trained on: {base}.",
        folder=adapter.folder,
        kind=type(network).__name__,
        base=adapter.base[:200] or "?",
    )
