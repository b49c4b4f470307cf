"""Another model is asked for, and something goes wrong: it is said with its remedy, and the model in use stays with its picture."""

from __future__ import annotations

import re
import resource
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hub_stand_in import Fault, HubStandIn
from streamlit.testing.v1 import AppTest

from attention_viz.models.catalogue import KNOWN_MODELS
from attention_viz.ui.server import allow_list
from attention_viz.ui.wording import catalogue

APP = Path(__file__).parents[2] / "app.py"
NAME = "someone/tiny-bert"


@dataclass
class Surroundings:
    """What a fault can be made of."""

    hub: HubStandIn
    model: Path
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def on_hub(self, *faults: Fault) -> str:
        self.hub.add(NAME, self.model)
        self.hub.faults[:] = faults
        return NAME

    def copy(self) -> Path:
        """A checkpoint on this computer that may be damaged."""
        return Path(shutil.copytree(self.model, self.folder / "checkpoint"))


def weights_cut_short(around: Surroundings) -> str:
    weights = around.copy() / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1_000])
    return str(weights.parent)


def configuration_empty(around: Surroundings) -> str:
    config = around.copy() / "config.json"
    config.write_text("")
    return str(config.parent)


def cache_not_writable(around: Surroundings) -> str:
    (around.folder / "file").touch()
    around.monkeypatch.setenv("HF_HOME", str(around.folder / "file" / "cache"))
    return around.on_hub()


def disk_full(around: Surroundings) -> str:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, hard))
    return around.on_hub()


FAULTS: dict[str, tuple[Callable[[Surroundings], str], str]] = {
    "the hub has a fault": (lambda around: around.on_hub(Fault("status", status=500)), r"HTTP 500.*some minutes"),
    "too many requests": (
        lambda around: around.on_hub(Fault("status", status=429, headers={"Retry-After": "7"})),
        r"HTTP 429.*Wait 7 seconds",
    ),
    "a login page": (lambda around: around.on_hub(Fault("html")), "no model hub.*open the address in a browser"),
    "the line is cut": (lambda around: around.on_hub(Fault("drop", on="/api/*")), "broke again and again.*try again"),
    "the cache is not writable": (cache_not_writable, "cannot be written.*HF_HOME"),
    "the disk is full": (disk_full, "disk is full.*Free some space"),
    "the weights are cut short": (weights_cut_short, r"model\.safetensors.*(Copy|Download|Fetch|Save|save)"),
    "the configuration is empty": (configuration_empty, r"config\.json"),
}


@pytest.fixture
def around(
    hub: HubStandIn, tiny_bert_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Surroundings]:
    # AppTest can choose no model that is not in the list.
    entries = (replace(KNOWN_MODELS[0], source=each, name=each) for each in (NAME, str(tmp_path / "checkpoint")))
    monkeypatch.setattr(allow_list, "KNOWN_MODELS", (*KNOWN_MODELS, *entries))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield Surroundings(hub, tiny_bert_folder, tmp_path, monkeypatch)
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_is_said_and_the_model_in_use_stays_with_its_picture(fault: str, around: Surroundings) -> None:
    app = well(AppTest.from_file(str(APP), default_timeout=150).run())
    drawn = frames(app)
    make, said = FAULTS[fault]
    app.session_state["model"] = make(around)
    app = failed(well(app.run()))
    (error,) = app.error
    assert re.search(said, error.value.replace("\\", "")), error.value
    assert frames(app) == drawn, "the picture stays"
    assert "still comes from all-MiniLM-L6-v2" in told(app)
    in_chinese(app)


def in_chinese(app: AppTest) -> None:
    """The same in Chinese: no word of the English sentence is left, but for names."""
    app.session_state["language"] = "zh"
    (error,) = well(app.run()).error
    template = app.session_state["loading"].error.message.template
    translated = catalogue("zh").gettext(template)
    assert translated != template
    assert set(re.findall("[\u4e00-\u9fff]", translated)) <= set(error.value)


def failed(app: AppTest) -> AppTest:
    """The page after the job has ended."""
    ticket = app.session_state["loading"]
    while not ticket.keep_alive().done:
        threading.Event().wait(0.02)
    return well(app.run())


def well(app: AppTest) -> AppTest:
    assert not app.exception, app.exception
    return app


def frames(app: AppTest) -> list[bytes]:
    """What the live view is drawn from."""
    return [each.proto.bytes for each in app.get("bidi_component") if each.proto.WhichOneof("data") == "bytes"]


def told(app: AppTest) -> str:
    return " ".join(each.value for each in app.caption).replace("\\", "")
