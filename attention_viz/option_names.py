"""Option names: what the values of options are called on the screen, in English, in the order in which they are offered."""

from __future__ import annotations

PARTS = {"encoder": "Encoder reads itself", "decoder": "Decoder reads itself", "cross": "Decoder reads encoder"}
PICTURES = {"head": "Heatmap", "lines": "Lines", "text": "Text", "layer": "All heads"}
COLOURS = {"unit": "0 to 1", "peak": "0 to the highest weight shown"}
PALETTES = {"blue": "blue", "grey": "grey, for print"}
ROWS = {"pieces": "Word pieces", "words": "Words", "segmented": "Chinese words"}
EXCLUDED = {"special": "leave out [CLS], [SEP]", "punctuation": "leave out punctuation"}
DIRECTIONS = {
    "all": "both texts",
    "AA": "first reads first",
    "AB": "first reads second",
    "BA": "second reads first",
    "BB": "second reads second",
}
MEANS = {
    "none": "one head",
    "heads": "mean of the layer's heads",
    "layers": "mean of this head in all layers",
    "all": "mean of all heads",
}
ORDERS = {
    "place": "by layer and head",
    "sharp": "most concentrated first",
    "far": "farthest reading first",
    "special": "most on [CLS], [SEP] first",
}
WAYS_OFF = {"zero": "Output set to zero", "uniform": "Weights made uniform"}
