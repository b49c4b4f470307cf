"""Plan: which frames of an attention go to the browser, and in which order.

Everything where it fits; else a thumbnail of every head, and the head that is shown as a whole. Filters are applied to
pooled weights here, before pooling, so that another choice of filters needs new frames; to exact weights in the browser.
"""

from __future__ import annotations

import math

from attention_viz.attention import Attention
from attention_viz.drawing import PICTURE, TOPS, Encoding
from attention_viz.means import members
from attention_viz.selection import Selection
from attention_viz.view.block import Head, Heads, Progress, part, pooled, seen_whole, whole
from attention_viz.view.frame import Dimensions, encode, read_header
from attention_viz.view.look import NOTHING, Filters

EXACT_AT_ONCE = 1_000_000
"""Bytes up to which every weight is sent at once with the digits that the tooltip shows."""
ALL_AT_ONCE = 2_400_000
"""Bytes of the first message: 144 heads of 128 tokens, one byte each, still fit."""
EXACT_LATER = 4_800_000
"""Bytes of a second message that brings the missing digits of every weight."""
FILE = 40_000_000
"""Bytes of weights that a page without a server carries at most."""
CELLS_AT_ONCE = 150_000_000
"""Weights, of all heads together, that are read for small pictures while the visitor waits: about a second."""
THUMBNAIL = 64
"""Rows and columns of a thumbnail; fewer where there are so many heads that they would not fit."""


def first(attention: Attention, view: str) -> bytes:
    """The tokens and the weights of every head, as sharp as one message allows; where these take long, the tokens alone."""
    heads = members(attention)
    if is_slow(attention):
        return encode(view, "first", Dimensions.of(attention), (), sample=_sample(attention))
    if weight_of(attention, heads, "root16") <= EXACT_AT_ONCE:
        block = whole(attention, heads, "root16")
    elif weight_of(attention, heads, "root8") <= ALL_AT_ONCE:
        block = whole(attention, heads, "root8")
    else:
        block = pooled(attention, heads, thumbnail_size(len(heads)), "root8")
    return encode(view, "first", Dimensions.of(attention), (block,))


def rest(attention: Attention, view: str, text: str, progress: Progress | None = None) -> bytes | None:
    """What `first` lacks of all heads: the small pictures that take long, or the digits where they fit into one message.

    progress : called with (heads done, heads in all)
    """
    heads = members(attention)
    if is_slow(attention):
        small = pooled(attention, heads, thumbnail_size(len(heads)), "root8", progress)
        return encode(view, "rest", None, (small,), text)
    if not EXACT_AT_ONCE < weight_of(attention, heads, "root16") <= EXACT_LATER:
        return None
    return encode(view, "rest", None, (whole(attention, heads, "root16"),), text)


def small(
    attention: Attention, view: str, text: str, filters: Filters, progress: Progress | None = None
) -> bytes | None:
    """The small pictures of all heads through filters; None where `first` brings them exact.

    progress : called with (heads done, heads in all)
    """
    heads = members(attention)
    size = thumbnail_size(len(heads))
    if comes_whole(attention) or max(attention.shape) <= size:
        return None
    return encode(view, "small", None, (pooled(attention, heads, size, "root8", progress, filters),), text)


def one_head(
    attention: Attention,
    view: str,
    text: str,
    layer: int,
    head: int,
    progress: Progress | None = None,
    filters: Filters = NOTHING,
) -> bytes | None:
    """The head that is shown, where `first` and `rest` do not bring it whole; else None.

    A pooled head comes with the filters applied, and with what each of its keys receives on average, token by token.
    layer, head : -1 = the mean over all layers or heads
    progress    : called with (queries done, queries in all)
    """
    if comes_whole(attention):
        return None
    blocks = seen_whole(attention, members_of(attention, layer, head), (layer, head), PICTURE, progress, filters)
    return encode(view, "head", None, blocks, text)


