"""Reference: what transformers itself gives out as attention, once, on a few tokens, when a model is loaded.

Every way to a weight is compared with it, and it tells which module makes the weights of which layer.
"""

from __future__ import annotations

import copy
import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import torch
from transformers import PreTrainedModel

from attention_viz.models.engine.recording import Layer
from attention_viz.models.engine.watching import Watching

FIELDS = {
    "attentions": "self",
    "encoder_attentions": "encoder",
    "decoder_attentions": "decoder",
    "cross_attentions": "cross",
}
"""How transformers names the maps of attention in what a model returns, and how they are named here."""

NO_MATRIX = torch.empty(1, 1)
"""Stands for what a model gives out in the place of a tensor of weights."""

N_TOKENS, N_PADDED = 12, 5
"""Length of the trial texts, and how many tokens of the second are padding."""


STEPS = 256
"""Weights of 8 bits, as I-BERT makes them (Kim et al. 2021, arXiv 2101.01321, section 3.5)."""


@dataclass(frozen=True, eq=False)
class LayerReference:
    """One layer of one map.

    weights : (text, head, query, key) as transformers gives them, or the softmax of them where they are scores; of no
              heads in a layer without attention
    module  : name of the innermost module with parameters that gives them out; "" where none does
    place   : at which place of its output they are
    scores  : what it gives out are the scores before the softmax
    sinks   : the softmax had more keys than these: a sink, or those of another map, take their share of each row
    steps   : the weights are whole steps of 1 / STEPS, rounded down, as integer arithmetic makes them
    """

    weights: torch.Tensor
    module: str
    place: int
    scores: bool = False
    sinks: bool = False
    steps: bool = False

    @property
    def n_heads(self) -> int:
        return self.weights.shape[1]


@dataclass(frozen=True, eq=False)
class Reference:
    """What the model gives out on the trial texts.

    inputs  : two texts, the second one padded
    parts   : layers of each map: "self"; or "encoder", "decoder", "cross"
    linears : (name, input) of every linear module, in the order in which they ran
    """

    inputs: dict[str, torch.Tensor]
    parts: dict[str, tuple[LayerReference, ...]]
    linears: tuple[tuple[str, torch.Tensor], ...]

    def layers(self, body: PreTrainedModel) -> dict[str, tuple[Layer, ...]]:
        """The layers of each map in a model of the same build."""
        return {
            part: tuple(
                Layer(
                    body.get_submodule(each.module) if each.module else None,
                    each.place,
                    each.n_heads,
                    each.scores,
                    each.sinks,
                    each.steps,
                )
                for each in layers
            )
            for part, layers in self.parts.items()
        }

    def n_valid(self, part: str, text: int) -> tuple[int, int]:
        """Queries and keys of a text that are no padding; only the encoder's side of a pair of texts is padded."""
        valid = int(self.inputs["attention_mask"][text].sum()) if "attention_mask" in self.inputs else N_TOKENS
        queries = N_TOKENS if part in ("decoder", "cross") else valid
        return queries, N_TOKENS if part == "decoder" else valid


def twin(network: PreTrainedModel, implementation: str) -> PreTrainedModel:
    """A copy of a model that shares its parameters, with a configuration of its own.

    implementation : of attention, as transformers names it; the given model is not changed
    """
    shared = {id(tensor): tensor for tensor in itertools.chain(network.parameters(), network.buffers())}
    second = copy.deepcopy(network, shared)
    switchable = body_of(second)._can_set_attn_implementation()
    for module in second.modules():
        if isinstance(module, PreTrainedModel):
            module.config._output_attentions = False  # asked for per call, where it is wanted
            if not switchable:  # its own code reads the name, and falls silently into wrong weights where it is "sdpa"
                module.config._attn_implementation = implementation
    if switchable:
        second.set_attn_implementation(implementation)
    _pad_nothing(second)
    second.train(False)
    return second


def _pad_nothing(network: PreTrainedModel) -> None:
    """A classifier reads its answer at a text's last token that is no padding, and refuses several texts where it knows no
    token of padding. Texts reach the head of a twin unpadded: a number that no token has leaves the last one the last."""
    config = network.config.get_text_config()
    if config.pad_token_id is None and not network.config.is_encoder_decoder:
        config.pad_token_id = -1


