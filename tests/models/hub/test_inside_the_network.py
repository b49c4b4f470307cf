"""No name, no list of files and no hub leads the download to a computer of the network that the server stands in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hub_stand_in import Fault, HubStandIn, Repository

from attention_viz import load_model
from attention_viz.errors import ModelError
from attention_viz.models.hub import fetch
from attention_viz.models.hub.client import is_inside
from attention_viz.models.hub.repository import RemoteFile, needed

NAME, TOKEN, PUBLIC = "someone/tiny-bert", "hf_secret", "http://hub.invalid"
WEIGHTS = "*/resolve/*/model.safetensors"


class FileHost:
    """Another server on this computer, which gives one file to whoever asks for any. asked: (path, Authorization)"""

    def __init__(self, content: bytes) -> None:
        self.asked: list[tuple[str, str]] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                """Requests are kept in `asked`."""

            def do_GET(self) -> None:
                host.asked.append((self.path, self.headers.get("Authorization", "")))
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_HEAD(self) -> None:
                self.do_GET()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> FileHost:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def elsewhere(files: dict[str, bytes]) -> Iterator[FileHost]:
    with FileHost(files["model.safetensors"]) as host:
        yield host


def sends_on(repository: Repository, address: str, on: str = WEIGHTS) -> Fault:
    """What the hub answers where a file lies with another host: its marks, and the address."""
    name = "model.safetensors"
    marks = {
        "X-Linked-ETag": f'"{repository.etag(name)}"',
        "X-Linked-Size": str(len(repository.files[name])),
        "X-Repo-Commit": repository.sha,
    }
    return Fault("status", on=on, status=302, headers={"Location": address, **marks})


def test_files_may_lie_with_another_host_which_is_not_told_who_asks(
    hub: HubStandIn, files: dict[str, bytes], elsewhere: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    repository = hub.add(NAME, files)
    hub.faults.append(sends_on(repository, f"{elsewhere.address}/blob?signed=1"))
    assert (fetch(NAME).folder / "model.safetensors").read_bytes() == files["model.safetensors"]
    assert elsewhere.asked == [("/blob?signed=1", "")]


@pytest.mark.parametrize("on", [WEIGHTS, "/api/models/*"], ids=["a file", "the list of files"])
def test_a_public_hub_leads_to_nothing_inside_this_network(
    on: str, hub: HubStandIn, files: dict[str, bytes], elsewhere: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", PUBLIC)
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)  # which stands for it
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    hub.faults.append(sends_on(hub.add(NAME, files), f"{elsewhere.address}/latest/meta-data/", on))
    with pytest.raises(ModelError, match=r"leads on to 127\.0\.0\.1, an address inside this network"):
        fetch(NAME)
    assert hub.asked
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "host",
    "127.0.0.1 127.1 2130706433 0.0.0.0 10.1.2.3 192.168.0.1 169.254.169.254 100.64.0.1 localhost ::1 fe80::1 "
    "fd00:ec2::254 ::ffff:127.0.0.1".split(),
)
def test_an_address_inside_is_told_however_it_is_spelled(host: str) -> None:
    assert is_inside(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1", "name.invalid", "", "a" * 300, "198.18.0.5"])
def test_an_address_outside_and_a_name_that_only_a_proxy_knows_are_not_inside(host: str) -> None:
    assert not is_inside(host)


@pytest.mark.parametrize(
    "name",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/someone/tiny-bert",
        "//127.0.0.1/x",
        "..%2f..%2fx",
        "someone/..%2fx",
        "user@127.0.0.1/x",
        "someone@evil/tiny-bert",
        "http://huggingface.co@127.0.0.1/someone/x",
        "https://huggingface.co.evil.test/someone/x",
        "https://huggingface.co/../../api/whoami",
        "https://huggingface.co/someone/tiny-bert/tree/..%2f..%2fx",
        "hf://someone/../x",
        "someone/x?y=1",
        "someone/x#y",
        "someone\\x",
        "ftp://127.0.0.1/x",
        "gopher://127.0.0.1/x",
        "someone/x\r\nHost: evil",
    ],
)
def test_no_name_of_a_model_is_an_address_that_is_asked(name: str, hub: HubStandIn) -> None:
    with pytest.raises(ModelError):
        load_model(name)
    assert hub.asked == []


@pytest.mark.parametrize("revision", ["../x", "a/../../b", "..", "%2e%2e/x?", "@evil", "x y", "refs/pr/../1"])
def test_no_revision_leads_out_of_its_model(revision: str, hub: HubStandIn) -> None:
    with pytest.raises(ModelError, match="no revision of a model"):
        fetch(NAME, revision)
    assert hub.asked == []


def test_no_name_in_the_hubs_list_of_files_leads_out_of_the_folder() -> None:
    out = ("../config.json", "/etc/config.json", "..\\config.json", "..\\x_Transformer/config.json", "a/../vocab.txt")
    out += ("../x_Transformer/config.json", "x_Transformer/../config.json", "model-..\\1-of-2.safetensors")
    assert needed(RemoteFile(name, 1) for name in (*out, "config.json")) == (RemoteFile("config.json", 1),)
