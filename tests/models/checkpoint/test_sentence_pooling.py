"""How a text is read and pooled, against sentence-transformers itself and plain loops."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoints import byte_pieces, make_checkpoint
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from attention_viz import load_model
from attention_viz.models.checkpoint import sentence_pooling
from attention_viz.models.checkpoint.sentence_transformers import layout_of

Make = Callable[..., Path]
FIRST = "The CAT sat down because it was tired. It didn't sleep, hello world."
SECOND = "L'homme sat: </s> naïf!"


@pytest.fixture(scope="module")
def cased(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT whose tokenizer knows capitals."""
    return make_checkpoint(tmp_path_factory.mktemp("cased") / "tiny", tokenizer=byte_pieces(), pad_token_id=1)


def saved(cased: Path, folder: Path, modes: Any, include_prompt: bool = True, **settings: Any) -> SentenceTransformer:
    """What the library itself makes of the checkpoint, saved to the folder as it saves."""
    reads = {name: settings.pop(name) for name in ("max_seq_length", "do_lower_case") if name in settings}
    modules = [Transformer(str(cased), **reads), Pooling(24, modes, include_prompt=include_prompt), Normalize()]
    made = SentenceTransformer(modules=modules, device="cpu", **settings)
    made.save(str(folder))
    return SentenceTransformer(str(folder), device="cpu")


def cosine(library: SentenceTransformer, *texts: str) -> float:
    one, other = library.encode(list(texts), show_progress_bar=False)
    return float(np.dot(one, other) / (np.linalg.norm(one) * np.linalg.norm(other)))


PROMPT = {"prompts": {"plain": "Sat down: "}, "default_prompt_name": "plain"}


@pytest.mark.parametrize(
    ("modes", "settings"),
    [
        ("mean", {"max_seq_length": 9}),
        ("cls", {}),
        ("max", {"max_seq_length": 12}),
        ("mean_sqrt_len_tokens", {}),
        ("weightedmean", {"max_seq_length": 11}),
        ("lasttoken", {"max_seq_length": 8}),
        (("cls", "max", "weightedmean"), {}),
        ("mean", {"do_lower_case": True}),
        ("mean", PROMPT),
        *((modes, PROMPT | {"include_prompt": False}) for modes in ("mean", "cls", "max", "weightedmean", "lasttoken")),
    ],
)
def test_a_text_is_read_and_pooled_as_the_library_does(
    modes: Any, settings: dict[str, Any], cased: Path, tmp_path: Path
) -> None:
    library = saved(cased, tmp_path / "saved", modes, **settings)
    model = load_model(tmp_path / "saved", device="cpu")
    expected = cosine(library, FIRST, SECOND)
    assert model.similarity(FIRST, SECOND) == pytest.approx(expected, abs=1e-5)
    plain = cosine(saved(cased, tmp_path / "plain", modes), FIRST, SECOND)
    assert bool(settings) == (abs(plain - expected) > 1e-4)  # each setting changes the number


def test_a_length_of_null_leaves_the_tokenizers(cased: Path, tmp_path: Path) -> None:
    saved(cased, tmp_path / "saved", "mean", max_seq_length=9)
    settings = tmp_path / "saved" / "sentence_bert_config.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"max_seq_length": None}))
    library = SentenceTransformer(str(tmp_path / "saved"), device="cpu")
    assert library.max_seq_length == 9  # saved with the tokenizer too
    found = load_model(tmp_path / "saved", device="cpu").similarity(FIRST, SECOND)
    assert found == pytest.approx(cosine(library, FIRST, SECOND), abs=1e-5)


def test_the_folder_inside_is_compared_as_the_root_says(cased: Path, tmp_path: Path) -> None:
    library = saved(cased, tmp_path / "saved", "max", max_seq_length=9)
    root = tmp_path / "saved"
    inside = root / "0_Transformer"
    inside.mkdir()
    for file in [each for each in root.iterdir() if each.is_file() and each.name not in ("modules.json", "README.md")]:
        if not file.name.startswith("config_sentence"):
            shutil.move(file, inside / file.name)
    modules = json.loads((root / "modules.json").read_text())
    modules[0]["path"] = "0_Transformer"
    (root / "modules.json").write_text(json.dumps(modules))
    assert load_model(inside, device="cpu").similarity(FIRST, SECOND) == pytest.approx(
        cosine(library, FIRST, SECOND), abs=1e-5
    )


