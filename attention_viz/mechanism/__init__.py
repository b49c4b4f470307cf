"""Attention from first principles: small functions to be read, equal to torch's own to the last digits.

>>> import torch
>>> from attention_viz import mechanism
>>> queries, keys, values = torch.randn(3, 8), torch.randn(5, 8), torch.randn(5, 4)
>>> output, weights = mechanism.attend(queries, keys, values, scores=mechanism.dot_scores)
>>> output.shape, weights.shape
(torch.Size([3, 4]), torch.Size([3, 5]))
"""

from attention_viz.mechanism.attend import attend, look_up
from attention_viz.mechanism.attention_graph import (
    attend_along,
    chain_links,
    complete_links,
    dilated_layers,
    dilated_links,
    distances,
    picture_links,
    reach,
    window_links,
)
from attention_viz.mechanism.cost import Cost, answered_at, costs, crossover
from attention_viz.mechanism.dropout import drop
from attention_viz.mechanism.entropy import Spread, entropy, head_divergence, softmax_jacobian, spread_by_width
from attention_viz.mechanism.heads import (
    fitting_heads,
    fold_heads,
    head_width,
    mean_over_heads,
    merge_heads,
    repeat_for_heads,
    split_heads,
    unfold_heads,
)
from attention_viz.mechanism.masks import allowed_keys, causal_mask, masked_scores, valid_mask
from attention_viz.mechanism.matrices import Cell, MatrixForm, Product, matrix_form
from attention_viz.mechanism.network.decoder import DecoderLayer
from attention_viz.mechanism.network.layer import EncoderLayer, FeedForward
from attention_viz.mechanism.network.multihead import MultiHeadAttention, parameter_count
from attention_viz.mechanism.network.positions import Positions, frequencies, order_gap, rotation, similarity, sinusoids
from attention_viz.mechanism.network.seq2seq import DecodingStep, EncoderDecoder
from attention_viz.mechanism.network.transformer import Transformer
from attention_viz.mechanism.normalisers import masked_sigmoid, masked_softmax, masked_sparsemax
from attention_viz.mechanism.scores import (
    additive_scores,
    concat_scores,
    cosine_scores,
    dot_scores,
    gaussian_scores,
    general_scores,
    scaled_dot_scores,
    split_concat,
    tempered,
)
from attention_viz.mechanism.scoring import SCORINGS, Scoring
from attention_viz.mechanism.scoring_comparison import ScoringResult, compare_scorings
from attention_viz.mechanism.training.loop import Progress, Recipe, Snapshot, build, train
from attention_viz.mechanism.training.tasks import Task
from attention_viz.mechanism.walkthrough.attention_block import walk
from attention_viz.mechanism.walkthrough.block_output import walk_output
from attention_viz.mechanism.walkthrough.head_output import SoftmaxSettings, walk_head
from attention_viz.mechanism.walkthrough.input_embedding import walk_embedding
from attention_viz.mechanism.walkthrough.parameters import BlockParameters, LinearMap, Norm
from attention_viz.mechanism.walkthrough.steps import Contribution, Step, Walkthrough

__all__ = [
    "SCORINGS",
    "BlockParameters",
    "Cell",
    "Contribution",
    "Cost",
    "DecoderLayer",
    "DecodingStep",
    "EncoderDecoder",
    "EncoderLayer",
    "FeedForward",
    "LinearMap",
    "MatrixForm",
    "MultiHeadAttention",
    "Norm",
    "Positions",
    "Product",
    "Progress",
    "Recipe",
    "Scoring",
    "ScoringResult",
    "Snapshot",
    "SoftmaxSettings",
    "Spread",
    "Step",
    "Task",
    "Transformer",
    "Walkthrough",
    "additive_scores",
    "allowed_keys",
    "answered_at",
    "attend",
    "attend_along",
    "build",
    "causal_mask",
    "chain_links",
    "compare_scorings",
    "complete_links",
    "concat_scores",
    "cosine_scores",
    "costs",
    "crossover",
    "dilated_layers",
    "dilated_links",
    "distances",
    "dot_scores",
    "drop",
    "entropy",
    "fitting_heads",
    "fold_heads",
    "frequencies",
    "gaussian_scores",
    "general_scores",
    "head_divergence",
    "head_width",
    "look_up",
    "masked_scores",
    "masked_sigmoid",
    "masked_softmax",
    "masked_sparsemax",
    "matrix_form",
    "mean_over_heads",
    "merge_heads",
    "order_gap",
    "parameter_count",
    "picture_links",
    "reach",
    "repeat_for_heads",
    "rotation",
    "scaled_dot_scores",
    "similarity",
    "sinusoids",
    "softmax_jacobian",
    "split_concat",
    "split_heads",
    "spread_by_width",
    "tempered",
    "train",
    "unfold_heads",
    "valid_mask",
    "walk",
    "walk_embedding",
    "walk_head",
    "walk_output",
    "window_links",
]
