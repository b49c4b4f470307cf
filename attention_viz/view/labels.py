"""Labels: every sentence of the view, in English; a page passes them in its own language."""

from __future__ import annotations

from collections.abc import Iterator

from attention_viz.selection import options


def option_label(name: str, value: str) -> str:
    """What the label of one value of an option is called."""
    return f"option_{name}_{value}"


def _of_options() -> Iterator[tuple[str, str]]:
    """What the options of the view are called, and their values."""
    for name, option in options().items():
        if option.travels == "look":
            if option.label:
                yield f"option_{name}", option.label
            for value, label in option.names.items():
                yield option_label(name, value), label


LABELS: dict[str, str] = {
    # which head, which picture
    "page_title": "Attention",
    "layer_head": "Layer {layer}, head {head}",
    "layer_title": "Layer {layer}, all heads",
    "mean_heads": "Layer {layer}, mean of {n} heads",
    "mean_layers": "Head {head}, mean of {n} layers",
    "mean_all": "Mean of all {n} heads",
    "head_name": "Head {head}",
    "overview": "All layers and heads. {name} is chosen; the arrow keys choose another.",
    "layers_down": "layer ↓",
    "heads_across": "head →",
    "query_axis": "query ↓",
    "key_axis": "key →",
    "query_column": "query (reads)",
    "key_column": "key (is read)",
    # numbers and what must be known about them
    "pair_weight": "{query} → {key}  {weight}",
    "positions": "query {query}, key {key}",
    "closed": "{query} → {key}  cannot be read",
    "left_out": "{query} → {key}  is left out",
    "is_cut": "this link is cut; the weight is that before the cut",
    "holds_cut": "holds a cut link; the weight is that before the cut",
    "cut_in_head": "links that are cut in this head: {n}",
    "note_cut": "Striped or broken: links that are cut; with a dot: what holds one. The weights are those before the cut.",
    "note_cut_elsewhere": "Links that are cut in other heads: {n}; a dot shows where among the small pictures.",
    "note_closed": "Hatched: this query cannot read this key (later tokens, outside a window, padding).",
    "note_rtl": "Keys stand from left to right in the order of their positions, also those of a text that is read from right to left.",
    "strongest": "{title}. Strongest: {link}",
    "rounded": "two digits until the exact weights are here",
    "rounded_alone": "two digits: of this head the page holds no more",
    "pooled_max": "the highest of a group of tokens",
    "pooled_mean": "the mean of a group of tokens",
    "note_max": "{tokens} tokens in {rows} rows: each cell shows the highest weight of its group.",
    "note_mean": "{tokens} tokens in {rows} rows: each cell shows the mean weight of its group.",
    "pooled_means": "the mean over heads of the highest of a group of tokens",
    "note_means": "{tokens} tokens in {rows} rows: each cell shows the mean over heads of the highest weight of its group.",
    "unfiltered": "nothing left out as yet",
    "note_unfiltered": "Nothing is left out as yet: the picture with your choice is being made.",
    "note_unfiltered_alone": "Nothing is left out: of groups of tokens this page holds only what was chosen when it was saved.",
    "note_left_out": "Some tokens are left out.",
    "note_left_out_renormalised": "Some tokens are left out; the rest is scaled to sum to 1.",
    "removed": "{share} of the attention goes to what is left out.",
    "removed_renormalised": "{share} of the attention goes to what is left out; the rest is scaled to sum to 1.",
    "lines_least": "Lines below {weight} are not drawn.",
    "note_pairs_AA": "Only what the first text reads in itself is shown.",
    "note_pairs_AB": "Only what the first text reads in the second is shown.",
    "note_pairs_BA": "Only what the second text reads in the first is shown.",
    "note_pairs_BB": "Only what the second text reads in itself is shown.",
    "note_threshold": "Weights below {threshold} are not shown.",
    "note_faint": "Tokens that receive less than {threshold} are not coloured.",
    "lines_none": "No weight is high enough for a line.",
    "lines_thin": "Many lines are strong: all are thin, and the fuller colour is the larger weight. Point at a token to see its own lines.",
    "scale_note_unit": "weight, from 0 to 1, root scale",
    "scale_note_peak": "weight, from 0 to the highest shown ({peak}), root scale",
    # a sentence
    "open_text": "Open in Explore",
    "text_and_link": "{title}; {query} → {key} {weight}",
    "open_this_text": "{open}: {text} ({number})",
    "sentence_arcs": "Arcs",
    "sentence_colours": "Colours",
    "head_reads": "In layer {layer}, head {head}, “{query}” reads “{key}” with {weight}.",
    "mean_reads": "{title}: “{query}” reads “{key}” with {weight}.",
    "token_reads": "“{query}” reads “{key}” with {weight}.",
    "special_share": "{share} of its attention goes to {names}.",
    "both_tokens": "{one}, {other}",
    "arcs_none": "No weight is high enough for an arc.",
    "arcs_least": "Arcs below {weight} are not drawn.",
    "arcs_most": "Of many arcs the {n} strongest are drawn.",
    "arcs_coloured": "A text of more than {lines} lines has no arcs: what the chosen token reads is coloured.",
    # which heads read a link
    "ranking": "Heads for {query} → {key}",
    "ranking_both": "Heads for {query} ↔ {key}",
    "ranking_mean": "Heads for {n} links, their mean",
    "ranking_none": "Which heads link two words? Choose the one that reads, then the one that is read.",
    "ranking_half": "Choose a second token, one that is read: then all heads are ranked by that link.",
    "ranking_waiting": "The heads are being ranked.",
    "ranking_missing": "This page does not hold the weights by which heads are ranked.",
    "ranking_far": "({weight} at that distance)",
    "ranking_head": "layer {layer}, head {head}, {weight}; {far} at that distance",
    "ranking_head_alone": "layer {layer}, head {head}, {weight}",
    "ranking_all": "All {n} heads",
    "ranking_first": "The first {n}",
    # the table
    "top_mean": "Top attended tokens, mean over queries",
    "top_query": "What “{query}” ({position}) attends to",
    "top_sum": "What {n} queries attend to, summed",
    "position": "Position",
    "token": "Token",
    "weight": "Weight",
    # lines of several heads
    "keep_head": "Keep these lines",
    "drop_head": "Drop these lines",
    # tools and keys
    "tool_smaller": "Smaller",
    "tool_larger": "Larger",
    "tool_fit": "All in sight",
    "tool_free": "Let go",
    "tool_present": "Present",
    "tool_leave": "Leave the presentation",
    "tool_keys": "Keys",
    "key_head": "another head",
    "key_layer": "another layer",
    "key_next": "the next head, in the order of the overview",
    "key_query": "pin the query before or after",
    "key_several": "pin one more query",
    "key_token": "in a sentence: go to a token, and pin it",
    "key_link": "pin the key before or after, to rank the heads",
    "key_cut": "cut the pinned link, or restore it",
    "key_ranked": "look at one of the first heads of the ranking",
    "key_keep": "keep or drop the lines of this head",
    "key_zoom": "smaller or larger",
    "key_fit": "all in sight, or readable",
    "key_present": "presentation on the whole screen",
    "key_free": "let go of what is pinned",
    "key_list": "this list",
    # switches and rankings of heads, tokens to hide
    "layer_name": "Layer {layer}",
    "layer_switches": "Switch all heads of layer {layer}",
    "all_on": "All heads on",
    "switch_off": "Switch layer {layer}, head {head} off",
    "switch_on": "Switch layer {layer}, head {head} on",
    "heads_off": "{n} of {total} heads are off.",
    "hide_tokens": "Tokens hidden from the model",
    "hide_token": "Hide “{token}”, position {position}",
    # a small line of the text; the stages of a computation
    "sentence_strip": "The text: press the token that reads, then one that is read",
    "stages": "The stages of the computation, each with the number that is followed",
    "stage": "Stage",
    "all_stages": "All stages",
    "key_stage": "the stage before or after",
    "key_ends": "the first or the last stage",
    "key_all_stages": "all stages, or one",
    # pictures side by side
    "panels": "{titles}. The arrow keys move the pointer on all of them, Escape lets go.",
    "point": "Point at a cell, or move with the arrow keys: it is shown on all three.",
    "no_pair": "no such pair of tokens",
    # what passes from the tokens of a text up to one of them
    "flow_readings": "Readings",
    "flow_token": "Follow “{token}”, position {position}",
    "flow_tokens": "The token that is followed",
    "flow_drawing": "{title}: ribbons from the tokens of the text, below, up through {n} layers to “{token}”. Arrow keys left and right go to a weaker or a stronger ribbon of a layer, up and down to another layer; Escape lets go.",
    "flow_layer": "layer",
    "flow_moves": "Layer {layer}: {share} passes from “{key}” to “{query}”.",
    "flow_stays": "Layer {layer}: {share} stays with “{query}”.",
    "flow_comes": "{share} comes from “{token}” in the text.",
    "flow_through": "{share} passes through “{token}” after layer {layer}.",
    "flow_point": "Point at a ribbon for its number; click to keep it in sight.",
    "flow_moving": "passes to another token",
    "flow_staying": "stays with the token",
    "flow_least": "Ribbons from {least} on are drawn; they hold {share} of what passes.",
    "flow_cut": "Of {total} tokens the {n} through which most passes are drawn.",
    "flow_waiting": "This reading is being worked out.",
    "flow_table": "What comes from each token, by each reading",
    "flow_numbers": "The numbers behind it",
    # options; their own names stand in the table of options
    "options": "View options",
    "sorted_sharp": "most concentrated first",
    "sorted_far": "farthest reading first",
    "sorted_special": "most on [CLS], [SEP] first",
    **dict(_of_options()),
}
"""What stands in braces is put in by the view; layers, heads and positions count from 1."""