def written(folder: Path, settings: dict[str, Any], kinds: tuple[str, ...] = ("Transformer", "Pooling")) -> Path:
    """The checkpoint's folder with files as older versions of the library wrote them."""
    modules = [
        {"idx": n, "path": f"{n}_{kind}" if n else "", "type": f"sentence_transformers.models.{kind}"}
        for n, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    for n, kind in enumerate(kinds):
        if kind == "Pooling":
            (folder / f"{n}_Pooling").mkdir()
            (folder / f"{n}_Pooling" / "config.json").write_text(json.dumps(settings))
    return folder


@pytest.mark.parametrize(
    ("settings", "modes"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, ("mean",)),
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, ("cls",)),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}, ("cls", "mean")),
        ({"pooling_mode_lasttoken": True}, ("lasttoken",)),
        ({"pooling_mode": "weightedmean"}, ("weightedmean",)),
        ({"pooling_mode": ["max", "cls"]}, ("max", "cls")),
        ({}, ("mean",)),
        ({"pooling_mode": "cls", "pooling_mode_mean_tokens": True}, ("cls",)),
    ],
)
def test_a_file_of_any_age_names_the_modes(settings: dict[str, Any], modes: tuple[str, ...], checkpoint: Make) -> None:
    folder = written(checkpoint(), settings | {"word_embedding_dimension": 24})
    found = sentence_pooling.pooling_of(layout_of(folder))
    assert found is not None
    assert found.modes == modes
    library = Pooling.load(str(folder / "1_Pooling"))
    assert library.pooling_mode == (modes[0] if len(modes) == 1 else modes)


@pytest.mark.parametrize(
    ("settings", "kinds"),
    [
        ({"pooling_mode": "own"}, ("Transformer", "Pooling")),
        ({"pooling_mode": ["mean", 3]}, ("Transformer", "Pooling")),
        ({}, ("Transformer", "Pooling", "Dense")),
        ({}, ("Transformer", "WeightedLayerPooling", "Pooling")),
        ({}, ("Transformer", "Pooling", "Pooling")),
        ({}, ("Transformer", "Normalize", "Pooling")),
        ({}, ("Transformer",)),
    ],
)
def test_what_needs_more_than_one_known_pooling_is_not_compared(
    settings: dict[str, Any], kinds: tuple[str, ...], checkpoint: Make
) -> None:
    assert sentence_pooling.pooling_of(layout_of(written(checkpoint(), settings, kinds))) is None


def test_without_a_layout_there_is_no_pooling() -> None:
    assert sentence_pooling.pooling_of(None) is None


@pytest.mark.parametrize("told", ["", "[]", '{"prompts": 3, "default_prompt_name": "a"}', '{"default_prompt_name": 3}'])
def test_a_damaged_prompt_is_none(told: str, checkpoint: Make) -> None:
    folder = written(checkpoint(), {})
    (folder / "config_sentence_transformers.json").write_text(told)
    found = sentence_pooling.pooling_of(layout_of(folder))
    assert found is not None
    assert found.prompt == ""


@pytest.mark.parametrize(
    ("modes", "n_prompt", "expected"),
    [
        (("mean",), 0, [1 / 4] * 4),
        (("cls",), 0, [1, 0, 0, 0]),
        (("lasttoken",), 0, [0, 0, 0, 1]),
        (("max",), 0, [1 / 4] * 4),
        (("weightedmean",), 0, [0.1, 0.2, 0.3, 0.4]),
        (("mean",), 2, [0, 0, 1 / 2, 1 / 2]),
        (("cls", "mean"), 0, [5 / 8, 1 / 8, 1 / 8, 1 / 8]),
    ],
)
def test_the_answer_is_read_from_the_tokens_that_are_pooled(
    modes: tuple[str, ...], n_prompt: int, expected: list[float]
) -> None:
    found = sentence_pooling.Pooling(modes, prompted=False).readout(4, n_prompt)
    assert found.tolist() == pytest.approx(expected)
