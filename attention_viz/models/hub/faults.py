"""Hub faults: what can go wrong between this computer and the hub, said with the remedy."""

from __future__ import annotations

import errno
from typing import Any

from attention_viz.errors import HubError, Message, ModelError, StoppedError

TOKEN_COMMAND = "hf auth login"
MIRROR = "https://hf-mirror.com"


def stopped(name: str) -> StoppedError:
    return StoppedError("The download of {name} was stopped. Files that are complete stay.", name=name)


def offline(name: str) -> HubError:
    return HubError(
        "HF_HUB_OFFLINE is set, and {name} is not complete on this computer. Unset it, or fill a folder on a computer with internet (python -m attention_viz fetch {name} --into FOLDER) and set ATTENTION_VIZ_MODELS to it.",
        name=name,
    )


def unreachable(name: str, endpoint: str) -> HubError:
    return HubError(
        "{endpoint} cannot be reached, so {name} cannot be fetched. Check the connection and the proxy, or use a mirror: set HF_ENDPOINT before the start, in China for example to {mirror}. Without internet: fill a folder elsewhere (python -m attention_viz fetch {name} --into FOLDER) and set ATTENTION_VIZ_MODELS to it.",
        name=name,
        endpoint=endpoint,
        mirror=MIRROR,
    )


def silent(name: str, endpoint: str, seconds: float) -> HubError:
    return HubError(
        "{endpoint} has said nothing for {seconds} seconds, so {name} was given up. Try again later, or use a mirror: set HF_ENDPOINT before the start, in China for example to {mirror}.",
        name=name,
        endpoint=endpoint,
        seconds=f"{seconds:g}",
        mirror=MIRROR,
    )


def no_address(endpoint: str) -> ModelError:
    return ModelError(
        "HF_ENDPOINT is {endpoint}, which is no address of a hub. It must start with https:// or http://; unset it for the usual hub.",
        endpoint=repr(endpoint)[:100],
    )


def broken(name: str, file: str | Message) -> HubError:
    return HubError(
        "The connection broke again and again while {file} of {name} was on its way. Files that are complete stay; try again, and the download goes on with the others.",
        name=name,
        file=file,
    )


def crashed(name: str, remark: str) -> HubError:
    return HubError(
        "The hub client ended without a result for {name}: {remark}. Try again; if it stays, reinstall huggingface_hub.",
        name=name,
        remark=remark or Message("no reason given"),
    )


def wrong_content(name: str, files: list[str], endpoint: str) -> HubError:
    return HubError(
        "{files} of {name} came from {endpoint} twice with another content than the hub lists, and was removed. Something on the way changes files; try another network or another HF_ENDPOINT.",
        name=name,
        files=", ".join(files),
        endpoint=endpoint,
    )


def damaged_copy(name: str, files: list[str], folder: object) -> ModelError:
    return ModelError(
        "{files} of {name} in {folder} is damaged: its content is not what was fetched. Delete the folder and fetch the model again.",
        name=name,
        files=", ".join(files),
        folder=folder,
    )


def no_space(name: str, folder: str, needed: str, free: str) -> ModelError:
    return ModelError(
        "{name} needs {needed} MB, and {folder} has {free} MB free. Free some space, or set HF_HOME to a folder on another disk.",
        name=name,
        folder=folder,
        needed=needed,
        free=free,
    )


def from_event(event: dict[str, Any], name: str, revision: str | None, endpoint: str, file: str) -> ModelError:
    """The sentence for a fault that the hub client reports; `file` was on its way when it came."""
    match event["kind"]:
        case "status":
            return from_status(event["status"], event["code"], name, revision, endpoint, event["wait"])
        case "unreachable":
            return unreachable(name, endpoint)
        case "broken":
            return broken(name, file or Message("the list of files"))
        case "certificate":
            return HubError(
                "The certificate of {endpoint} cannot be checked, so {name} was not fetched. A school's or firm's proxy often shows its own: ask for its file and set SSL_CERT_FILE to it.",
                name=name,
                endpoint=endpoint,
            )
        case "inside":
            return HubError(
                "{endpoint} leads on to {host}, an address inside this network, so {name} was not fetched. If a mirror of your own is there, name it in HF_ENDPOINT before the start.",
                name=name,
                endpoint=endpoint,
                host=event["host"],
            )
        case "disk":
            return disk(name, event["errno"], event["path"] or "", event["reason"])
    return HubError(
        "What answers at {endpoint} is no model hub, so {name} was not fetched. Perhaps this network wants a login first: open the address in a browser. Or check HF_ENDPOINT.",
        name=name,
        endpoint=endpoint,
    )


def from_status(status: int, code: str, name: str, revision: str | None, endpoint: str, wait: str = "") -> ModelError:
    """The sentence for a request that the hub refused with this HTTP status."""
    match status, code:
        case _, "RevisionNotFound":
            return HubError(
                "{name} has no revision {revision}. Take a branch, a tag or a commit that {endpoint}/{name} lists, or none for the newest.",
                name=name,
                revision=revision or "main",
                endpoint=endpoint,
            )
        case (403, _) | (_, "GatedRepo"):
            return HubError(
                "{name} is closed to you: its owners want to be asked first. Open {endpoint}/{name}, ask for access, then log in here with '{command}' or set HF_TOKEN.",
                name=name,
                endpoint=endpoint,
                command=TOKEN_COMMAND,
            )
        case 401, _:
            return HubError(
                "The hub shows {name} only to those who are logged in, or there is no such model. Check the spelling (owner/name); if it is private, log in with '{command}' or set HF_TOKEN to a valid token.",
                name=name,
                command=TOKEN_COMMAND,
            )
        case 404, code if code != "EntryNotFound":
            return HubError(
                "The hub at {endpoint} knows no model {name}. Check the spelling: a name looks like owner/name, for example google-bert/bert-base-uncased. A private model needs '{command}' first.",
                name=name,
                endpoint=endpoint,
                command=TOKEN_COMMAND,
            )
        case 429, _:
            return HubError(
                "The hub has had too many requests from this address (HTTP 429), so {name} was not fetched. Wait {seconds} seconds and try again; whoever is logged in ('{command}') may ask more often.",
                name=name,
                seconds=wait if wait.isdigit() else "300",
                command=TOKEN_COMMAND,
            )
    if status >= 500:
        return HubError(
            "The hub at {endpoint} has a fault of its own (HTTP {status}), so {name} was not fetched. Try again in some minutes.",
            name=name,
            endpoint=endpoint,
            status=status,
        )
    return HubError(
        "The hub at {endpoint} refused {name} (HTTP {status}). Open {endpoint}/{name} in a browser to see why.",
        name=name,
        endpoint=endpoint,
        status=status,
    )


def disk(name: str, number: int, path: str, reason: str) -> ModelError:
    """The sentence for a file that cannot be written; `number` is the system's errno."""
    place = path or Message("the folder for models")
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return ModelError(
            "The disk is full: {path} cannot be written, so {name} is incomplete and was not kept. Free some space, or set HF_HOME to a folder on another disk.",
            name=name,
            path=place,
        )
    return ModelError(
        "{path} cannot be written ({reason}), so {name} cannot be kept on this computer. Set HF_HOME to a folder that is yours, or choose another folder.",
        name=name,
        path=place,
        reason=reason,
    )
