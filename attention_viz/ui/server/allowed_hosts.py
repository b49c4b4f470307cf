"""Allowed hosts: under which names this server answers.

A page elsewhere can have its own name lead to this computer (DNS rebinding): the browser then takes this server for a part
of that page. It still says by which name it came, and nobody else's is answered.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from attention_viz.errors import Message
from attention_viz.ui.server.health import OPEN
from attention_viz.ui.server.lan_address import OUTSIDE, is_own, own_addresses
from attention_viz.ui.server.login_page import language_asked
from attention_viz.ui.wording import tell_in

VARIABLE = "ATTENTION_VIZ_HOSTS"
"""Environment variable that names other hosts, with blanks between them; `*` stands for any part of a name."""


class AllowedHosts:
    """Middleware that answers under names of this computer, and those that were named, alone.

    coded : whether an access code keeps others out. Then any name will do where none was named: a browser that comes by
            another page's name brings no cookie of ours, and meets the question for the code.
    """

    def __init__(self, app: ASGIApp, named: Iterable[str] = (), coded: bool = False) -> None:
        self.app = app
        self.named = tuple(each.lower().rstrip(".") for each in named) or (("*",) if coded else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in OPEN or self._is_allowed(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008)(scope, receive, send)  # before it is accepted: an answer 403
        else:
            await _refuse(HTTPConnection(scope))(scope, receive, send)

    def _is_allowed(self, scope: Scope) -> bool:
        host = host_name(Headers(scope=scope).get("host", ""))
        if any(fnmatchcase(host, each) for each in self.named):
            return True
        return bool(host) and (is_own(host) or host in _own_names(scope) or host in own_addresses(OUTSIDE))


def hosts_named() -> tuple[str, ...]:
    """The hosts that this server was started with."""
    return tuple(os.environ.get(VARIABLE, "").split())


def host_name(host: str) -> str:
    """The name or address in a `Host` header, without the port; "" for what is neither."""
    try:
        read = urlsplit(f"//{host}")
        plain = read.username is None and read.port != 0 and not (read.path or read.query or read.fragment)
        return (read.hostname or "").lower().rstrip(".") if plain else ""
    except ValueError:
        return ""


def _own_names(scope: Scope) -> tuple[str, ...]:
    """This computer's name, and the address at which this connection came in."""
    name = socket.gethostname().lower()
    return (name, f"{name}.local", str((scope.get("server") or ("",))[0]).lower())


def _refuse(connection: HTTPConnection) -> Response:
    told = Message(
        "This server does not answer under the name {host}. Whoever runs it can allow that name: {variable} in docs/server.md.",
        {"host": repr(connection.headers.get("host", ""))[:80], "variable": VARIABLE},
    )
    text = tell_in(language_asked(connection.headers.get("accept-language", "")), told)
    return PlainTextResponse(f"{text}\n", 421, {"Cache-Control": "no-store"})
