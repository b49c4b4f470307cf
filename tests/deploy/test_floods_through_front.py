"""Who floods through nginx with TLS is cut off as without it, is counted under an own address, and takes nothing from others."""

from __future__ import annotations

import asyncio
import http.client
import ssl
import statistics
import time
import urllib.parse
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.cookies import SimpleCookie

import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.visitor import Visitor, resident_bytes

from .certificate import make_certificate
from .conftest import CODE, Front, nginx

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
FLOODER, OTHER, CLAIMED = "127.0.0.2", "127.0.0.3", "203.0.113.9"
SECONDS, AFTER = 5.0, 10.0
"""Of the flood, and between its end and the look at memory."""


@pytest.fixture(scope="module")
def secure(front: Front, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("secure")
    make_certificate(folder / "tls")
    with nginx(folder, front.replicas, ("nginx.conf", "tls/tls.conf")) as secure:
        yield secure


@pytest.fixture(scope="module")
def trust(secure: Front) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(secure.certificate))


@pytest.fixture(scope="module")
def cookies(secure: Front, trust: ssl.SSLContext) -> str:
    """Of somebody who is in, at the first replica."""
    connection = http.client.HTTPSConnection("127.0.0.1", secure.tls_port, timeout=30, context=trust)
    connection.request("POST", "/", urllib.parse.urlencode({"code": CODE}), FORM)
    answer = connection.getresponse()
    assert answer.status == 303
    found = SimpleCookie("\n".join(answer.headers.get_all("Set-Cookie", [])))
    connection.close()
    return "; ".join(f"{name}={each.value}" for name, each in found.items() if name != "replica") + "; replica=1"


FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": CLAIMED}


@pytest.fixture
def session(secure: Front, trust: ssl.SSLContext, cookies: str) -> Callable[..., websockets.connect]:
    def connect(local: str = "127.0.0.1") -> websockets.connect:
        return websockets.connect(
            f"wss://127.0.0.1:{secure.tls_port}/_stcore/stream",
            ssl=trust,
            max_size=None,
            close_timeout=1,
            subprotocols=["streamlit"],
            additional_headers={"Cookie": cookies, "X-Forwarded-For": CLAIMED},
            local_addr=(local, 0),
        )

    return connect


def in_a_loop(work: Callable[[], Awaitable[None]]) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, work()).result()


async def flood(connect: Callable[..., websockets.connect]) -> bool:
    """Send page runs as fast as they are taken, for some seconds; whether it was cut off."""
    run = BackMsg()
    run.rerun_script.query_string = ""
    content, end = run.SerializeToString(), time.monotonic() + SECONDS
    try:
        async with connect(FLOODER) as socket:
            while time.monotonic() < end:
                await socket.send(content)
                await asyncio.sleep(0)
    except websockets.ConnectionClosed:
        return True
    return False


async def waits(honest: Visitor, flooding: Future[bool]) -> list[float]:
    """How long a visitor waits for new texts meanwhile, ten of them at least."""
    found: list[float] = []
    while not flooding.done() or len(found) < 10:
        found.append(await honest.run(f"The cat number {len(found)} sat down because it was tired."))
    return found


def test_a_flood_is_cut_off_and_others_wait_hardly_longer_and_no_memory_is_kept(
    secure: Front, session: Callable[..., websockets.connect]
) -> None:
    replica = secure.replicas["1"]

    async def work() -> None:
        async with session() as honest_socket:
            honest = Visitor(honest_socket)
            await honest.run()
            usual = [await honest.run(f"A first text, number {number}.") for number in range(5)]
            before = resident_bytes(replica.process.pid)
            with ThreadPoolExecutor(1) as elsewhere:
                flooding = elsewhere.submit(asyncio.run, flood(session))
                found = await waits(honest, flooding)
            assert flooding.result()
            assert statistics.quantiles(found, n=20)[-1] < 2 + 10 * statistics.median(usual)
            assert honest.errors == []
            await asyncio.sleep(AFTER)
            assert resident_bytes(replica.process.pid) - before < 50e6

    in_a_loop(work)
    log = replica.log.read_text()
    assert f"A connection of {FLOODER} sent more messages than any page does" in log
    assert CLAIMED not in log


def wrong_code(port: int, local: str, trust: ssl.SSLContext | None = None) -> int:
    way = http.client.HTTPConnection if trust is None else http.client.HTTPSConnection
    how = {} if trust is None else {"context": trust}
    connection = way("127.0.0.1", port, timeout=30, source_address=(local, 0), **how)
    connection.request("POST", "/", "code=wrong-code", FORM)
    status = connection.getresponse().status
    connection.close()
    return status


def test_where_a_visitor_comes_from_is_taken_from_the_named_server_alone(secure: Front, trust: ssl.SSLContext) -> None:
    replica = secure.replicas["1"]
    assert wrong_code(secure.tls_port, FLOODER, trust) == 403  # through nginx, which puts the true address there
    assert wrong_code(replica.port, OTHER) == 403  # past it, from an address that is not named
    said = [each.log.read_text() for each in secure.replicas.values()]
    assert any(f"A wrong access code from {FLOODER}" in log for log in said)
    assert f"A wrong access code from {OTHER}" in said[0]
    assert not any(CLAIMED in log for log in said)
