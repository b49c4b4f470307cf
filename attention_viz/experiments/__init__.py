"""Experiments: what changes in a model when its heads change. Each works on a private copy that shares the weights."""

from __future__ import annotations

from attention_viz.experiments.ablation import Ablation, ablate
from attention_viz.experiments.answer_change import AnswerChange, Choice, Choices, Number
from attention_viz.experiments.causes.cut import Cut, cut
from attention_viz.experiments.causes.link_ranking import LinkRanking, RankedLink, rank_links
from attention_viz.experiments.causes.no_op import HeadNoOp, NoOps, no_op
from attention_viz.experiments.causes.patch import PatchMap, patch
from attention_viz.experiments.decomposition.preferred_keys import PreferredKeys, PreferredWord, preferred_keys
from attention_viz.experiments.decomposition.score_parts import ScoreParts, score_parts
from attention_viz.experiments.decomposition.writes import Writes, writes
from attention_viz.experiments.effects import Effects, head_effects
from attention_viz.experiments.faithfulness import METHODS, Attribution, Faithfulness, faithfulness
from attention_viz.experiments.importance import Importance, importance
from attention_viz.experiments.interventions.link_cuts import CUT_WAYS
from attention_viz.experiments.interventions.switches import HOW
from attention_viz.experiments.logit_lens import LayerGuess, LensPlace, LogitLens, logit_lens
from attention_viz.experiments.mixing import Mixing, mixing
from attention_viz.experiments.norm_shares import norm_shares
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
    "HeadNoOp",
    "Importance",
    "LayerGuess",
    "LensPlace",
    "LinkRanking",
    "LogitLens",
    "Mixing",
    "NoOps",
    "Norms",
    "Number",
    "PatchMap",
    "PreferredKeys",
    "PreferredWord",
    "Pruned",
    "Question",
    "RankedLink",
    "Relevance",
    "Sample",
    "ScoreParts",
    "Writes",
    "ablate",
    "all_norms",
    "built_in",
    "cut",
    "faithfulness",
    "head_effects",
    "importance",
    "logit_lens",
    "mean_importance",
    "mixing",
    "no_op",
    "norm_shares",
    "norms",
    "patch",
    "pose",
    "preferred_keys",
    "prune",
    "rank_links",
    "ranked",
    "read_samples",
    "relevance",
    "score_parts",
    "summed_norms",
    "writes",
]
