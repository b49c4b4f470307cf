"""The sentences for what goes wrong: each names the model and a way out."""

from __future__ import annotations

import errno

import pytest

from attention_viz.errors import HubError, ModelError
from attention_viz.models.hub import faults

NAME, HUB = "someone/tiny-bert", "https://hub.example"


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (401, "RepoNotFound", "hf auth login"),
        (401, "GatedRepo", f"{HUB}/{NAME}, ask for access"),
        (403, "", "ask for access"),
        (404, "RepoNotFound", "owner/name"),
        (404, "RevisionNotFound", "no revision v2"),
        (404, "EntryNotFound", "in a browser"),
        (418, "", "in a browser"),
        (429, "", "Wait 300 seconds"),
        (500, "", "some minutes"),
        (503, "", "some minutes"),
    ],
)
def test_every_status_has_a_remedy(status: int, code: str, remedy: str) -> None:
    error = faults.from_status(status, code, NAME, "v2", HUB)
    assert isinstance(error, HubError)
    assert NAME in str(error)
    assert remedy in str(error)


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("unreachable", "HF_ENDPOINT"),
        ("broken", "try again"),
        ("certificate", "SSL_CERT_FILE"),
        ("foreign", "open the address in a browser"),
    ],
)
def test_every_fault_of_the_way_has_a_remedy(kind: str, remedy: str) -> None:
    error = faults.from_event({"kind": kind}, NAME, None, HUB, "")
    assert isinstance(error, HubError)
    assert NAME in str(error)
    assert remedy in str(error)


@pytest.mark.parametrize(
    ("number", "what"),
    [(errno.ENOSPC, "The disk is full"), (errno.EROFS, "cannot be written"), (errno.EACCES, "HF_HOME")],
)
def test_a_fault_of_the_disk_is_not_one_of_the_hub(number: int, what: str) -> None:
    event = {"kind": "disk", "errno": number, "reason": "a reason", "path": "/cache"}
    error = faults.from_event(event, NAME, None, HUB, "")
    assert type(error) is ModelError
    assert "/cache" in str(error)
    assert what in str(error)
