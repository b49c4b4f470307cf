"""With an allow list, whatever way a visitor names another model on the screen: one refusal, and nothing is looked up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hub_stand_in import HubStandIn
from playwright.sync_api import Browser, Page, expect

import attention_viz as av
from attention_viz import Selection, export
from attention_viz.export.facts import facts

from .conftest import Server, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]
MARK = "private-9f2c"
TEXT = "The cat sat."
SOON = 120_000
"""Milliseconds within which a busy machine shows a page."""
REFUSAL = "is not among the models of this server. Choose the embedded model, or one of these: lab/*"
LOOKED_UP = Path(__file__).with_name("looked_up")


@dataclass
class Strict:
    """A server that offers lab/* and no folder. outside: names that it does not offer, two of which are there"""

    server: Server
    hub: HubStandIn
    outside: tuple[str, ...]
    looked_up: Path


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, tiny_bert_folder: Path) -> Iterator[Strict]:
    folder = tmp_path_factory.mktemp("strict")
    (folder / MARK).mkdir()
    (folder / MARK / "there").symlink_to(tiny_bert_folder, target_is_directory=True)
    (folder / "limits.toml").write_text('[models]\nallowed = ["lab/*"]\n')
    outside = (f"{folder}/{MARK}/there", f"{folder}/{MARK}/missing", f"~{MARK}", f"{MARK}/there")
    with HubStandIn() as hub:
        hub.add(f"{MARK}/there", tiny_bert_folder)
        server = Server(
            folder / "log",
            HF_HOME=str(folder / "hub"),
            HF_ENDPOINT=hub.endpoint,
            ATTENTION_VIZ_LIMITS=str(folder / "limits.toml"),
            PYTHONPATH=str(LOOKED_UP),
            LOOKED_UP=str(folder / "looked up"),
            MARK=MARK,
        )
        server.start()
        yield Strict(server, hub, outside, folder / "looked up")
        server.stop()


@pytest.fixture
def this(strict: Strict, browser: Browser) -> Iterator[Visit]:
    visit = Visit(browser.new_context(viewport={"width": 1366, "height": 900}).new_page(), strict.server.address)
    yield visit
    visit.page.context.close()


@pytest.fixture(autouse=True)
def _nothing_is_looked_up(strict: Strict) -> Iterator[None]:
    yield
    assert not strict.looked_up.exists(), strict.looked_up.read_text()
    assert strict.hub.asked == []


def is_refused(page: Page, name: str) -> str:
    """What is said of it, with X in its place."""
    alert = page.get_by_role("alert").filter(has_text=REFUSAL).filter(has_text=name)
    expect(alert.first).to_be_visible(timeout=SOON)
    return alert.first.inner_text().replace(name, "X")


def test_the_watch_on_the_disk_hears_a_look(strict: Strict, tmp_path: Path) -> None:
    import subprocess
    import sys

    surroundings = strict.server.variables | {"LOOKED_UP": str(tmp_path / "log")}
    looks = "import os, pathlib, sys; p = pathlib.Path(sys.argv[1]); p.is_dir(); p.is_file(); os.path.exists(p); list(p.glob('*'))"
    subprocess.run([sys.executable, "-c", looks, strict.outside[0]], env=surroundings, check=True)
    assert {line.split()[0] for line in (tmp_path / "log").read_text().splitlines()} >= {"stat", "os.scandir"}


def test_typed_into_the_list_of_models(strict: Strict, this: Visit) -> None:
    page, said = this.open(), set()
    for name in strict.outside:
        page.get_by_role("combobox", name="Model").fill(name)
        page.get_by_role("combobox", name="Model").press("Enter")
        said.add(is_refused(page, name))
    assert len(said) == 1
    expect(page.get_by_text("all-MiniLM-L6-v2 · 6 layers")).to_be_visible()
    for title in ("Anatomy", "Heads", "Switch heads off", "Causes"):
        this.turn_to(title)
        is_refused(page, strict.outside[-1])


def test_typed_as_the_other_model_of_a_comparison(strict: Strict, this: Visit) -> None:
    page, said = this.open(), set()
    this.turn_to("Compare")
    page.get_by_text("Two models", exact=True).click()
    this.settle()
    for name in strict.outside:
        page.get_by_role("combobox", name="Other model").fill(name)
        page.get_by_role("combobox", name="Other model").press("Enter")
        said.add(is_refused(page, name))
    assert len(said) == 1


def test_in_an_address(strict: Strict, this: Visit) -> None:
    said = set()
    for path, name in zip(("/", "/heads", "/causes", "/anatomy"), strict.outside, strict=True):
        this.page.goto(f"{strict.server.address}{path}?model={name}&compare_model={name}&compare=models")
        said.add(is_refused(this.page, name))
    assert len(said) == 1


def files_naming(name: str, folder: Path) -> Iterator[Path]:
    """All that is downloaded here, as if it had been made of another model."""
    attention = av.load_model().attend(TEXT)
    chosen = Selection(text=TEXT, model=name)
    contents = {
        "state.json": export.state_file(chosen),
        "page.html": av.show(attention, selection=chosen).html.encode(),
        "table.csv": export.weights_csv(attention, chosen, layer=0, head=0),
        "weights.npz": export.weights_npz(attention, chosen),
        "picture.png": export.picture(av.plot_head(attention, layer=0, head=0), "png", facts(attention, chosen)),
    }
    for file, content in contents.items():
        assert json.dumps(name).encode() in content or file == "weights.npz" or name.encode() in content, file
        path = folder / file
        path.write_bytes(content)
        yield path


def test_in_every_kind_of_file_that_can_be_opened(strict: Strict, this: Visit, tmp_path: Path) -> None:
    said = set()
    for name in strict.outside[:2]:
        for file in files_naming(name, tmp_path):
            page = this.open()
            page.get_by_role("button", name="Share").click()
            page.locator("input[type=file]").set_input_files(file)
            said.add(is_refused(page, name))
    assert len(said) == 1


def test_in_what_an_open_page_gives_back_to_a_server_that_was_started_anew(strict: Strict, this: Visit) -> None:
    page = this.open()
    page.evaluate("window.loaded = 'once'")
    for name in strict.outside[:2]:
        page.get_by_role("combobox", name="Model").fill(name)
        page.get_by_role("combobox", name="Model").press("Enter")
        before = is_refused(page, name)
        this.settle()
        strict.server.kill()
        expect(page.get_by_text("Connecting")).to_be_visible(timeout=SOON)
        strict.server.start()
        expect(page.locator("[data-testid=stConnectionStatus]")).to_be_hidden(timeout=SOON)
        expect(page.get_by_role("combobox", name="Model")).to_have_value(
            re.compile(f"{re.escape(name)}$"), timeout=SOON
        )
        this.settle()
        assert is_refused(page, name) == before
    assert page.evaluate("window.loaded") == "once"