def body_of(network: PreTrainedModel) -> PreTrainedModel:
    """The network without its task head."""
    return cast(PreTrainedModel, network.base_model)


def observe(eager: PreTrainedModel) -> Reference:
    """What does the model give out as attention? One pass of an eager model that nobody else uses yet."""
    inputs, seen = _trial_inputs(eager), Watching()
    with torch.no_grad(), seen.of(eager):
        called, arguments = called_with(eager, inputs)
        outputs = called(**arguments, output_attentions=True)
    linear = _linear_layers(eager)
    parts = {part: _layers(getattr(outputs, field, None) or (), seen, linear) for field, part in FIELDS.items()}
    return Reference(inputs, {part: layers for part, layers in parts.items() if layers}, tuple(seen.linears))


def _linear_layers(network: PreTrainedModel) -> frozenset[int]:
    """The layers that compute no weights by their configuration; some models give out their state in the place of weights."""
    kinds = getattr(network.config.get_text_config(), "layer_types", None) or ()
    return frozenset(layer for layer, kind in enumerate(kinds) if kind == "linear_attention")


def _layers(given: Sequence[torch.Tensor | None], seen: Watching, linear: frozenset[int]) -> tuple[LayerReference, ...]:
    """Every layer of a map, from what the model gives out of those with attention."""
    weights = [each if torch.is_tensor(each) else NO_MATRIX for each in given if each is not None]
    numbered = seen.depth.numbered([seen.maker(each).layer for each in weights])
    attending = {layer: index for layer, index in enumerate(numbered) if index is not None and layer not in linear}
    if not attending:
        return ()
    none = LayerReference(weights[next(iter(attending.values()))][:, :0], "", 0)
    return tuple(_layer(weights[attending[each]], seen) if each in attending else none for each in range(len(numbered)))


def _layer(given: torch.Tensor, seen: Watching) -> LayerReference:
    maker, result = seen.maker(given), seen.softmax.result_of(given)
    weights = None if result is not None else seen.softmax.after(given)
    if weights is not None:
        return LayerReference(weights, maker.module, maker.place, scores=True)
    sinks = result is not None and result.numel() > given.numel()
    return LayerReference(given, maker.module, maker.place, sinks=sinks, steps=_is_stepped(given))


def _is_stepped(weights: torch.Tensor) -> bool:
    steps = weights.float() * STEPS
    return bool((steps - steps.round()).abs().max() < STEPS * torch.finfo(torch.float32).eps)


def called_with(network: PreTrainedModel, inputs: Mapping[str, torch.Tensor]) -> tuple[PreTrainedModel, dict[str, Any]]:
    """What is to be called, and with what: of a model with a decoder that is given nothing to read, the encoder alone."""
    alone = network.config.is_encoder_decoder and "decoder_input_ids" not in inputs
    called = network.get_encoder() if alone else network
    arguments: dict[str, Any] = {name: each.to(network.device) for name, each in inputs.items()}
    if _has_a_cache(type(called).forward):
        arguments["use_cache"] = False  # a decoder would store keys and values that nobody asks for
    return called, arguments


@lru_cache
def _has_a_cache(forward: Callable[..., Any]) -> bool:
    return "use_cache" in inspect.signature(forward).parameters


def _trial_inputs(network: PreTrainedModel) -> dict[str, torch.Tensor]:
    """Two texts of random tokens, the second padded at its end, and as many for a decoder."""
    chosen = torch.Generator().manual_seed(0)
    ids = torch.randint(network.config.get_text_config().vocab_size, (2, N_TOKENS), generator=chosen)
    kept = torch.ones_like(ids)
    kept[1, -N_PADDED:] = 0
    inputs = {"input_ids": ids, "attention_mask": kept}
    if network.config.is_encoder_decoder:
        inputs["decoder_input_ids"] = ids.flip(1)
    accepted = inspect.signature(network.forward).parameters
    return {name: each for name, each in inputs.items() if name in accepted}
