"""Pooling: how sentence-transformers reads a text and makes one vector of its tokens' vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from attention_viz.models.checkpoint.sentence_transformers import SentenceLayout, read_known

Vector = Callable[[torch.Tensor], torch.Tensor]

MODES: dict[str, Vector] = {
    "cls": lambda states: states[:, 0],
    "max": lambda states: states.amax(1),
    "mean": lambda states: states.mean(1),
    "mean_sqrt_len_tokens": lambda states: states.sum(1) / states.shape[1] ** 0.5,
    "lasttoken": lambda states: states[:, -1],
}
"""(text, token, d_model) -> (text, d_model), in the words of the library; "weightedmean" counts from the prompt on."""

_SWITCHES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""How older files say the same, in the order in which several vectors are put end to end."""

_HARMLESS = {"Normalize", "Dropout"}
"""Modules behind the pooling that change no cosine: a length, and what is off outside training."""


@dataclass(frozen=True)
class Pooling:
    """How a text becomes one vector.

    modes    : which tokens' vectors; several modes are put end to end
    limit    : tokens of a text that are read, special ones included; None = as many as the model reads
    prompt   : what stands before each text
    prompted : whether the prompt's tokens count
    lowered  : whether a text is lower-cased first
    """

    modes: tuple[str, ...] = ("mean",)
    limit: int | None = None
    prompt: str = ""
    prompted: bool = True
    lowered: bool = False

    def vector(self, states: torch.Tensor, n_prompt: int = 0) -> torch.Tensor:
        """(text, token, d_model) -> (text, width). n_prompt : tokens at the start that belong to the prompt."""
        skipped = 0 if self.prompted else n_prompt
        return torch.cat([_vector(states, mode, skipped) for mode in self.modes], -1)

    def readout(self, n_tokens: int, n_prompt: int = 0) -> torch.Tensor:
        """From which tokens the vector comes: (token,), sums to 1; of a maximum, from all alike."""
        read = [Pooling((mode,), prompted=self.prompted) for mode in self.modes if mode != "max"]
        read = read or [Pooling(prompted=self.prompted)]
        shares = torch.stack([each.vector(torch.eye(n_tokens)[None], n_prompt)[0] for each in read])
        return (shares / shares.sum(-1, keepdim=True)).mean(0)


def _vector(states: torch.Tensor, mode: str, skipped: int) -> torch.Tensor:
    kept = states[:, skipped:] if skipped < states.shape[1] else states
    if mode != "weightedmean":
        return MODES[mode](kept)
    places = torch.arange(states.shape[1] - kept.shape[1] + 1, states.shape[1] + 1).to(states)
    return (kept * places[:, None]).sum(1) / places.sum()


def pooling_of(layout: SentenceLayout | None) -> Pooling | None:
    """How is a text compared by the model of this folder? None where its files do not say, or need more than pooling."""
    if layout is None or layout.pooling is None or not _is_plain(layout):
        return None
    settings = read_known(layout.pooling / "config.json")
    told = read_known(layout.root / "config_sentence_transformers.json")
    if not isinstance(settings, Mapping):
        return None
    return pooling_as_told(settings, layout.max_length, told if isinstance(told, Mapping) else {}, layout.do_lower_case)


def pooling_as_told(
    settings: Mapping[str, Any], limit: int | None, told: Mapping[str, Any], lowered: bool
) -> Pooling | None:
    """The same, from the settings of the pooling, the length, the prompts and whether texts are lower-cased."""
    modes = _modes(settings)
    return Pooling(modes, limit, _prompt(told), settings.get("include_prompt") is not False, lowered) if modes else None


def _is_plain(layout: SentenceLayout) -> bool:
    """Whether there is one pooling of one model, and nothing behind it that turns the vector."""
    return layout.modules[1:2] == ("Pooling",) and set(layout.modules[2:]) <= _HARMLESS


def _modes(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """The ways of pooling; () where one is unknown. A file that names none means the mean."""
    switched = [mode for switch, mode in _SWITCHES.items() if settings.get(switch) is True]
    named = settings.get("pooling_mode", switched or "mean")
    modes = tuple(named) if isinstance(named, list) else (named,)
    known = {*MODES, "weightedmean"}
    return modes if all(isinstance(mode, str) and mode in known for mode in modes) else ()


def _prompt(told: Mapping[str, Any]) -> str:
    """What the library writes before a text where it is told nothing else."""
    prompts, name = told.get("prompts"), told.get("default_prompt_name")
    prompt = prompts.get(name) if isinstance(prompts, Mapping) and isinstance(name, str) else None
    return prompt if isinstance(prompt, str) else ""
