"""The lessons in a real browser: walked in both languages, changed, read back, printed, and open to everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from attention_viz.mechanism import Recipe, Task, train
from attention_viz.ui.lessons.lesson import Lesson
from attention_viz.ui.lessons.lesson_settings import Settings, picture_of
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.lessons.placeholders import fill
from attention_viz.ui.wording import LANGUAGES, catalogue

from .conftest import Visit

pytestmark = pytest.mark.browser

SIZES = {"wide": (1366, 768), "phone": (390, 844)}
CHANGES: dict[str, tuple[int, str, dict[str, Any]]] = {
    "look-up": (2, "ArrowRight", {"temperature": 0.2}),
    "scores": (3, "ArrowRight", {"keys": 17}),
    "matrices": (1, "ArrowRight", {"row": 4}),
    "masks": (1, "ArrowLeft", {"valid": 3}),
    "heads": (1, "ArrowRight", {"tokens": 5}),
    "positions": (2, "ArrowRight", {"width": 17}),
    "layers": (5, "ArrowRight", {"column": 4}),
    "patterns": (3, "ArrowRight", {"rank": 2}),
}
"""What is changed: lesson -> step, key that is pressed on the slider, and the setting that it then has."""


def lessons(visit: Callable, language: str = "en", dark: bool = False) -> Page:
    """The list of the lessons, reached as a visitor does."""
    this: Visit = visit(dark=dark, locale="zh-CN" if language == "zh" else "en-US")
    this.open()
    page = this.turn_to(said(language, "Learn"))
    expect(page.locator(".st-key-lesson-9")).to_be_visible(timeout=60_000)
    return page


def said(language: str, english: str) -> str:
    return catalogue(language).gettext(english)


def begin(page: Page, lesson: Lesson) -> None:
    page.get_by_role("button", name=f"{lesson.number}. {lesson.title}", exact=True).click()
    expect(page.get_by_role("heading", level=2)).to_contain_text(lesson.title)


def answer(page: Page, language: str, lesson: Lesson, step: int) -> None:
    """The first option is chosen, and the answer shown."""
    page.locator(f'[class*="st-key-lessons-answer-{lesson.name}-{step}-shown-"] label').nth(1).click()
    page.get_by_role("button", name=said(language, "Show the answer")).click()
    expect(page.get_by_role("button", name=said(language, "As it was"))).to_be_visible(timeout=30_000)


def change(page: Page, lesson: Lesson, step: int) -> None:
    """One thing is changed, and what the text then says is what the picture computes from the same setting."""
    _, key, changed = CHANGES[lesson.name]
    slider(page, lesson, step, *changed).press(key)
    this = lesson.steps[step - 1]
    facts = picture_of(this.picture)(Settings({**this.settings(True), **changed})).facts
    assert this.question is not None
    expect(page.get_by_text(fill(this.question.because, facts), exact=True)).to_be_visible(timeout=30_000)


def settled(page: Page) -> None:
    """No run is under way."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)


def slider(page: Page, lesson: Lesson, step: int, setting: str) -> Locator:
    return page.locator(f'[class*="st-key-lesson-{lesson.name}-{step}-{setting}-shown-"] input')


ODD, EVEN = (1, 3, 5, 7, 9), (2, 4, 6, 8)
WALKS = [
    pytest.param("en", ODD, id="en odd"),
    pytest.param("zh", EVEN, id="zh even"),
    pytest.param("en", EVEN, id="en even"),
    pytest.param("zh", ODD, id="zh odd"),
]
"""Language and numbers of the lessons."""


@pytest.mark.slow
@pytest.mark.timeout(420)  # 35 steps, on a machine that does other things, too
@pytest.mark.parametrize(("language", "numbers"), WALKS)
def test_every_lesson_is_walked_and_changed_and_its_numbers_read_back(
    visit: Callable, language: str, numbers: tuple[int, ...]
) -> None:
    page = lessons(visit, language)
    for name, path in lesson_files(language).items():
        lesson = read_lesson(path)
        if lesson.number not in numbers:
            continue
        begin(page, lesson)
        for step in range(1, len(lesson.steps) + 1):
            counted = said(language, "Step {step} of {steps}").format(step=step, steps=len(lesson.steps))
            expect(page.get_by_text(counted, exact=True)).to_be_visible(timeout=30_000)
            if step == CHANGES.get(name, (1,))[0]:
                answer(page, language, lesson, step)
                if name in CHANGES:
                    change(page, lesson, step)
                else:
                    learn(page, language, lesson)
            expect(page.get_by_role("alert")).to_have_count(0)
            settled(page)
            last = step == len(lesson.steps)
            page.get_by_role("button", name=said(language, "Done" if last else "Next"), exact=True).click()
        expect(page.locator(".st-key-lesson-9")).to_be_visible(timeout=30_000)


