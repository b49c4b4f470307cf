"""Files are kept within their bounds, for as long as a widget holds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from attention_viz.ui.server import uploads
from attention_viz.ui.server.limits import MB
from attention_viz.ui.server.uploads import GRACE, PREFIX, Upload, UploadLimits

LIMITS = "[uploads]\nmb = 1\nof_one_visitor_mb = 2\nin_all_mb = 6\n"


class Kept:
    """Streamlit's place for files, and what widgets hold of them."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}
        self.held: set[str] = set()
        self.limits: UploadLimits | None = None
        self.status = 204

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if request.method == "PUT" and self.status == 204:
            self.files[request.path_params["file"]] = len(body)
        elif request.method == "DELETE":
            self.files.pop(request.path_params["file"])
        return Response(status_code=self.status)

    def around(self, app: object) -> UploadLimits:
        self.limits = UploadLimits(app, lambda: self.held, lambda session, file: self.files.pop(file) and None)
        return self.limits


@pytest.fixture
def kept(limited: Callable[[str], None]) -> Kept:
    limited(LIMITS)
    return Kept()


def client(kept: Kept, address: str = "192.0.2.1") -> TestClient:
    app = Starlette(
        routes=[Route(f"{PREFIX}{{session}}/{{file}}", kept.take, methods=["PUT", "DELETE"])],
        middleware=[Middleware(kept.around)],
    )
    return TestClient(app, client=(address, 5000))


def put(client: TestClient, session: str, file: str, nbytes: int = MB) -> int:
    return client.put(f"{PREFIX}{session}/{file}", content=b"x" * nbytes).status_code


def test_one_session_keeps_so_many_bytes_under_however_many_names(kept: Kept) -> None:
    visitor = client(kept)
    assert [put(visitor, "one", f"f{number}") for number in range(12)] == [204, 204, *[413] * 10]
    assert sum(kept.files.values()) == 2 * MB
    assert put(visitor, "two", "another") == 204


def test_one_address_keeps_half_of_what_all_may_in_however_many_sessions(kept: Kept) -> None:
    first = client(kept)
    assert [put(first, f"s{number}", f"f{number}") for number in range(5)] == [204, 204, 204, 413, 413]
    assert kept.limits is not None
    kept.limits.files["elsewhere"] = Upload("other", "198.51.100.1", 3 * MB)
    assert put(first, "late", "late", nbytes=1) == 413


def test_what_no_widget_holds_goes_and_what_one_holds_stays(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = client(kept)
    put(visitor, "one", "held")
    put(visitor, "one", "dropped")
    assert kept.limits is not None
    now = uploads.time.monotonic()
    kept.held = {"held"}
    kept.limits.drop_unheld()
    assert set(kept.files) == {"held", "dropped"}  # its widget may still say so
    monkeypatch.setattr(uploads.time, "monotonic", lambda: now + GRACE + 1)
    kept.limits.drop_unheld()
    assert set(kept.files) == set(kept.limits.files) == {"held"}
    kept.held = set()  # the page was left, or its connection was closed
    monkeypatch.setattr(uploads.time, "monotonic", lambda: now + 2 * GRACE + 3)
    kept.limits.drop_unheld()
    assert kept.files == kept.limits.files == {}


def test_what_is_deleted_or_refused_takes_no_place(kept: Kept) -> None:
    visitor = client(kept)
    put(visitor, "one", "a")
    visitor.delete(f"{PREFIX}one/a")
    kept.status = 403
    put(visitor, "one", "b")
    assert kept.limits is not None
    assert kept.limits.files == {}


def test_a_file_whose_length_is_not_said_is_refused(kept: Kept) -> None:
    answer = client(kept).put(f"{PREFIX}one/a", content=iter([b"x"] * 3))
    assert answer.status_code == 411
    assert kept.files == {}


def test_a_file_cannot_be_put_twice_at_once(kept: Kept) -> None:
    visitor = client(kept)
    assert [put(visitor, "one", "a"), put(visitor, "two", "a")] == [204, 413]
