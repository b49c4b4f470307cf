"""A process with a clock: whoever it is, it ends with the block that uses it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from attention_viz.models.hub import process
from attention_viz.models.hub.process import HubProcess, SilenceError

Script = Callable[[str], None]
READY = 'import json, time\nprint(json.dumps({"event": "ready"}), flush=True)\n'
STUBBORN = "time.sleep(60)\n"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Another program in the client's place."""

    def use(text: str) -> None:
        (tmp_path / "client.py").write_text(text)
        monkeypatch.setattr(process, "CLIENT", tmp_path / "client.py")

    return use


def test_a_client_that_does_not_listen_is_killed_at_the_end_of_the_block(script: Script) -> None:
    script(READY + STUBBORN)
    with HubProcess({}, "http://hub.invalid") as client:
        assert next(client.events(60)) == {"event": "ready"}
    assert client._process.returncode != 0


def test_silence_is_told_with_the_last_refusal_that_was_heard(script: Script) -> None:
    refused = 'print(json.dumps({"event": "answer", "status": 503}), flush=True)\n'
    script(READY + refused + STUBBORN)
    with HubProcess({}, "http://hub.invalid") as client, pytest.raises(SilenceError) as caught:
        list(client.events(0.3))
    assert caught.value.status == 503


def test_the_events_end_when_somebody_stops_or_the_client_is_done(script: Script) -> None:
    script(READY + STUBBORN)
    stop = threading.Event()
    with HubProcess({}, "http://hub.invalid") as client:
        events = client.events(60, stop)
        assert next(events) == {"event": "ready"}
        stop.set()
        assert list(events) == []
    script(READY)
    with HubProcess({}, "http://hub.invalid") as client:
        assert list(client.events(60)) == [{"event": "ready"}]


def test_the_client_is_told_the_hub_and_reports_to_nobody_unless_the_user_wishes(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = ("HF_ENDPOINT", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_XET")
    script(f"import json, os\nprint(json.dumps({{'event': [os.environ[name] for name in {variables}]}}))")
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "0")
    monkeypatch.delenv("HF_HUB_DISABLE_TELEMETRY", raising=False)
    with HubProcess({}, "http://hub.invalid") as client:
        assert list(client.events(60)) == [{"event": ["http://hub.invalid", "1", "0"]}]
