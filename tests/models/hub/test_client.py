"""The hub client's process by itself: it never outlives the side that listens to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from hub_stand_in import Fault, HubStandIn

from attention_viz.models.hub import fetch
from attention_viz.models.hub.process import CLIENT


def test_the_client_ends_when_its_listener_has_died_even_while_the_hub_keeps_it_waiting_and_the_next_one_fetches_it_all(
    hub: HubStandIn, files: dict[str, bytes]
) -> None:
    hub.add("someone/tiny-bert", files)
    hub.faults.append(Fault("stall", on="*/resolve/*/model.safetensors", after=200_000))
    with subprocess.Popen(
        [sys.executable, "-P", str(CLIENT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "HF_HUB_DISABLE_XET": "1"},
    ) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        request = {"repo": "someone/tiny-bert", "revision": None, "folder": "", "timeout": 20}
        answers = [request, {"names": ["model.safetensors"]}, {}]
        client.stdin.writelines(json.dumps(answer) + "\n" for answer in answers)
        client.stdin.flush()
        next(line for line in client.stdout if '"event": "bytes"' in line)
        client.stdin.close()
        assert client.wait(20) is not None
    hub.faults.clear()
    assert (fetch("someone/tiny-bert").folder / "model.safetensors").read_bytes() == files["model.safetensors"]
