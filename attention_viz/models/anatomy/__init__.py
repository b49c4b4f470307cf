"""The anatomy of a head: what it computes for one token, step by step, each step beside the model's own number."""

from attention_viz.models.anatomy.activations import MOST_TOKENS, Passage, record
from attention_viz.models.anatomy.dissection import Anatomy, dissect
from attention_viz.models.anatomy.embedding import Embedding, embedding
from attention_viz.models.anatomy.log import Ran

__all__ = ["MOST_TOKENS", "Anatomy", "Embedding", "Passage", "Ran", "dissect", "embedding", "record"]
