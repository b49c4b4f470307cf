"""Each word of the vocabulary in a key's place, against the text with that word really written there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from attention_viz import Model
from attention_viz.errors import ModelError, SelectionError
from attention_viz.experiments import preferred_keys

WORDS = ("the", "cat", "sun", "sat", "down", "because", "it", "was", "tired")
TEXT = "the cat sat down because it was tired"
QUERY, KEY = 6, 2


def written(word: str) -> str:
    words = TEXT.split()
    return " ".join([*words[: KEY - 1], word, *words[KEY:]])


@pytest.mark.parametrize("architecture", ["BertModel", "RobertaModel", "LlamaForCausalLM"])
def test_scores_are_those_of_the_text_with_the_word_written_there(
    make_model: Callable[..., Model], architecture: str
) -> None:
    model = make_model(architecture, pad_token_id=0)
    found = preferred_keys(model, TEXT, 1, QUERY, KEY, shown=17)
    scores = {each.text: each.score for each in found.words}
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    for word in WORDS:
        expected = float(model.attend(written(word)).scores(0, 1)[QUERY, KEY])
        assert scores[word] == pytest.approx(expected, abs=1e-4)
    assert found.own.text == "cat"
    assert found.words[found.rank - 1] == found.own
    assert "[CLS]" not in scores
    assert found.n == len(scores) == 17 - 5


def test_more_words_than_go_into_one_pass_are_all_there(masked: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = preferred_keys(masked, TEXT, 0, QUERY, KEY)
    monkeypatch.setattr("attention_viz.experiments.decomposition.preferred_keys.AT_ONCE", 5)
    assert [each.text for each in preferred_keys(masked, TEXT, 0, QUERY, KEY).words] == [
        each.text for each in whole.words
    ]
    assert len(whole.words) == 10


def test_above_the_first_layer_it_is_refused_with_the_reason(make_model: Callable[..., Model], masked: Model) -> None:
    with pytest.raises(SelectionError, match="layer 2 was asked for"):
        preferred_keys(masked, TEXT, 0, QUERY, KEY, layer=1)
    with pytest.raises(ModelError, match="its own code"):
        preferred_keys(make_model("MPNetModel"), TEXT, 0, QUERY, KEY)
    with pytest.raises(SelectionError, match="no token index 50"):
        preferred_keys(masked, TEXT, 0, 50, KEY)
