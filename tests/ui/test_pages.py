"""The app offers every file of pages/, and each says how it is used."""

from __future__ import annotations

from pathlib import Path

from attention_viz.ui.pages import PAGES, SECTIONS

FILES = Path(__file__).parents[2] / "pages"


def test_every_page_is_offered_once_and_says_how_it_is_used() -> None:
    assert sorted(page.file for page in PAGES) == sorted(path.name for path in FILES.glob("*.py"))
    assert all(page.steps for page in PAGES)


def test_every_page_asks_the_question_that_its_file_answers() -> None:
    for page in PAGES:
        asked = (FILES / page.file).read_text(encoding="utf-8").splitlines()[0].strip('"')
        question = str(page.question)
        assert asked == f"{page.title}: {question[0].lower()}{question[1:]}"


def test_a_page_stands_under_its_title_or_its_question_with_one_sentence_below() -> None:
    headings = {page.file: tuple(map(str, page.heading)) for page in PAGES}
    assert headings["heads.py"][0] == "Heads"
    assert headings["explore.py"] == (
        "What does a word look at?",
        "Every head of a pretrained Transformer, on your sentence.",
    )
    assert all(sentence.endswith(("?", ".")) for _, sentence in headings.values())


def test_one_page_is_that_of_the_bare_address() -> None:
    assert [page.file for page in PAGES if page.home] == ["explore.py"]


def test_pages_stand_in_the_bar_or_in_a_menu_and_the_bar_comes_first() -> None:
    assert [None if section.title is None else str(section.title) for section in SECTIONS] == [None, "Investigate"]
    assert [str(page.title) for section in SECTIONS for page in section.pages] == [
        *("Learn", "Explore", "Teach"),
        *("Anatomy", "Heads", "In many texts", "Flow", "Switch heads off", "Causes", "Compare"),
    ]


def test_addresses_of_pages_stay_what_they_are_when_a_page_is_renamed() -> None:
    addresses = {"anatomy", "compare", "explore", "flow", "heads", "lessons", "many", "teaching", "without"}
    assert addresses <= {page.file.removesuffix(".py") for page in PAGES}


def test_no_two_pages_keep_a_setting_under_one_name() -> None:
    names = [name for page in PAGES for name in page.settings]
    assert len(names) == len(set(names))
