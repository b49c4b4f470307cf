"""Where no model can be written, whoever asks for one is told so, and everybody else goes on."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hub_stand_in import HubStandIn
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.visitor import Visitor, serving, visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
VISITORS, NAME = 3, "someone/tiny"


@pytest.fixture(params=["a file in its place", "a read-only disk"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A folder that not even root can write to."""
    place = tmp_path / "place"
    if request.param == "a file in its place":
        place.touch()
        yield place / "cache"
        return
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk")
    if os.access(place, os.W_OK):
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        pytest.skip("this kernel writes to disks that are mounted to be read")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def port(cache: Path, hub: HubStandIn, tiny_bert_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    hub.add(NAME, tiny_bert_folder)
    monkeypatch.setenv("HF_HOME", str(cache))
    monkeypatch.setenv("ATTENTION_VIZ_MODELS", str(cache / "models"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with serving(port):
        yield port


def test_who_asks_for_a_model_is_told_and_pages_go_on(port: int) -> None:
    with ThreadPoolExecutor(1) as elsewhere:  # a browser's event loop may run in this thread
        elsewhere.submit(asyncio.run, _all(port)).result()


async def _all(port: int) -> None:
    ended = asyncio.Event()
    working = [asyncio.create_task(_work(port, number, ended)) for number in range(VISITORS)]
    for _ in range(3):
        said = await asyncio.wait_for(_asks(port), 60)
        assert "cannot be written" in said
        assert "HF_HOME" in said
    ended.set()
    for waits in await asyncio.gather(*working):
        assert len(waits) > 2
        assert max(waits) < 20


async def _work(port: int, number: int, ended: asyncio.Event) -> list[float]:
    waits: list[float] = []
    async with visit(port) as visitor:
        await visitor.run()
        while not ended.is_set():
            waits.append(await visitor.run(f"Visitor {number} reads text {len(waits)}."))
        assert visitor.errors == []
    return waits


async def _asks(port: int) -> str:
    """Opens a link to a model that must be fetched; what is said in the end."""
    async with visit(port) as visitor:
        request = BackMsg()
        request.rerun_script.query_string = f"model={NAME}"
        await visitor.socket.send(request.SerializeToString())
        return await _alert(visitor)


async def _alert(visitor: Visitor) -> str:
    while True:
        message = ForwardMsg.FromString(await visitor.socket.recv())
        if message.WhichOneof("type") == "auto_rerun":  # the page looks after its download every half a second
            again = BackMsg()
            again.rerun_script.fragment_id = message.auto_rerun.fragment_id
            await asyncio.sleep(message.auto_rerun.interval)
            await visitor.socket.send(again.SerializeToString())
        if message.delta.new_element.WhichOneof("type") == "alert":
            return message.delta.new_element.alert.body.replace("\\", "")
