"""Every answer carries the headers, and they allow what stands in Streamlit's own page and nothing else."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from attention_viz.ui.server.headers import SecurityHeaders, broken, headers


class Scripts(HTMLParser):
    """Collects the text of scripts without an address."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inside, self.found = False, list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script" and "src" not in dict(attrs)

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.inside = False


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (each.split() for each in policy.split(";"))}


@pytest.fixture
def client() -> TestClient:
    async def answer(request: Request) -> Response:
        return PlainTextResponse("here", headers={"Referrer-Policy": "same-origin"})

    async def fail(request: Request) -> Response:
        raise KeyError("what a visitor wrote")

    app = Starlette(
        routes=[Route("/", answer), Route("/broken", fail)],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={Exception: broken},
    )
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/", "GET", 200), ("/none", "GET", 404), ("/", "PUT", 405), ("/broken", "GET", 500)],
)
def test_every_answer_carries_every_header(client: TestClient, path: str, method: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert "wrote" not in answer.text
    for name, value in headers("testserver").items():
        assert name in answer.headers, name
        own = (path, method, name) == ("/", "GET", "Referrer-Policy")  # what this page says itself
        assert answer.headers[name] == ("same-origin" if own else value), name


def test_an_answer_that_says_more_itself_is_left_as_it_is(client: TestClient) -> None:
    assert client.get("/").headers.get_list("referrer-policy") == ["same-origin"]
    assert client.get("/none").headers.get_list("referrer-policy") == ["no-referrer"]


def test_only_scripts_of_streamlits_page_run_and_nobody_may_frame_it_or_take_its_forms() -> None:
    allowed = directives(headers()["Content-Security-Policy"])
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in Scripts(page).found]
    assert allowed["script-src"] == ["'self'", "blob:", *(f"'sha256-{digest}'" for digest in digests)]
    for name in ("default-src", "frame-ancestors", "form-action", "base-uri"):
        assert allowed[name] == ["'self'"]
    assert allowed["object-src"] == ["'none'"]


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "school.example", "[::1]:8501"])
def test_a_page_connects_to_its_own_server_alone(client: TestClient, host: str) -> None:
    answer = client.get("/none", headers={"Host": host})
    assert directives(answer.headers["Content-Security-Policy"])["connect-src"] == [
        "'self'",
        f"ws://{host}",
        f"wss://{host}",
    ]


@pytest.mark.parametrize("host", ["x; script-src *", "x y", "*", "a'b", "", "http://x", "ws:"])
def test_a_host_that_is_none_adds_nothing_to_the_policy(host: str) -> None:
    policy = directives(headers(host)["Content-Security-Policy"])
    assert policy["connect-src"] == ["'self'"]
    assert policy.keys() == directives(headers()["Content-Security-Policy"]).keys()
