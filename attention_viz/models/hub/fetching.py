"""Fetching: where are the files of a model?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from attention_viz.errors import HubError
from attention_viz.models.catalogue import full_name
from attention_viz.models.hub import copies, faults
from attention_viz.models.hub.download import Download
from attention_viz.models.hub.endpoint import endpoint, is_offline, is_reachable
from attention_viz.models.hub.order import LIMITS, Fetched, Limits, Order, Progress
from attention_viz.models.hub.repository import check_name


def fetch(
    repo: str,
    revision: str | None = None,
    *,
    folder: Path | None = None,
    report: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    limits: Limits = LIMITS,
) -> Fetched:
    """Where are the files of this model? From the hub, unless they are here.

    repo     : a name on the hub; old names without owner are understood
    revision : a branch, tag or commit; None = the newest, or what the folder in ATTENTION_VIZ_MODELS holds
    folder   : fill FOLDER/owner/name instead of the hub client's own cache
    report   : called from this thread as bytes arrive
    stop     : set from another thread, ends the download with StoppedError; complete files stay
    The hub is the one that HF_ENDPOINT names; HF_HUB_OFFLINE, HF_HOME and HF_TOKEN are obeyed.
    Raises ModelError: for a model that cannot be used, before its download, and for every fault of hub, network and
    disk (HubError where only the hub is the trouble, and no copy of an earlier day is complete).
    """
    name = full_name(repo)
    check_name(name, revision)
    copy = copies.local_copy(repo) if folder is None else None
    if copy is not None and revision in (None, copies.revision_of(copy)):
        return copies.from_folder(copy, name)
    target = None if folder is None else copies.place(folder.expanduser().absolute(), name)
    order = Order(name, repo.strip(), revision, target, endpoint(), limits)
    try:
        return _from_hub(order, report, stop)
    except HubError:
        kept = copies.kept(order)
        if kept is None:
            raise
        return kept


def _from_hub(order: Order, report: Callable[[Progress], None] | None, stop: threading.Event | None) -> Fetched:
    if is_offline():
        raise faults.offline(order.name)
    if not is_reachable(order.endpoint, order.limits.reach):
        raise faults.unreachable(order.name, order.endpoint)
    for _ in range(2):  # a file with a wrong content is fetched a second time
        download = Download(order, report)
        folder = download.run(stop)
        damaged = download.damaged(folder)
        if not damaged:
            download.finish(folder)
            return Fetched(folder, download.repo, download.commit)
        for path in damaged:
            copies.discard(path)
    raise faults.wrong_content(order.name, [path.name for path in damaged], order.endpoint)