def tile(
    attention: Attention,
    view: str,
    text: str,
    layer: int,
    head: int,
    rows: tuple[int, int],
    columns: tuple[int, int],
    filters: Filters = NOTHING,
) -> bytes | None:
    """A part of what `one_head` brings pooled, sharper; None where the browser has it already.

    rows, columns : (start, stop) tokens; what lies outside the text is cut off
    """
    if comes_whole(attention) or not is_pooled(attention):
        return None
    inside = [(max(0, start), min(n, stop)) for (start, stop), n in zip((rows, columns), attention.shape, strict=True)]
    if any(start >= stop for start, stop in inside):
        return None
    meant = members_of(attention, layer, head)
    sharper = part(attention, meant, (layer, head), inside[0], inside[1], PICTURE, filters)
    return encode(view, "tile", None, (sharper,), text)


def is_pooled(attention: Attention) -> bool:
    """Whether `one_head` brings groups of tokens."""
    return max(attention.shape) > PICTURE


def everything(
    attention: Attention, view: str, layer: int = 0, head: int = 0, filters: Filters = NOTHING
) -> list[bytes]:
    """All that a page without a server carries: every head as sharp as the limit of a file allows, and the one that is
    shown first to four digits where it is not too long. Of heads that must be pooled also what these filters leave."""
    heads = members(attention)
    encoding = carried_whole(attention)
    if encoding is None:
        choices = tuple(dict.fromkeys((NOTHING, filters)))
        size = max(8, min(PICTURE, math.isqrt(FILE // (len(heads) * len(choices)))))
        blocks = tuple(pooled(attention, heads, size, "root8", filters=each) for each in choices)
    else:
        blocks = (whole(attention, heads, encoding),)
    frames = [encode(view, "first", Dimensions.of(attention), blocks)]
    if encoding != "root16" and not is_pooled(attention):
        sharp = whole(attention, ((layer, head),), "root16")
        frames.append(encode(view, "head", None, (sharp,), text_of(frames[0])))
    return frames


def carried_whole(attention: Attention) -> Encoding | None:
    """How a page without a server carries every weight: to four digits, to two, or (None) only pooled."""
    heads = members(attention)
    encodings: tuple[Encoding, ...] = ("root16", "root8")
    return next((each for each in encodings if weight_of(attention, heads, each) <= FILE), None)


def text_of(message: bytes) -> str:
    """Which text a frame is about: the name that `first` gave it."""
    return str(read_header(message)[0]["text"])


def shown(selection: Selection) -> Head:
    """What a selection shows, as frames name it: (layer, head), -1 = the mean over all layers, or over all heads.
    Where all heads of a layer are shown it is the chosen one, also while a mean is chosen for the other pictures."""
    layer, head = selection.subject if selection.is_mean else (selection.layer, selection.head)
    return -1 if layer is None else layer, -1 if head is None else head


def members_of(attention: Attention, layer: int, head: int) -> Heads:
    """(layer, head) of the heads that are meant; -1 = all layers, or all heads of a layer."""
    return members(attention, None if layer < 0 else layer, None if head < 0 else head)


def is_slow(attention: Attention) -> bool:
    """Whether pictures of all heads take so long that they are worth waiting for apart from the rest."""
    return len(members(attention)) * attention.shape[0] * attention.shape[1] > CELLS_AT_ONCE


def takes(attention: Attention, layer: int, head: int) -> int:
    """How many weights are read for the picture of a head, or of a mean of heads."""
    return len(members_of(attention, layer, head)) * attention.shape[0] * attention.shape[1]


def _sample(attention: Attention) -> bytes:
    """A few weights, so that two models that read the same tokens give frames of different names."""
    few = slice(0, 16)
    return b"".join(attention.tile(layer, 0, few, few).tobytes() for layer in attention.layers)


def weight_of(attention: Attention, heads: Heads, encoding: Encoding) -> int:
    """Bytes of the payload when these heads are sent whole."""
    bytes_each = 1 if TOPS[encoding] < 256 else 2
    return len(heads) * attention.shape[0] * attention.shape[1] * bytes_each


def comes_whole(attention: Attention) -> bool:
    """Whether `first` and `rest` bring every weight."""
    return weight_of(attention, members(attention), "root16") <= EXACT_LATER


def thumbnail_size(n_heads: int) -> int:
    """Rows and columns of each thumbnail, so that all together fit the first message."""
    return max(8, min(THUMBNAIL, math.isqrt(ALL_AT_ONCE // n_heads)))
