"""Sources: texts from a file or from anything that gives one after the other. None is held whole."""

from __future__ import annotations

from attention_viz.corpus.sources.item import Item, Tree
from attention_viz.corpus.sources.source import Source, read

__all__ = ["Item", "Source", "Tree", "read"]
