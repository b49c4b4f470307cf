"""Many texts: what every head does in all of them, with baselines and intervals, on one computer or many.

>>> from attention_viz import corpus
>>> opened = corpus.measure("sentences.txt", into="measured")
>>> opened.heads()                    # a data frame: every measure of every head, its mean, interval and spread
>>> for label in opened.labels(): print(label.layer, label.head, label)
>>> opened.texts(layer=2, head=3, by="previous")
"""

from __future__ import annotations

from attention_viz.corpus.best_heads import RelationFigures
from attention_viz.corpus.cluster import Cluster
from attention_viz.corpus.head_texts import TextOfHead
from attention_viz.corpus.intervals import Interval, wilson
from attention_viz.corpus.labels import HeadLabel
from attention_viz.corpus.measure import measure
from attention_viz.corpus.opened import Opened
from attention_viz.corpus.opened import open_folder as open
from attention_viz.corpus.options import Options
from attention_viz.corpus.progress import Progress
from attention_viz.corpus.relations.pattern import Pattern
from attention_viz.corpus.relations.relation import Relation
from attention_viz.corpus.sources import Item, Source, Tree, read
from attention_viz.corpus.summary import Summary
from attention_viz.models import untrained

__all__ = [
    "Cluster",
    "HeadLabel",
    "Interval",
    "Item",
    "Opened",
    "Options",
    "Pattern",
    "Progress",
    "Relation",
    "RelationFigures",
    "Source",
    "Summary",
    "TextOfHead",
    "Tree",
    "measure",
    "open",
    "read",
    "untrained",
    "wilson",
]
