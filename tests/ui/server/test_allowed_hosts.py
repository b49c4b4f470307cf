"""The server answers under the names of its own computer; a page elsewhere that leads its name here gets nothing."""

from __future__ import annotations

import socket

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from attention_viz.ui.server import allowed_hosts
from attention_viz.ui.server.allowed_hosts import VARIABLE, AllowedHosts, host_name, hosts_named


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowed_hosts, "own_addresses", lambda outside: ["198.51.100.7"])


async def page(request: Request) -> Response:
    return PlainTextResponse("inside")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def client(*named: str, coded: bool = False) -> TestClient:
    routes = [WebSocketRoute("/_stcore/stream", stream), Route("/{path:path}", page)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(AllowedHosts, named, coded)]))


def status(client: TestClient, host: str, path: str = "/") -> int:
    return client.get(path, headers={"Host": host}).status_code


OWN = ("127.0.0.1:8501", "localhost", "LOCALHOST:8501", "x.localhost", "[::1]:8501", "127.8.8.8", "198.51.100.7:8501")
OTHERS = ("evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example", "203.0.113.9", "")
NO_HOSTS = (
    "a@127.0.0.1",
    "127.0.0.1/x",
    "127.0.0.1:99999",
    "127.0.0.1:x",
    "[::1",
    "127.0.0.1#x",
    "127.0.0.1, evil.example",
)


@pytest.mark.parametrize("host", [*OWN, socket.gethostname(), f"{socket.gethostname()}.local"])
def test_names_and_addresses_of_this_computer_are_answered(host: str) -> None:
    assert status(client(), host) == 200


@pytest.mark.parametrize("host", [*OTHERS, *NO_HOSTS])
def test_no_other_name_is_answered_nor_its_websocket_accepted(host: str) -> None:
    visitor = client()
    assert status(visitor, host) == 421
    with (
        pytest.raises(WebSocketDisconnect),
        visitor.websocket_connect("/_stcore/stream", headers={"Host": host}),
    ):
        pytest.fail("was let in")


def test_the_websocket_of_this_computers_own_name_is_accepted() -> None:
    with client().websocket_connect("/_stcore/stream", headers={"Host": "localhost:8501"}):
        pass


def test_other_hosts_are_answered_where_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "school.example  *.school.example")
    named = client(*hosts_named())
    assert [status(named, host) for host in ("school.example", "a.school.example:443", "School.Example.")] == [200] * 3
    assert status(named, "127.0.0.1") == 200
    assert status(named, "evil.example") == status(named, "school.example.evil.example") == 421
    assert status(client("*"), "evil.example") == 200


def test_behind_a_code_any_name_will_do_until_some_are_named() -> None:
    assert status(client(coded=True), "school.example") == 200
    assert status(client("school.example", coded=True), "evil.example") == 421


def test_health_is_told_under_any_name() -> None:
    assert status(client(), "balancer.example", "/healthz") == 200


def test_who_is_refused_reads_which_name_it_was_and_what_can_be_done() -> None:
    answer = client().get("/", headers={"Host": "evil.example", "Accept-Language": "en"})
    assert "'evil.example'" in answer.text
    assert VARIABLE in answer.text


def test_a_name_is_read_without_its_port_and_dot() -> None:
    assert host_name("School.Example.:80") == "school.example"
    assert host_name("[2001:DB8::1]:80") == "2001:db8::1"
