from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import transformers
from damage import change
from hypothesis import example, given, settings
from hypothesis import strategies as st
from outcomes import refused_only_where
from transformers import PreTrainedTokenizerFast

from attention_viz import load_model
from attention_viz.errors import ModelError

Make = Callable[..., Path]
NONSENSE = (None, 0, -1, 3.5, "x", "", [], {}, [1], {"a": 1}, True, 10**9, 1e300)
HARMLESS = [("pad_token_id", None), ("text_config", None), ("id2label", None), ("dtype", None)]
FIELDS = ("hidden_size", "num_attention_heads", "vocab_size", "hidden_act", "id2label", "num_hidden_layers", "dtype",
          "text_config", "return_dict", "is_decoder", "type_vocab_size", "layer_norm_eps", "architectures", "pad_token_id",
          "max_position_embeddings", "problem_type", "tie_word_embeddings", "is_encoder_decoder", "model_type")  # fmt: skip


@pytest.mark.parametrize(
    ("architecture", "causal"),
    [("BertModel", False), ("RobertaForMaskedLM", False), ("DistilBertModel", False), ("ElectraModel", False),
     ("AlbertModel", False), ("GPT2LMHeadModel", True), ("OPTForCausalLM", True)],
)  # fmt: skip
def test_decoders_are_told_from_encoders(architecture: str, causal: bool, checkpoint: Make) -> None:
    sizes = {"word_embed_proj_dim": 24} if architecture.startswith("OPT") else {}
    model = load_model(checkpoint(architecture, **sizes))
    assert model.causal is causal
    assert model.attend("The cat sat.").causal is causal


@pytest.mark.parametrize("architecture", ["MambaModel", "FNetModel"])
def test_a_model_without_attention_is_refused(architecture: str, checkpoint: Make) -> None:
    with pytest.raises(ModelError, match=rf"{architecture}.*no attention weights"):
        load_model(checkpoint(architecture, state_size=4))


def test_a_model_that_looks_at_windows_only_is_refused(checkpoint: Make) -> None:
    with pytest.raises(ModelError, match="LongformerModel"):
        load_model(checkpoint("LongformerModel", attention_window=4, pad_token_id=1))


@pytest.mark.parametrize("architecture", ["ViTModel", "CLIPModel"])
def test_a_model_of_pictures_is_refused(architecture: str, checkpoint: Make) -> None:
    small = {"hidden_size": 24, "num_hidden_layers": 1, "num_attention_heads": 3, "intermediate_size": 40}
    sizes = dict.fromkeys(("text_config", "vision_config"), small) if architecture == "CLIPModel" else {}
    with pytest.raises(ModelError, match="Choose a text model"):
        load_model(checkpoint(architecture, **sizes))


def test_a_tokenizer_that_can_read_nothing_is_refused(tiny_bert_folder: Path) -> None:
    """A vocabulary without [UNK] raises at the first word that it lacks."""
    from tokenizers import Tokenizer, models

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordPiece({"cat": 0}, unk_token="[UNK]")))
    network = transformers.BertModel.from_pretrained(tiny_bert_folder)
    with pytest.raises(ModelError, match=r"cannot read a plain text.*\[UNK\]"):
        load_model((network, tokenizer))


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")  # torch, of a head with no classes
def test_any_nonsense_in_a_configuration_is_refused_with_a_sentence_and_survived_where_it_decides_nothing(
    checkpoint: Make,
) -> None:
    folder = checkpoint("BertForSequenceClassification")
    usual = (folder / "config.json").read_text()

    @settings(max_examples=40, deadline=None)
    @given(field=st.sampled_from(FIELDS), value=st.sampled_from(NONSENSE))
    @example(field="pad_token_id", value=None)
    @example(field="text_config", value=None)
    @example(field="id2label", value=None)
    @example(field="dtype", value=None)
    def check(field: str, value: Any) -> None:
        (folder / "config.json").write_text(usual)
        change(folder / "config.json", **{field: value})
        decides = field not in ("return_dict", "architectures")
        with refused_only_where(decides and (field, value) not in HARMLESS):
            reading = load_model(folder).read("the cat sat", "the sun")
            assert reading.attention.weights(0).sum(-1) == pytest.approx(1, abs=1e-4)

    check()


@pytest.mark.parametrize("names", [[], ["token_type_ids"], "input_ids"])
def test_a_tokenizer_that_keeps_its_numbers_to_itself_is_refused(names: object, checkpoint: Make) -> None:
    folder = checkpoint()
    change(folder / "tokenizer_config.json", model_input_names=names)
    with pytest.raises(ModelError, match="gives no numbers of tokens"):
        load_model(folder)