def learn(page: Page, language: str, lesson: Lesson) -> None:
    """Training here ends after as many steps as anywhere else."""
    seed = 1 + list(LANGUAGES).index(language)  # what one language has trained is there for the other
    for wanted in range(1, seed + 1):
        slider(page, lesson, 1, "seed").press("ArrowRight")
        expect(slider(page, lesson, 1, "seed")).to_have_value(str(wanted))
    *_, last = train(Recipe(task=Task("reverse", 8, 6), n_heads=4, n_steps=1000, seed=seed))
    page.get_by_role("button", name=said(language, "Train"), exact=True).click()
    assert last.snapshot is not None
    words = said(language, "After {step} steps, {heads} heads: given {given}, wanted {wanted}, answered {answered}")
    symbols = {
        name: " ".join(str(int(each)) for each in getattr(last.snapshot, name))
        for name in ("given", "wanted", "answered")
    }
    expect(page.get_by_text(words.format(step=last.step, heads=4, **symbols))).to_be_visible(timeout=60_000)


def test_a_number_typed_into_a_matrix_is_calculated_with(visit: Callable) -> None:
    page = lessons(visit)
    lesson = read_lesson(lesson_files("en")["look-up"])
    begin(page, lesson)
    answer(page, "en", lesson, 1)
    settled(page)
    cell = page.get_by_label("queries: query, crisp")
    cell.fill("4")
    cell.press("Enter")
    expect(page.get_by_text("carrot has the score 14.")).to_be_visible(timeout=30_000)  # 2 * 1 + 4 * 3
    expect(cell).to_have_value("4")
    expect(cell).to_be_focused()


def test_a_cell_that_is_clicked_is_taken_apart(visit: Callable) -> None:
    page = lessons(visit)
    lesson = read_lesson(lesson_files("en")["matrices"])
    begin(page, lesson)
    answer(page, "en", lesson, 1)
    settled(page)
    figure = page.locator("figure").filter(has_text="K = X Wk")
    figure.locator("tbody tr").nth(1).locator("td").nth(0).click()
    facts = picture_of("matrices")(
        Settings({**lesson.steps[0].settings(True), "product": "K", "row": 2, "column": 1})
    ).facts
    expect(page.locator(".av-sum strong")).to_have_text(facts["sum"])
    expect(slider(page, lesson, 1, "row")).to_have_value("2")


@pytest.mark.slow
def test_a_worksheet_is_one_file_that_prints(visit: Callable, tmp_path: Path) -> None:
    page = lessons(visit)
    begin(page, read_lesson(lesson_files("en")["scores"]))
    page.get_by_role("button", name="Worksheet").click()
    sheets = {}
    for label in ("Worksheet", "Answer key"):
        with page.expect_download(timeout=60_000) as download:
            page.locator("[data-testid=stDownloadButton]").get_by_role("button", name=label).click()
        sheets[label] = tmp_path / download.value.suggested_filename
        download.value.save_as(sheets[label])
    assert sheets["Worksheet"].name == "lesson-2-scores-worksheet-en.html"
    printed = page.context.new_page()
    printed.goto(sheets["Answer key"].as_uri())
    pages = re.findall(rb"/MediaBox \[([\d. ]+)\]", printed.pdf(prefer_css_page_size=True))
    assert {tuple(round(float(size)) for size in page.split()) for page in pages} == {(0, 0, 595, 842)}, "A4, in points"
    colours = printed.evaluate("getComputedStyle(document.body).filter")
    assert colours == "grayscale(1)"
    expect(printed.get_by_text("☒")).to_have_count(3)
    printed.close()


@pytest.mark.parametrize(
    ("dark", "names"),
    [(False, ("look-up", "training")), pytest.param(True, ("layers", "patterns"), marks=pytest.mark.slow)],
    ids=["light", "dark"],
)
def test_nothing_in_the_lessons_keeps_anybody_out(visit: Callable, dark: bool, names: tuple[str, ...]) -> None:
    page = lessons(visit, dark=dark)
    refused = look_round(page)
    for name in names:
        page.set_viewport_size({"width": 1366, "height": 768})
        lesson = read_lesson(lesson_files("en")[name])
        begin(page, lesson)
        answer(page, "en", lesson, 1)
        refused += [(name, each) for each in look_round(page)]
        page.get_by_role("button", name="All lessons").click()
        expect(page.locator(".st-key-lesson-9")).to_be_visible(timeout=30_000)
    assert refused == []


def look_round(page: Page) -> list[Any]:
    found = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        violations = Axe().run(page).response["violations"]
        found += [(size, each["id"], node["target"]) for each in violations for node in each["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((size, "wider than the screen", ""))
    return found
