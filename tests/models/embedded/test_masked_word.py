"""The embedded masked-word model: its numbers, what it guesses, and that only those who ask for it pay for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import erf, sqrt
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from attention_viz import Model, load_model
from attention_viz.errors import ModelError
from attention_viz.experiments import ablate
from attention_viz.models.catalogue import MASKED_WORD
from attention_viz.models.embedded import masked_word
from attention_viz.models.predictions import FilledMasks, NoPrediction, Similarity

FITTING: dict[str, str] = json.loads((Path(__file__).parent / "fitting_words.json").read_text(encoding="utf-8"))
"""Ten sentences, chosen before the training began, and words that fit, written down before any guess was seen."""

WEIGHTS = Path(__file__).parents[2] / "weights"
SENTENCE = "She opened the door and walked into the [MASK]."


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(MASKED_WORD, device="cpu")


def words(model: Model, text: str) -> list[str]:
    said = model.read(text).predictions
    assert isinstance(said, FilledMasks)
    return [guess.text for guess in said.masks[0].guesses]


def norm(states: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    centred = states - states.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return scaled * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]


def dense(states: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    return states @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def gelu(values: np.ndarray) -> np.ndarray:
    return values * (1 + np.vectorize(erf)(values / sqrt(2))) / 2


def attended(states: np.ndarray, weights: dict[str, np.ndarray], name: str, n_heads: int = 12) -> np.ndarray:
    query, key, value = (
        dense(states, weights, f"{name}.self.{each}").reshape(len(states), n_heads, -1).swapaxes(0, 1)
        for each in ("query", "key", "value")
    )  # (head, token, d_head)
    scores = query @ key.swapaxes(1, 2) / sqrt(query.shape[-1])
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (shares / shares.sum(-1, keepdims=True)) @ value
    return dense(mixed.swapaxes(0, 1).reshape(len(states), -1), weights, f"{name}.output.dense")


def logits_in_numpy(ids: np.ndarray) -> np.ndarray:
    """(token, vocabulary), by the equations of BERT in float64, straight from the file."""
    weights = {
        name: each.astype(np.float64) for name, each in load_file(masked_word.FOLDER / "model.safetensors").items()
    }
    words = weights["bert.embeddings.word_embeddings.weight"]
    states = words[ids] + weights["bert.embeddings.position_embeddings.weight"][: len(ids)]
    states = norm(states + weights["bert.embeddings.token_type_embeddings.weight"][0], weights, "bert.embeddings")
    for layer in range(6):
        name = f"bert.encoder.layer.{layer}"
        states = norm(states + attended(states, weights, f"{name}.attention"), weights, f"{name}.attention.output")
        inner = gelu(dense(states, weights, f"{name}.intermediate.dense"))
        states = norm(states + dense(inner, weights, f"{name}.output.dense"), weights, f"{name}.output")
    head = "cls.predictions.transform"
    return (
        norm(gelu(dense(states, weights, f"{head}.dense")), weights, head) @ words.T + weights["cls.predictions.bias"]
    )


def test_its_logits_are_those_of_the_equations(model: Model) -> None:
    inputs = model.encode(SENTENCE).inputs
    with torch.no_grad():
        ours = model.network(**inputs).logits[0].numpy()
    np.testing.assert_allclose(ours, logits_in_numpy(inputs["input_ids"][0].numpy()), atol=2e-4)


def test_of_ten_sentences_chosen_before_it_was_trained_at_least_seven_get_a_word_that_fits(model: Model) -> None:
    fitting = {text: set(words(model, text)) & set(some.split()) for text, some in FITTING.items()}
    assert sum(map(bool, fitting.values())) >= 7, fitting


def test_every_picture_says_who_made_it_and_how_often_it_is_right(model: Model) -> None:
    said = " ".join(str(note) for note in model.attend(SENTENCE).notes)
    assert "made by attention_viz" in said
    assert f"{masked_word.FIRST:.0%}" in said
    assert f"{masked_word.FIVE:.0%}" in said
    card = (masked_word.FOLDER / "CARD.md").read_text(encoding="utf-8")
    assert f"**{masked_word.FIRST:.3f}** | **{masked_word.FIVE:.3f}**" in card


def test_without_heads_the_guesses_for_a_masked_token_change(model: Model) -> None:
    found = ablate(model, "She opened the door and walked into the room.", [(5, head) for head in range(12)], mask=[9])
    assert [each.token for each in found.choices] == [9]
    before = {choice.text: choice.before for choice in found.choices[0].choices}
    after = {choice.text: choice.after for choice in found.choices[0].choices}
    assert list(before)[:5] == words(model, SENTENCE)  # what the whole model guesses, likeliest first
    assert before != pytest.approx(after, abs=0.01)


def test_the_default_names_it_where_a_text_has_a_mask_and_stays_the_published_model() -> None:
    default = load_model(device="cpu")
    said = default.read(SENTENCE).predictions
    assert isinstance(said, NoPrediction)
    assert MASKED_WORD in str(said.advice)
    assert said.instead == MASKED_WORD
    assert default.read("A room.").predictions.instead == ""
    assert "second one" in str(default.read("A room.").predictions)
    assert isinstance(default.read(SENTENCE, "A room.").predictions, Similarity)
    assert default.revision == "53aa51172d14"


def test_other_files_than_those_that_came_with_the_program_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked_word, "SHA256", "0" * 64)
    with pytest.raises(ModelError, match="sha256 differs"):
        load_model(MASKED_WORD)


def test_the_default_opens_none_of_its_files() -> None:
    program = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, given: event == 'open' and opened.append(str(given[0])))\n"
        "from attention_viz import load_model\n"
        "load_model(device='cpu').read('A [MASK].')\n"
        f"assert not [each for each in opened if {MASKED_WORD!r} in each], opened\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_its_files_stay_under_46_megabytes() -> None:
    assert sum(path.stat().st_size for path in masked_word.FOLDER.iterdir()) < 46e6


@pytest.mark.slow
@pytest.mark.skipif("BROWN" not in os.environ, reason="BROWN names no folder with the unpacked corpus")
def test_its_figures_are_those_of_the_card(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(WEIGHTS))
    import brown
    import figures
    import masking

    def logits_of(batch: masking.Masked) -> torch.Tensor:
        return model.network(input_ids=batch.ids, attention_mask=batch.attention).logits[batch.hidden]

    held_out = brown.read(Path(os.environ["BROWN"])).held_out
    found = figures.measure(logits_of, masking.for_measuring(model.reader.tokenizer, held_out))
    assert (found.first, found.five) == pytest.approx((masked_word.FIRST, masked_word.FIVE), abs=0.0015)
