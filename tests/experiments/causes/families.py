"""Every kind of model in the table of architectures: is a link of it cut, and as transformers' own eager code without that link?

`python tests/experiments/causes/families.py` prints the list.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import transformers
from torch.overrides import TorchFunctionMode

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "models")]

from architectures import ROWS, SHORT, Row, build  # noqa: E402  the checkout is not installed

from attention_viz import Model, load_model  # noqa: E402
from attention_viz.errors import ModelError  # noqa: E402
from attention_viz.experiments import cut, patch  # noqa: E402

HEAD, QUERY, KEYS = 1, 6, (2, 3, 4)
OTHER = SHORT.replace("sat", "was")


@dataclass(eq=False)
class Plain(TorchFunctionMode):
    """Each softmax over (head, query, key), and what is read with its weights, as they run in transformers' own code."""

    n_heads: int
    n_tokens: int
    how: str = ""
    given: torch.Tensor | None = None
    softmaxes: int = 0
    n_layers: int = 0
    read: list[torch.Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        shape = tuple(args[0].shape[-3:]) if args and torch.is_tensor(args[0]) and args[0].ndim == 4 else ()
        if func.__name__ == "softmax" and shape[:2] == (self.n_heads, self.n_tokens):
            self.softmaxes += 1
            return self.softmax(func, args, kwargs)
        result = func(*args, **kwargs)
        if func.__name__ in ("matmul", "__matmul__") and len(self.read) < self.softmaxes:  # the first after a softmax
            self.read.append(result.clone())
            if self.given is not None and len(self.read) == self.n_layers:
                result[:, HEAD] = self.given[:, HEAD]
        return result

    def softmax(self, func: Any, args: Any, kwargs: Any) -> torch.Tensor:
        scores = args[0].clone()
        if self.how == "renormalise":
            scores[0, HEAD, QUERY, list(KEYS)] = -torch.inf
        weights = func(scores, *args[1:], **kwargs)
        if self.how == "zero":
            weights[0, HEAD, QUERY, list(KEYS)] = 0
        return weights


@dataclass(frozen=True)
class Network:
    """A plain eager model and how its attention looks."""

    eager: Any
    n_heads: int
    n_layers: int

    def run(self, inputs: dict[str, torch.Tensor], **change: Any) -> tuple[Any, Plain]:
        called = self.eager.get_encoder() if self.eager.config.is_encoder_decoder else self.eager
        plain = Plain(self.n_heads, inputs["input_ids"].shape[1], n_layers=self.n_layers, **change)
        with torch.no_grad(), plain:
            outputs = called(**inputs, output_hidden_states=True)
        assert plain.softmaxes == self.n_layers
        return outputs, plain


@dataclass(frozen=True)
class Tried:
    """How far the numbers are from those of the plain model, and how large they are; or why the model is refused."""

    difference: float = 0.0
    largest: float = 0.0
    refused: str = ""


def load(row: Row, folder: Path) -> tuple[Model, Network]:
    model = load_model(build(row, folder), device="cpu")
    eager = getattr(transformers, row.architecture).from_pretrained(folder, attn_implementation="eager").eval()
    return model, Network(eager, model.n_heads, sum(map(bool, model.heads)))


def states(outputs: Any) -> torch.Tensor:
    """(layer, token, d); of Gemma 3n's four vectors for each token, end to end."""
    first = (each.reshape(-1, *each.shape[-3:])[:, 0] for each in outputs.hidden_states[1:])
    return torch.stack([each.transpose(0, 1).flatten(1) for each in first])


def tried_cut(model: Model, network: Network, how: str) -> Tried:
    """One query of a head in every layer without three of its keys: the shifts of every vector."""
    try:
        found = cut(model, SHORT, [(None, HEAD, QUERY, key) for key in KEYS], how)
    except ModelError as error:
        return Tried(refused=str(error))
    inputs = dict(model.reader.encode(SHORT).inputs)
    before, after = (states(network.run(inputs, how=each)[0]) for each in ("", how))
    moved = (after - before).norm(dim=-1) / before.norm(dim=-1)
    return Tried(float((torch.from_numpy(found.state_shifts) - moved).abs().max()), float(moved.max()))


def tried_patch(model: Model, network: Network) -> Tried:
    """The output of one head of the last layer with attention of another text in the run of the first: the number."""
    try:
        found = patch(model, SHORT, OTHER)
    except ModelError as error:
        return Tried(refused=str(error))
    first, second = (dict(model.reader.encode(text).inputs) for text in (SHORT, OTHER))
    (one, _), (other, read) = network.run(first), network.run(second)
    mixed, _ = network.run(first, given=read.read[-1])
    number = numbers(one, other)
    layer = max(each for each, n in enumerate(model.heads) if n)
    differences = (
        number(one) - found.text,
        number(other) - found.other,
        number(mixed) - found.carried_scores[layer, HEAD],
    )
    size = max(1.0, abs(found.text), abs(found.other))
    return Tried(max(map(abs, differences)) / size, abs(found.carried_scores[layer, HEAD] - found.text))


def numbers(one: Any, other: Any) -> Callable[[Any], float]:
    """What is asked of the two texts: the next token of a decoder, else how alike the mean vector is to the other's."""
    if hasattr(one, "logits"):
        answer, rivals = int(one.logits[0, -1].argmax()), other.logits[0, -1].clone()
        rivals[answer] = -torch.inf
        return lambda outputs: float(outputs.logits[0, -1, answer] - outputs.logits[0, -1, int(rivals.argmax())])
    goal = other.last_hidden_state[0].mean(0)
    return lambda outputs: float(torch.cosine_similarity(outputs.last_hidden_state[0].mean(0), goal, dim=0))


def said(each: Tried) -> str:
    if each.refused:
        return f"refused: {each.refused}"
    return f"{each.difference:.0e} from transformers' own, which moved by {each.largest:.2g}"


def main() -> None:
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for row in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            model, network = load(row, Path(folder) / row.architecture)
            for name, each in (
                ("cut", tried_cut(model, network, "renormalise")),
                ("patch", tried_patch(model, network)),
            ):
                print(f"{row.name}, {name}: {said(each)}", flush=True)


if __name__ == "__main__":
    main()
