from __future__ import annotations

import pytest
import torch
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertEmbeddings

from attention_viz.errors import AttentionVizError
from attention_viz.mechanism import Norm, Transformer, walk_embedding
from mechanism.draws import assert_same, both_types, chance, redrawn

CONFIG = BertConfig(hidden_size=12, num_attention_heads=3, vocab_size=11, max_position_embeddings=9)


@both_types
def test_the_first_vector_is_bert_embeddings_own(dtype: torch.dtype) -> None:
    theirs = redrawn(BertEmbeddings(CONFIG).to(dtype), chance())
    ids, segments = torch.tensor([[3, 8, 1]]), torch.tensor([[0, 1, 1]])
    steps = walk_embedding(
        theirs.word_embeddings.weight[8].detach(),
        theirs.position_embeddings.weight[1].detach(),
        theirs.token_type_embeddings.weight[1].detach(),
        norm=Norm.from_torch(theirs.LayerNorm),
    )
    assert steps.names == ("word", "position", "segment", "sum", "mean", "deviation", "normed", "output")
    assert_same(steps["output"].numbers, theirs(ids, segments)[0, 1].detach())


def test_the_first_vector_of_the_tiny_transformer_is_its_embedding_times_the_root() -> None:
    network = Transformer(7, 6, d_model=16, generator=chance()).eval()
    symbols = torch.tensor([[3, 6, 1]])
    steps = walk_embedding(network.embed.table.weight[6].detach(), network.embed.positions.vectors[1], scale=4.0)
    assert_same(steps["sum"].numbers, network.embed(symbols)[0, 1].detach())
    assert steps["sum"].formula == r"e = 4 \, w + p"


def test_vectors_of_other_widths_get_a_sentence() -> None:
    with pytest.raises(AttentionVizError, match="vectors of one width"):
        walk_embedding(torch.ones(3), torch.ones(4))
