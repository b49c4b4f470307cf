"""Address: which folder or which model of the hub is meant by what somebody typed, pasted or dragged here."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from attention_viz.errors import ModelError
from attention_viz.models.hub.endpoint import endpoint

HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")
"""The hub's own; a mirror has the one that HF_ENDPOINT names."""

MAIN = "main"
QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("`", "`"))
_VIEWS = ("tree", "blob", "resolve", "raw", "commit")
"""What stands before the revision in the address of a page or a file of a model."""

_OTHERS = ("datasets", "spaces", "models", "docs", "papers", "blog", "collections")


@dataclass(frozen=True)
class Address:
    """source : the path of a folder, or the name of a model on the hub; revision: named by the address of its page."""

    source: str
    revision: str | None = None


def read_address(text: str) -> Address:
    """What is meant? Quotes and spaces around it are taken off, and of a page on the hub the model's name is taken.

    Raises ModelError for the address of something else.
    """
    plain = _unquoted(text)
    scheme, between, rest = plain.partition("://")
    if not between:
        host = plain.partition("/")[0].lower()
        return _page(plain.partition("/")[2], plain) if host in HOSTS and "/" in plain else Address(plain)
    if scheme.lower() == "file":
        return Address(url2pathname(rest.removeprefix("localhost")))
    if scheme.lower() == "hf":
        return _page(rest, plain)
    if scheme.lower() not in ("http", "https"):
        return Address(plain)
    path = _path_on_the_hub(plain)
    if path is None:
        raise ModelError(
            "{source} is no page of a model on the hub. Give the model's name, such as google-bert/bert-base-uncased, or the path of a folder.",
            source=plain[:200],
        )
    return _page(path, plain)


def _unquoted(text: str) -> str:
    plain = text.strip()
    for opening, closing in QUOTES:
        if len(plain) > 1 and plain.startswith(opening) and plain.endswith(closing):
            return plain[1:-1].strip()
    return plain


def _path_on_the_hub(plain: str) -> str | None:
    """What stands behind the hub's address; None for the address of another."""
    for start in (f"{scheme}://{host}" for scheme in ("https", "http") for host in HOSTS):
        if plain.lower().startswith(f"{start}/"):
            return plain[len(start) + 1 :]
    start = endpoint()
    return plain[len(start) + 1 :] if plain.startswith(f"{start}/") else None


def _page(path: str, plain: str) -> Address:
    """The model whose page it is: owner/name, or name alone for the oldest; a revision, where the address names one."""
    parts = [each for each in _without_query(path).split("/") if each]
    view = next((place for place in (1, 2) if parts[place : place + 1] and parts[place] in _VIEWS), None)
    name = parts[: min(2, len(parts)) if view is None else view]
    if not name or name[0] in _OTHERS:
        raise ModelError(
            "{source} is no page of a model on the hub. Give the model's name, such as google-bert/bert-base-uncased, or the path of a folder.",
            source=plain[:200],
        )
    behind = parts[view + 1 :] if view is not None else []
    whole = 3 if behind[:1] == ["refs"] else 1  # refs/pr/1, whose slashes a browser may have kept
    return Address("/".join(name), unquote("/".join(behind[:whole])) or None)


def _without_query(path: str) -> str:
    return urlsplit(f"//hub/{path}").path
