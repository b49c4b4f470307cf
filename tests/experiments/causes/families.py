"""Every kind of model in the table of architectures: is a link of it cut, and as transformers' own eager code without that link?

`python tests/experiments/causes/families.py` prints the list.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
from attention_viz.experiments import Cut, cut  # noqa: E402

HEAD, QUERY, KEY = 1, 6, 2


@dataclass(eq=False)
class WithoutLink(TorchFunctionMode):
    """One link of one head is cut in each softmax over (head, query, key), as it runs in transformers' own code."""

    n_heads: int
    n_tokens: int
    how: str
    seen: list[tuple[int, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        given = args[0] if args else None
        if func.__name__ != "softmax" or tuple(given.shape[:3]) != (1, self.n_heads, self.n_tokens):
            return func(*args, **kwargs)
        self.seen.append(tuple(given.shape))
        if self.how == "renormalise":
            given = given.clone()
            given[0, HEAD, QUERY, KEY] = -torch.inf
        weights = func(given, *args[1:], **kwargs)
        if self.how == "zero":
            weights[0, HEAD, QUERY, KEY] = 0
        return weights


def states(network: Any, inputs: dict[str, torch.Tensor], mode: Any) -> torch.Tensor:
    """(layer, token, d) of a plain eager model."""
    called = network.get_encoder() if network.config.is_encoder_decoder else network
    with torch.no_grad(), mode:
        found = called(**inputs, output_hidden_states=True).hidden_states[1:]
    first = (each.reshape(-1, *each.shape[-3:])[:, 0] for each in found)  # Gemma 3n: four vectors for each token
    return torch.stack([each.transpose(0, 1).flatten(1) for each in first])


@contextmanager
def nothing() -> Iterator[None]:
    yield


@dataclass(frozen=True)
class Tried:
    """How far the shifts are from those of the plain model; or why the model is refused."""

    difference: float = 0.0
    largest: float = 0.0
    refused: str = ""


def tried(row: Row, folder: Path, how: str = "renormalise") -> Tried:
    model = load_model(build(row, folder), device="cpu")
    try:
        found = cut(model, SHORT, [(None, HEAD, QUERY, KEY)], how)
    except ModelError as error:
        return Tried(refused=str(error))
    plain = _shifts(model, folder, row, how)
    return Tried(_difference(found, plain), float(plain.max()))


def _shifts(model: Model, folder: Path, row: Row, how: str) -> torch.Tensor:
    eager = getattr(transformers, row.architecture).from_pretrained(folder, attn_implementation="eager").eval()
    inputs = dict(model.reader.encode(SHORT).inputs)
    without = WithoutLink(model.n_heads, inputs["input_ids"].shape[1], how)
    before, after = states(eager, inputs, nothing()), states(eager, inputs, without)
    assert len(without.seen) == sum(map(bool, model.heads)), f"{row.name}: {without.seen}"
    return (after - before).norm(dim=-1) / before.norm(dim=-1)


def _difference(found: Cut, plain: torch.Tensor) -> float:
    return float((torch.from_numpy(found.state_shifts) - plain).abs().max())


def main() -> None:
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for row in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            each = tried(row, Path(folder) / row.architecture)
        said = f"refused: {each.refused}" if each.refused else f"cut, {each.difference:.0e} from transformers' own"
        print(f"{row.name}: {said} (largest shift {each.largest:.2f})", flush=True)


if __name__ == "__main__":
    main()
