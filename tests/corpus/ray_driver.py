"""A driver that a test may kill: measures the sentences of a file on a cluster.

python ray_driver.py TEXTS MODEL FOLDER ADDRESS
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from attention_viz import corpus
from attention_viz.corpus import Cluster, Options

if __name__ == "__main__":
    texts, model, folder, address = sys.argv[1:]
    corpus.measure(
        texts,
        model,
        into=folder,
        options=Options(shard_texts=40),
        executor="ray",
        cluster=Cluster(address, actors=2),
        progress=lambda progress: print(progress.texts, flush=True),
    )
