"""Hub: from a model's name to a folder with its files, or to one sentence on why not.

`fetching` asks `endpoint` whether there is a hub, has a `download` talk to the hub `client`, which is a
`process` of its own, and falls back on `copies` that are here. `repository` judges what the hub offers, `faults` are the
sentences for what goes wrong, `order` holds the values that they exchange.
"""

from attention_viz.models.hub.copies import FOLDER_VARIABLE, local_copy, models_folder
from attention_viz.models.hub.fetching import fetch
from attention_viz.models.hub.order import LIMITS, Fetched, Limits, Progress

__all__ = ["FOLDER_VARIABLE", "LIMITS", "Fetched", "Limits", "Progress", "fetch", "local_copy", "models_folder"]
