"""The anatomy of a head: what it computes for one token, step by step, each step beside the model's own number."""

from attention_viz.models.anatomy.activations import MOST_TOKENS, Activations, record
from attention_viz.models.anatomy.embedding import Embedding, embedding
from attention_viz.models.anatomy.followed import Followed, follow
from attention_viz.models.anatomy.head_anatomy import Anatomy, anatomy_of
from attention_viz.models.anatomy.log import ModuleRun

__all__ = [
    "MOST_TOKENS",
    "Activations",
    "Anatomy",
    "Embedding",
    "Followed",
    "ModuleRun",
    "anatomy_of",
    "embedding",
    "follow",
    "record",
]
