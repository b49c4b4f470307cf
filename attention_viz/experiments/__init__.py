"""Experiments: what changes in a model when its heads change. Each works on a private copy that shares the weights."""

from __future__ import annotations

from attention_viz.experiments.ablation import Ablation, ablate
from attention_viz.experiments.answer_change import AnswerChange, Choice, Choices, Number
from attention_viz.experiments.causes.cut import Cut, cut
from attention_viz.experiments.causes.link_ranking import LinkRanking, RankedLink, rank_links
from attention_viz.experiments.causes.patch import PatchMap, patch
from attention_viz.experiments.decomposition.writes import Writes, writes
from attention_viz.experiments.effects import Effects, head_effects
from attention_viz.experiments.faithfulness import METHODS, Attribution, Faithfulness, faithfulness
from attention_viz.experiments.importance import Importance, importance
from attention_viz.experiments.interventions.link_cuts import CUT_WAYS
from attention_viz.experiments.interventions.switches import HOW
from attention_viz.experiments.mixing import Mixing, mixing
from attention_viz.experiments.norms import Norms, all_norms, norms, summed_norms
from attention_viz.experiments.pruning import ORDERS, Pruned, mean_importance, prune, ranked
from attention_viz.experiments.question import Question, pose
from attention_viz.experiments.relevance import Relevance, relevance
from attention_viz.experiments.samples import Sample, built_in, read_samples

__all__ = [
    "CUT_WAYS",
    "HOW",
    "METHODS",
    "ORDERS",
    "Ablation",
    "AnswerChange",
    "Attribution",
    "Choice",
    "Choices",
    "Cut",
    "Effects",
    "Faithfulness",
    "Importance",
    "LinkRanking",
    "Mixing",
    "Norms",
    "Number",
    "PatchMap",
    "Pruned",
    "Question",
    "RankedLink",
    "Relevance",
    "Sample",
    "Writes",
    "ablate",
    "all_norms",
    "built_in",
    "cut",
    "faithfulness",
    "head_effects",
    "importance",
    "mean_importance",
    "mixing",
    "norms",
    "patch",
    "pose",
    "prune",
    "rank_links",
    "ranked",
    "read_samples",
    "relevance",
    "summed_norms",
    "writes",
]
