"""Experiments: what changes in a model when its heads change. Each works on a private copy that shares the weights."""

from __future__ import annotations

from attention_viz.experiments.ablation import Ablation, Choice, Choices, Number, ablate
from attention_viz.experiments.effects import Effects, head_effects
from attention_viz.experiments.faithfulness import METHODS, Attribution, Faithfulness, faithfulness
from attention_viz.experiments.importance import Importance, importance
from attention_viz.experiments.mixing import Mixing, mixing
from attention_viz.experiments.norm_shares import norm_shares
from attention_viz.experiments.norms import Norms, all_norms, norms, summed_norms
from attention_viz.experiments.pruning import ORDERS, Pruned, mean_importance, prune, ranked
from attention_viz.experiments.question import Question, pose
from attention_viz.experiments.relevance import Relevance, relevance
from attention_viz.experiments.samples import Sample, built_in, read_samples
from attention_viz.experiments.switches import HOW

__all__ = [
    "HOW",
    "METHODS",
    "ORDERS",
    "Ablation",
    "Attribution",
    "Choice",
    "Choices",
    "Effects",
    "Faithfulness",
    "Importance",
    "Mixing",
    "Norms",
    "Number",
    "Pruned",
    "Question",
    "Relevance",
    "Sample",
    "ablate",
    "all_norms",
    "built_in",
    "faithfulness",
    "head_effects",
    "importance",
    "mean_importance",
    "mixing",
    "norm_shares",
    "norms",
    "pose",
    "prune",
    "ranked",
    "read_samples",
    "relevance",
    "summed_norms",
]
