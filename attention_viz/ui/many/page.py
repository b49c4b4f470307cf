"""The page In many texts: its file, how it is used, and which of its settings are restored after a restart."""

from __future__ import annotations

from attention_viz.corpus.built_in.collection import COLLECTIONS
from attention_viz.corpus.relations.relation import ORDERS
from attention_viz.errors import Message
from attention_viz.ui.many.link_choice import KINDS
from attention_viz.ui.many.measure_choice import OWN, SHOWN
from attention_viz.ui.page import Page
from attention_viz.ui.session.setting import Setting

PAGE = Page(
    file="many.py",
    title=Message("In many texts"),
    question=Message("Does a head do this in general?"),
    steps=(
        Message(
            "Choose a head. The first sentence says what it does in all texts of the collection, and how sure that is."
        ),
        Message(
            "Compare: your own text stands among the 2,000 of the collection, and so does the same head on shuffled tokens."
        ),
        Message("Read its strongest texts, then those from each tenth of its range; choose one to see it in Explore."),
        Message("Ask by link: which head links a pronoun to an earlier noun, or any words that you name?"),
        Message("Open a collection of your own: it is measured here, and goes on where it was after a break."),
    ),
    settings={
        "many_collection": Setting(str, choices=(*(each.name for each in COLLECTIONS), "own")),
        "many_measure": Setting(str, choices=(OWN, *SHOWN)),
        "many_from": Setting(str, choices=KINDS),
        "many_to": Setting(str, choices=KINDS),
        "many_order": Setting(str, choices=ORDERS),
    },
)
