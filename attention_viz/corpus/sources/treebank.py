"""Treebank: sentences of a CoNLL-U file, with the relations between their words (Universal Dependencies)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import IO, Any

from attention_viz.corpus import needs
from attention_viz.corpus.sources.item import Edge, Item, Tree
from attention_viz.corpus.sources.lines import blocks, lines
from attention_viz.errors import TextError

COLUMNS = 8
"""Of the ten columns of a word those up to its relation, without which a line says too little."""


def texts_of_treebank(file: IO[bytes], as_written: bool = False) -> Iterator[Item]:
    """One text a sentence: the list of its words as they are written.

    as_written : the sentence itself instead, as its comment `text` has it, where all words are found in it

    A token that stands for several words ("du" = "de" + "le") is one word of the text, with the relations of all of them; one
    between them is left out. Words that are not written (8.1) are left out. A relation whose head is missing is left out.
    """
    parse = needs.conllu().parse
    for block in blocks(lines(file)):
        broken = [each for each in block if isinstance(each, Item)]
        yield broken[0] if broken else _sentence(parse, "\n".join(map(str, block)), as_written)


def _sentence(parse: Any, block: str, as_written: bool) -> Item:
    name = next((line for line in block.splitlines() if line.startswith("# sent_id")), block[:60])
    try:
        found = parse(f"{block}\n\n")
    except (needs.conllu().exceptions.ParseException, ValueError, IndexError) as reason:
        return Item.broken(
            TextError("This is no sentence of CoNLL-U ({name}): {reason}", name=name, reason=str(reason)[:200])
        )
    if not found or not found[0]:
        return Item.broken(TextError("This sentence of CoNLL-U has no words ({name}).", name=name))
    short = next((row for row in found[0] if len(row) < COLUMNS), None)
    if short is not None:
        return Item.broken(
            TextError(
                "A line of this sentence of CoNLL-U has {n} columns; at least {least} are needed ({name}).",
                n=len(short),
                least=COLUMNS,
                name=name,
            )
        )
    item = _item(found[0])
    return _written(item, found[0].metadata.get("text")) if as_written else item


def _written(item: Item, text: str | None) -> Item:
    """The same sentence as one string, and where its words begin; as it is where they are not found in it."""
    assert isinstance(item.first, list)
    assert item.tree is not None
    if text is None:
        return item
    starts: list[int] = []
    end = 0
    for word in item.first:
        start = text.find(word, end)
        if start < 0:
            return item
        starts.append(start)
        end = start + len(word)
    return replace(item, first=text, tree=replace(item.tree, starts=tuple(starts)))


def _item(rows: Sequence[Any]) -> Item:
    words, places, tags = _words(rows)
    edges: list[Edge] = []
    for row in rows:
        dependent, head = places.get(row["id"]), places.get(row.get("head"))
        if dependent is not None and head is not None and dependent != head and row.get("deprel"):
            edges.append((dependent, head, row["deprel"]))
    return Item(words, tree=Tree(tuple(edges), tuple(tags)))


def _words(rows: Sequence[Any]) -> tuple[list[str], dict[object, int], list[str]]:
    """The written words, the number of the written word that each row's id belongs to, and each written word's class."""
    words: list[str] = []
    tags: list[str] = []
    places: dict[object, int] = {}
    for row in rows:
        number = row["id"]
        if isinstance(number, int) and number in places:
            tags[places[number]] = tags[places[number]] or row.get("upos") or ""
        elif isinstance(number, int) or number[1] == "-":
            covered = [number] if isinstance(number, int) else range(number[0], number[2] + 1)
            places |= dict.fromkeys(covered, len(words))
            words.append(row["form"])
            tags.append((row.get("upos") or "") if isinstance(number, int) else "")
    return words, places, tags
