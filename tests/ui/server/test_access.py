"""Nobody gets past the access code without it: not to a page, not to a file, not into a session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin

import anyio
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from attention_viz.errors import InputError
from attention_viz.ui.lifespan import warm_up
from attention_viz.ui.server.access import COOKIE, VARIABLE, AccessCode, check_code, spelled, warn_of_few_digits
from attention_viz.ui.server.client_address import ClientAddress
from attention_viz.ui.server.login_page import WRONG
from attention_viz.ui.server.rate_limit import RateLimit

CODE = "Maple-42"
BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"}
PATHS = (
    "/",
    "/heads",
    "/_stcore/upload_file/a/b",
    "/media/x.png",
    "/static/js/x.js",
    "/component/x",
    "//elsewhere.example/x",
)


async def page(request: Request) -> Response:
    return PlainTextResponse(f"inside {request.method}")


async def stream(socket: WebSocket) -> None:
    await socket.accept(subprotocol="streamlit")
    await socket.send_text("inside")
    await socket.close()


def app(code: str = CODE) -> Starlette:
    routes = [WebSocketRoute("/_stcore/stream", stream), Route("/{path:path}", page, methods=["GET", "PUT", "POST"])]
    return Starlette(routes=routes, middleware=[Middleware(AccessCode, code)])


def visitor(code: str = CODE, address: str = "http://server.example") -> TestClient:
    return TestClient(app(code), base_url=address, headers=BROWSER, follow_redirects=False)


def is_inside(client: TestClient, path: str = "/") -> bool:
    return client.get(path).text == "inside GET"


def test_without_a_code_everybody_is_in() -> None:
    assert is_inside(visitor(code=""))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "HEAD", "OPTIONS", "DELETE"])
def test_nothing_is_served_to_who_has_not_entered_it(path: str, method: str) -> None:
    answer = visitor().request(method, f"http://server.example{path}")
    assert answer.status_code == 403
    assert "inside" not in answer.text
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/_stcore/health"])
def test_health_is_told_to_everybody(path: str) -> None:
    assert is_inside(visitor(), path)


@pytest.mark.parametrize(
    "path", ["/healthz/", "/healthz/x", "/HEALTHZ", "//healthz", "/x/healthz", "/_stcore/health/x"]
)
def test_no_other_path_passes_for_health(path: str) -> None:
    assert visitor().get(f"http://server.example{path}").status_code == 403


def test_the_right_code_lets_in_and_a_wrong_one_is_told() -> None:
    client = visitor()
    refused = client.post("/", data={"code": "Maple-41"})
    assert refused.status_code == 403
    assert str(WRONG) in refused.text
    assert not is_inside(client)
    assert client.post("/", data={"code": CODE}).status_code == 303
    assert all(is_inside(client, path) for path in PATHS[:-1])
    assert client.put("/_stcore/upload_file/a/b").text == "inside PUT"


def test_a_session_is_closed_to_who_has_no_pass_and_open_with_one() -> None:
    client = visitor()
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("ws://server.example/_stcore/stream"):
        pytest.fail("was let in")
    client.post("/", data={"code": CODE})
    with client.websocket_connect("ws://server.example/_stcore/stream", subprotocols=["streamlit"]) as socket:
        assert socket.receive_text() == "inside"


def test_the_cookie_is_kept_from_scripts_and_from_other_sites_and_goes_over_tls_where_there_is_tls() -> None:
    for address, secure in (("http://server.example", False), ("https://server.example", True)):
        answer = visitor(address=address).post("/", data={"code": CODE})
        cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
        assert cookie["httponly"]
        assert cookie["samesite"].lower() == "lax"
        assert bool(cookie["secure"]) is secure
        assert cookie["domain"] == ""
        assert CODE not in cookie.value


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?text=caf%C3%A9%20%26%20co&layer=3",
        "/heads?layer=3",
        "//elsewhere.example/",
        "/?next=//elsewhere.example",
    ],
)
def test_after_the_code_one_is_where_one_came_from_with_the_query_and_nowhere_else(path: str) -> None:
    address = f"http://server.example{path}"
    answer = visitor().post(address, data={"code": CODE})
    assert urljoin(address, answer.headers["location"]) == address
    assert answer.headers["location"].startswith("?")


def test_a_pass_of_one_replica_holds_at_the_other_and_ends_with_the_code() -> None:
    first = visitor()
    first.post("/", data={"code": CODE})
    for code, inside in ((CODE, True), ("Birch-43", False)):
        other = visitor(code)
        other.cookies = first.cookies
        assert is_inside(other) is inside


def test_a_code_typed_on_a_chinese_keyboard_or_with_blanks_is_the_same_code() -> None:
    assert visitor().post("/", data={"code": " Ｍａｐｌｅ－４２ "}).status_code == 303


def test_guessing_ends_and_then_the_right_code_too_has_to_wait() -> None:
    client = visitor()
    answers = [client.post("/", data={"code": f"guess-{number}"}) for number in range(100)]
    assert {answer.status_code for answer in answers} == {403, 429}
    late = client.post("/", data={"code": CODE})
    assert late.status_code == 429
    assert f"Wait {late.headers['retry-after']} seconds" in late.text


@pytest.mark.parametrize(
    "body",
    [b"", b"code", b"code=%ff%fe", b"\xff\xfe", b"code=" + b"x" * 100_000, b"&".join([b"code=x"] * 100), b"code=%00"],
)
def test_a_form_that_is_no_form_is_a_wrong_code(body: bytes) -> None:
    client = visitor()
    answer = client.post("/", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 403
    assert not is_inside(client)


SHARED = visitor()
NEAR = st.sampled_from([CODE.lower(), CODE[:-1], CODE + "2", CODE[::-1], CODE.replace("-", ""), f"{CODE}\0"])


@given(NEAR | st.text(max_size=40).filter(lambda text: spelled(text) != CODE))
def test_no_other_text_is_the_code(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RateLimit, "wait", lambda *_: 0.0)  # else only the first are compared at all
        body = urlencode({"code": text.encode("utf-8", "replace")})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert SHARED.post("/", content=body, headers=headers).status_code == 403


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=80))
def test_no_cookie_that_somebody_makes_up_is_a_pass(value: str) -> None:
    answer = SHARED.get("/", headers={"Cookie": f"{COOKIE}={value}"})
    assert answer.status_code == 403


def test_a_file_is_refused_in_one_line_and_a_page_with_the_form() -> None:
    assert "<form" in visitor().get("/").text
    assert "<form" not in visitor().get("/static/x.js", headers={"Accept": "*/*"}).text


@pytest.mark.parametrize("code", ["1", "12345", " 12345 ", "\uff11\uff12\uff13"])
def test_a_code_that_would_soon_be_guessed_ends_the_start(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=f"{len(code.strip())} characters"):
        check_code(code)
    monkeypatch.setenv(VARIABLE, code)

    async def start() -> None:
        async with warm_up(streamlit.App("app.py")):
            pytest.fail("was started")

    with ThreadPoolExecutor(1) as elsewhere, pytest.raises(InputError):  # a browser's event loop may run in this thread
        elsewhere.submit(anyio.run, start).result()


def test_a_server_may_be_started_without_a_code_or_with_a_long_one() -> None:
    for code in ("", "  ", CODE, "123456"):
        check_code(code)


def test_a_code_of_few_digits_is_said_to_be_short(caplog: pytest.LogCaptureFixture) -> None:
    for code, short in (
        ("123456", True),
        ("\uff11\uff12\uff13456", True),
        ("1234567890", False),
        (CODE, False),
        ("", False),
    ):
        caplog.clear()
        warn_of_few_digits(code)
        assert ("digits" in caplog.text) is short, code
        assert not code or code not in caplog.text


def test_guesses_that_claim_other_addresses_are_counted_as_one(caplog: pytest.LogCaptureFixture) -> None:
    client = TestClient(ProxyHeadersMiddleware(ClientAddress(app()), "127.0.0.1"), client=("127.0.0.1", 5000))
    answers = [
        client.post(
            "/", data={"code": f"guess-{number}"}, headers={"X-Forwarded-For": f"\x1b[31m{number}, 203.0.113.{number}"}
        )
        for number in range(150)
    ]
    assert sum(answer.status_code == 429 for answer in answers) >= 80
    assert "from 127.0.0.1" in caplog.text
    assert "\x1b" not in caplog.text
