"""The page about many texts, run without a browser: its numbers are those of the results that come with the program."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chosen import widget
from streamlit.testing.v1 import AppTest

from attention_viz import corpus, load_model, measures
from attention_viz.corpus.built_in.collection import PRONOUN, collection
from attention_viz.errors import StoppedError
from attention_viz.ui.many import measuring, text_cards
from attention_viz.ui.many.store import VARIABLE
from attention_viz.ui.session.examples import DEFAULT
from attention_viz.ui.work import caches

APP = Path(__file__).parents[2] / "app.py"
LONGEST = 60.0
"""Seconds that a collection of a few lines may take on a busy computer."""
MEASURE = "Measure every head in these texts"
LINES = [
    "The cat sat down because it was tired.",
    "She said that he was late.",
    "The dog barked, and it ran away.",
    "They bought a house when they were young.",
    "My sister lost her keys in the park.",
    "The men who built it were paid.",
]


@pytest.fixture(autouse=True)
def kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Collections are kept in a folder of this test's own; long work ends with it."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    yield tmp_path
    pool = caches.jobs()
    caches.jobs.cache_clear()
    pool.end()


def opened(**session: Any) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=150)
    for name, value in session.items():
        app.session_state[name] = value
    return well(app.switch_page("pages/many.py").run())


def well(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def told(app: AppTest) -> str:
    """Every sentence on the page, as it is read."""
    elements = [each for kind in (app.error, app.info, app.caption, app.markdown) for each in kind]
    return " ".join(each.value for each in elements).replace("\\", "")


def component(app: AppTest, part: str) -> dict[str, Any]:
    """What the component whose data has this part was given."""
    sent = [each.proto for each in app.get("bidi_component") if each.proto.WhichOneof("data") == "json"]
    given = (json.loads(each.json) for each in sent if f'"{part}"' in each.json)
    found: dict[str, Any] = next(each for each in given if part in each)
    return found


def ended(app: AppTest, slot: str) -> AppTest:
    """The page after its long work."""
    begin = time.monotonic()
    while slot in app.session_state and not app.session_state[slot].keep_alive().done:
        assert time.monotonic() - begin < LONGEST
        time.sleep(0.1)
    return well(app.run())


def measured(app: AppTest) -> AppTest:
    """The page after the collection was measured."""
    next(each for each in app.button if each.label == MEASURE).click().run()
    return ended(app, "many")


def with_file(name: str, content: bytes) -> AppTest:
    app = opened(many_collection="own")
    app.file_uploader(key="many file").upload(name, content, "text/plain")
    return well(app.run())


def test_the_first_sentence_says_what_the_head_does_and_where_this_text_stands() -> None:
    found = corpus.open(collection("english").results("") or "")
    label = found.labels()[found.head_places.index((DEFAULT.layer, DEFAULT.head))]
    sentences = told(opened())
    assert f"in {label.share.value:.1%} of 2,000 texts ({label.share.low:.1%} to {label.share.high:.1%})" in sentences
    table = measures.table(load_model().attend(DEFAULT.first))
    here = table.numbers(DEFAULT.layer, DEFAULT.head)["confidence"]
    above = found.percentile(DEFAULT.layer, DEFAULT.head, "confidence", here)
    assert f"In your text it is {here:.2f}: more than in {above:.0%} of the texts." in sentences
    assert "so its texts are ordered by confidence" in sentences
    assert "Redistribution is permitted" in sentences


def test_the_table_has_the_means_and_the_relation_its_best_head() -> None:
    found = corpus.open(collection("english").results("") or "")
    app = opened()
    facts = component(app, "facts")["facts"]
    np.testing.assert_allclose(facts["columns"]["previous"], found.table().columns["previous"], atol=1e-5)
    best = max(
        (each for each in found.relations() if each.relation == PRONOUN.name), key=lambda each: each.best[1].value
    )
    (layer, head), share = best.best
    assert f"layer {layer + 1}, head {head + 1} is right in {share.value:.1%} of {share.n:,} cases" in told(app)
    assert "Always the word 2 places earlier" in told(app)


def test_texts_stand_as_sentences_with_their_strongest_links() -> None:
    found = corpus.open(collection("english").results("") or "")
    groups = component(opened(), "groups")["groups"]
    strongest, tenths = (group["cards"] for group in groups)
    first = found.texts(DEFAULT.layer, DEFAULT.head, by="confidence", n=1)[0]
    assert (len(strongest), len(tenths)) == (4, 10)
    assert strongest[0]["tokens"]["labels"] == list(first.tokens)
    assert strongest[0]["links"][0][:2] == list(first.links[0][:2])
    assert strongest[0]["title"].startswith(f"{first.value:.2f}")


def test_a_text_opens_in_explore_with_its_head_and_link(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[Any] = []
    monkeypatch.setattr(text_cards.state, "show_text", lambda *given: chosen.append(given))
    monkeypatch.setattr(text_cards.st, "switch_page", chosen.append)
    text = corpus.TextOfHead(7, "It rained.", None, ("it", "rained"), 0.5, ((1, 0, 0.25),))
    text_cards._open([text], 0, 2, 3)
    assert chosen == [("It rained.", None, 2, 3, (1, 0)), "pages/explore.py"]
    for odd in (None, True, -1, 1, "0"):
        text_cards._open([text], odd, 2, 3)
    assert len(chosen) == 2


def test_a_model_that_was_not_measured_in_a_collection_is_offered_to_be() -> None:
    app = opened(many_collection="chinese")
    assert "was not measured in this collection yet" in told(app)
    assert any(each.label == MEASURE for each in app.button)


def test_a_collection_of_ones_own_is_measured_and_found_again(kept_here: Path) -> None:
    content = "\n".join(LINES).encode()
    app = with_file("mine.txt", content)
    app = measured(app)
    assert "of 6 texts" in told(app)
    files = list(kept_here.rglob("*.parquet"))
    assert files
    before = {file: file.stat().st_mtime_ns for file in files}
    again = with_file("called-otherwise.txt", content)
    assert "of 6 texts" in told(again)
    assert before == {file: file.stat().st_mtime_ns for file in kept_here.rglob("*.parquet")}
    other = with_file("mine.txt", content + b"\nAnother.")
    assert "of 6 texts" not in told(other)
    widget(again.selectbox, "many_to").set_value("words").run()
    widget(again.text_input, "many_to_words").set_value("the, a").run()
    next(each for each in again.button if each.label == "Ask").click().run()
    assert "From pronoun to “the, a” (earlier): layer" in told(ended(again, "many link"))


def test_a_link_whose_counting_was_stopped_can_be_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> bool:
        raise StoppedError("Stopped.")

    app = measured(with_file("mine.txt", "\n".join(LINES).encode()))
    with monkeypatch.context() as patched:
        patched.setattr(measuring, "_run", stopped)
        next(each for each in app.button if each.label == "Ask").click().run()
        assert "It was stopped." in told(ended(app, "many link"))
    next(each for each in app.button if each.label == "Ask").click().run()
    assert "From pronoun to any word (earlier): layer" in told(ended(app, "many link"))


def test_what_was_begun_before_the_server_was_killed_goes_on_where_it_was(kept_here: Path) -> None:
    content = "\n".join(LINES).encode()
    app = with_file("mine.txt", content)
    measured(app)
    (manifest,) = kept_here.rglob("manifest.json")
    begun = {"fingerprint": json.loads(manifest.read_text())["fingerprint"]}
    manifest.write_text(json.dumps(begun))
    shards = {file: file.stat().st_mtime_ns for file in kept_here.rglob("shards/*/*.parquet")}
    again = with_file("mine.txt", content)
    assert "Of this collection a part is measured already." in told(again)
    next(each for each in again.button if each.label == "Go on measuring").click().run()
    assert "of 6 texts" in told(ended(again, "many"))
    assert shards == {file: file.stat().st_mtime_ns for file in kept_here.rglob("shards/*/*.parquet")}


def test_of_a_treebank_its_relations_are_counted_and_its_sentences_are_read_as_they_were_written() -> None:
    rows = [("Cats", "NOUN", 2, "nsubj"), ("sleep", "VERB", 0, "root"), (".", "PUNCT", 2, "punct")]
    lines = [f"{n}\t{form}\t_\t{tag}\t_\t_\t{head}\t{name}\t_\t_" for n, (form, tag, head, name) in enumerate(rows, 1)]
    content = ("\n".join(["# text = Cats sleep.", *lines]) + "\n\n").encode() * 5
    app = with_file("trees.conllu", content)
    app = measured(app)
    (relations,) = (each.proto.body for each in app.get("html") if "nsubj" in each.proto.body)
    assert "all of them" in relations
    assert "the word that it depends on" in relations
    assert component(app, "groups")["groups"][0]["cards"][0]["tokens"]["labels"][1:3] == ["cats", "sleep"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("texts.txt", "The cat sat.".encode("utf-16"), "is UTF-16. Save it as UTF-8."),
        ("texts.txt", b"\xff\xffcaf\xe9\n", "No text of this collection could be read. The first: Line 1 is not UTF-8"),
        ("texts.txt", b"\n\n", "There is no text in this collection."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(name: str, content: bytes, sentence: str) -> None:
    app = measured(with_file(name, content))
    assert sentence in told(app)
    assert not any(each.label == "Try again" for each in app.button)


def test_pairs_are_read_from_the_columns_that_are_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    app = with_file("pairs.csv", b"id,question,answer,other\n" + b"1,Who sat?,The cat sat down.,A dog ran.\n" * 3)
    assert "The file has no column 'text'. Its columns are: id, question, answer, other." in told(app)
    assert not any(each.label == MEASURE for each in app.button)
    choice = widget(app.selectbox, "many_column")
    assert (choice.value, choice.options) == (None, ["id", "question", "answer", "other"])
    second = widget(well(choice.set_value("question").run()).selectbox, "many_second")
    assert second.options == ["none: single texts", "id", "answer", "other"]
    well(second.set_value("answer").run())
    app = measured(app)
    assert "of 3 texts" in told(app)
    card = component(app, "groups")["groups"][0]["cards"][0]["tokens"]
    assert card["labels"] == ["[CLS]", "who", "sat", "?", "[SEP]", "the", "cat", "sat", "down", ".", "[SEP]"]
    assert card["segments"] == [0] * 5 + [1] * 6
    chosen: list[Any] = []
    monkeypatch.setattr(text_cards.state, "show_text", lambda *given: chosen.append(given))
    monkeypatch.setattr(text_cards.st, "switch_page", chosen.append)
    app.session_state["many cards"] = {"open": 0}
    well(app.run())
    assert chosen[0][:2] == ("Who sat?", "The cat sat down.")
    well(widget(app.selectbox, "many_second").set_value("").run())
    assert any(each.label == MEASURE for each in app.button)


def test_columns_whose_names_are_not_known_are_typed() -> None:
    long_row = b'{"first": "' + b"The cat sat. " * 6_000 + b'", "other": "It slept."}\n'
    app = with_file("rows.jsonl", long_row + b'{"first": "The cat sat.", "other": "It slept."}\n')
    well(widget(app.text_input, "many_column").set_value("first").run())
    well(widget(app.text_input, "many_second").set_value("missing").run())
    app = measured(app)
    assert "The file has no column 'missing'. Its columns are: first, other." in told(app)
    assert not any(each.label == "Try again" for each in app.button)


def test_a_broken_table_and_names_that_no_page_can_hold_are_told_when_it_is_opened() -> None:
    assert "broken.parquet is no Parquet file that can be read" in told(with_file("broken.parquet", b"PAR1"))
    app = with_file("rows.jsonl", b'{"\\ud800": "The cat sat.", "**b**": "It slept."}\n')
    assert "Its columns are: \ufffd, **b**." in told(app)
    well(widget(app.selectbox, "many_column").set_value("\ud800").run())
    assert any(each.label == MEASURE for each in app.button)


def test_an_expression_that_is_none_is_refused_with_a_sentence() -> None:
    app = opened()
    widget(app.selectbox, "many_from").set_value("expression").run()
    well(widget(app.text_input, "many_from_form").set_value("(a").run())
    assert "'(a' is no regular expression: it breaks at its end. Correct it there." in told(app)
    assert widget(app.selectbox, "many_to").value == "tag"
    ask = next(each for each in app.button if each.label == "Ask")
    assert ask.disabled
    assert "is no regular expression" in ask.help
    well(widget(app.text_input, "many_from_form").set_value("(a)").run())
    assert "is no regular expression" not in told(app)
    assert not next(each for each in app.button if each.label == "Ask").disabled
