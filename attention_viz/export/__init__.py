"""Export: an attention or a figure as the bytes of a file, the same bytes for the same values."""

from attention_viz.export.archive import read_npz, weights_npz
from attention_viz.export.facts import facts
from attention_viz.export.file_name import file_name, heads_name
from attention_viz.export.heads import heads_csv
from attention_viz.export.picture import picture
from attention_viz.export.state import MOST_BYTES, read_state, state_file
from attention_viz.export.table import HeadWeights, mean_csv, read_csv, weights_csv

__all__ = [
    "MOST_BYTES",
    "HeadWeights",
    "facts",
    "file_name",
    "heads_csv",
    "heads_name",
    "mean_csv",
    "picture",
    "read_csv",
    "read_npz",
    "read_state",
    "state_file",
    "weights_csv",
    "weights_npz",
]
