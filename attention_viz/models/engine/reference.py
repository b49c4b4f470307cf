"""Reference: what transformers itself gives out as attention, once, on a few tokens, when a model is loaded.

Every way to a weight is compared with it, and it tells which module makes the weights of which layer.
"""

from __future__ import annotations

import copy
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from attention_viz.models.engine.recording import Layer

FIELDS = {
    "attentions": "self",
    "encoder_attentions": "encoder",
    "decoder_attentions": "decoder",
    "cross_attentions": "cross",
}
"""How transformers names the maps of attention in what a model returns, and how they are named here."""

N_TOKENS, N_PADDED = 12, 5
"""Length of the trial texts, and how many tokens of the second are padding."""


@dataclass(frozen=True, eq=False)
class LayerReference:
    """One layer of one map.

    weights : (text, head, query, key) as transformers gives them
    module  : name of the innermost module with parameters that gives them out; "" where none does
    place   : at which place of its output they are
    """

    weights: torch.Tensor
    module: str
    place: int


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
            part: tuple(Layer(body.get_submodule(each.module), each.place, each.weights.shape[1]) for each in layers)
            for part, layers in self.parts.items()
        }

    def n_valid(self, part: str, text: int) -> tuple[int, int]:
        """Queries and keys of a text that are no padding; only the encoder's side of a pair of texts is padded."""
        valid = int(self.inputs["attention_mask"][text].sum()) if "attention_mask" in self.inputs else N_TOKENS
        queries = N_TOKENS if part in ("decoder", "cross") else valid
        return queries, N_TOKENS if part == "decoder" else valid


def twin(network: PreTrainedModel, implementation: str) -> PreTrainedModel:
    """A second model on the same numbers, with its own configuration: nobody's model is ever switched.

    The parameters are shared, so it takes no memory to speak of.
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
    return second.eval()


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
    inputs = _trial_inputs(eager)
    makers: dict[int, tuple[str, int, torch.Tensor]] = {}
    linears: list[tuple[str, torch.Tensor]] = []
    with torch.no_grad(), _watching(eager, makers, linears):
        called, arguments = called_with(eager, inputs)
        outputs = called(**arguments, output_attentions=True)
    parts = {part: _layers(outputs, field, makers) for field, part in FIELDS.items()}
    return Reference(inputs, {part: layers for part, layers in parts.items() if layers}, tuple(linears))


def _layers(outputs: Any, field: str, makers: dict[int, tuple[str, int, torch.Tensor]]) -> tuple[LayerReference, ...]:
    given = [weights for weights in getattr(outputs, field, None) or () if weights is not None]
    return tuple(LayerReference(weights, *makers.get(id(weights), ("", 0))[:2]) for weights in given)


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


@contextmanager
def _watching(
    network: PreTrainedModel,
    makers: dict[int, tuple[str, int, torch.Tensor]],
    linears: list[tuple[str, torch.Tensor]],
) -> Iterator[None]:
    """Notes which module gave out each 4-D tensor first, and what each linear module was given."""

    def note_output(name: str, output: Any) -> None:
        for place, each in enumerate(output if isinstance(output, tuple) else (output,)):
            if torch.is_tensor(each) and each.ndim == 4:
                makers.setdefault(id(each), (name, place, each))  # the tensor is kept, so that its id stays its own

    def note_input(name: str, args: tuple[Any, ...]) -> None:
        linears.extend((name, each) for each in args[:1])

    def hooks() -> Iterator[Any]:
        for name, module in network.named_modules():
            if isinstance(module, (nn.Linear, Conv1D)):
                yield module.register_forward_hook(lambda _module, args, _output, name=name: note_input(name, args))
            elif next(module.parameters(), None) is not None:
                yield module.register_forward_hook(lambda _module, _args, output, name=name: note_output(name, output))

    handles = list(hooks())
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
