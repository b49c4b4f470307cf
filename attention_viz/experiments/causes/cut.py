"""Cut: what changes in the model's answer when a query no longer reads some key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from attention_viz.brief import brief
from attention_viz.errors import SelectionError
from attention_viz.experiments.answer_change import SHOWN, AnswerChange, answer_change
from attention_viz.experiments.interventions.link_cuts import Link, cuts_of
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.experiments.question import Question, pose
from attention_viz.models import Model
from attention_viz.vocabulary import CutWay


@dataclass(frozen=True, eq=False)
class Cut(AnswerChange):
    """What changed without some links. links, how : which were cut, as they were given, and in which way"""

    links: tuple[Link, ...]
    how: str

    __repr__ = brief


def cut(
    model: Model,
    text: str,
    links: Sequence[Link],
    how: CutWay = "renormalise",
    *,
    second: str | None = None,
    mask: Sequence[int] = (),
    shown: int = SHOWN,
) -> Cut:
    """What does the model say when these queries do not read these keys?

    links : (layer, head, query, key) from 0; a layer or head that is None is every one; an empty list changes nothing.
            Tokens are those of the first text where a pair is read apart, and of an encoder-decoder those of its encoder
    how   : "renormalise" = the score becomes minus infinity, and the other weights of the row grow until they sum to 1
            again (attention knockout: Geva et al. 2023, arXiv 2304.14767, section 4.2); "zero" = the weight becomes 0 and
            the others stay
    second, mask : as for `pose`, which also says what each kind of checkpoint is asked
    Two caveats: with a link cut the model computes vectors that it was not trained on, and other heads may take over what
    a cut link carried (self-repair: McGrath et al. 2023, arXiv 2307.15771), so a small change does not prove that it was
    not used.
    Raises SelectionError for a link or a way that does not exist, and where a row is left with nothing to read;
    TextError and ModelError as `pose` does.
    """
    return of_question(pose(model, text, second, mask), links, how, shown)


def of_question(question: Question, links: Sequence[Link], how: CutWay = "renormalise", shown: int = SHOWN) -> Cut:
    """The same for a question that is already posed: at most one pass, from the first cut layer on."""
    switches = cut_switches(question, [links], how)
    with torch.no_grad():
        after = (question.resume(switches, states=True), *question.untouched[1:])
    return Cut(**vars(answer_change(question, after, shown)), links=tuple(links), how=how)


def cut_switches(question: Question, texts: Sequence[Sequence[Link]], how: CutWay) -> Switches:
    """Switches for copies of the first text; copy t lacks the links texts[t]. Raises SelectionError as `cut` does."""
    if question.hooked.model.causal:
        for links in texts:
            _check_order(links)
    return Switches(cuts=cuts_of(texts, question.n_heads, len(question.tokens[0]), how))


def _check_order(links: Sequence[Link]) -> None:
    for _, _, query, key in links:
        if key > query:
            raise SelectionError(
                "A query of this model reads no later token: query index {query} has no link to key index {key}. Choose a key up to {query}.",
                query=query,
                key=key,
            )
