"""Models and readings that all share: within their bounds, and nobody waits behind a long text."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from checkpoints import make_checkpoint
from hub_stand_in import HubStandIn

from attention_viz.errors import ModelError, RoomError, TextError
from attention_viz.models import load_model
from attention_viz.selection import Selection
from attention_viz.ui.work import caches
from attention_viz.ui.work.byte_cache import ByteCache
from attention_viz.ui.work.jobs import Ticket

PATIENCE = 30.0


def ended(ticket: Ticket) -> Ticket:
    for _ in range(int(PATIENCE / 0.01)):
        if ticket.done:
            return ticket
        threading.Event().wait(0.01)
    raise AssertionError("the job did not end")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four models of four widths."""
    place = tmp_path_factory.mktemp("four")
    return [make_checkpoint(place / f"model-{width}", hidden_size=width) for width in (24, 30, 36, 42)]


def weights_of(model: Any) -> int:
    """Bytes of a network's weights, as torch counts them."""
    return sum(each.numel() * each.element_size() for each in (*model.network.parameters(), *model.network.buffers()))


def test_a_model_takes_what_its_weights_take(folders: list[Path]) -> None:
    for folder in folders:
        model = load_model(folder, device="cpu")
        assert model.nbytes == weights_of(model)


def test_of_four_models_asked_for_in_turn_those_stay_that_were_used_last_and_fit(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [weights_of(load_model(folder, device="cpu")) for folder in folders]
    assert min(sizes) > 8_000  # room for the header of a file, and for no third model
    cache = ByteCache(sizes[-1] + sizes[-2] + 8_000)
    monkeypatch.setattr(caches, "_models", lambda: cache)
    seen: list[weakref.ref[Any]] = []
    for folder in folders:
        seen.append(weakref.ref(ended(caches.ask_for_model(str(folder))).result))
        gc.collect()
        alive = [each() for each in seen if each() is not None]
        assert sum(map(weights_of, alive)) == cache.nbytes <= cache.limit
        del alive
    assert [each() is not None for each in seen] == [False, False, True, True]
    assert caches.loaded_model(str(folders[0])) is None


def test_a_model_larger_than_all_may_be_is_refused_before_its_weights_are_loaded(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from attention_viz.models import loading

    monkeypatch.setattr(caches, "_models", lambda: ByteCache(1_000))
    monkeypatch.setattr(loading, "load_network", lambda *_: pytest.fail("the weights were loaded"))
    ticket = ended(caches.ask_for_model(str(folders[0])))
    assert isinstance(ticket.error, RoomError)
    assert "a smaller model" in str(ticket.error)


def test_a_model_larger_than_a_download_may_be_is_refused_before_it_is_fetched(
    hub: HubStandIn, folders: list[Path], limited: Callable[[str], None], tmp_path: Path
) -> None:
    limited("[models]\ndownload_mb = 1\n")
    large = make_checkpoint(tmp_path / "large", hidden_size=240)
    assert (large / "model.safetensors").stat().st_size > 2**20
    hub.add("someone/large", large)
    ticket = ended(caches.ask_for_model("someone/large"))
    assert isinstance(ticket.error, ModelError)
    assert "the limit here is 1.0 MB" in str(ticket.error)
    assert not any("safetensors" in each for each in map(str, hub.asked))


class Slow:
    """A model that reads long texts only when it is told to."""

    source, revision, limit, parts = "slow", "", None, ("self",)

    def __init__(self) -> None:
        self.go, self.began, self.n_encoded = threading.Event(), threading.Event(), 0

    def encode(self, first: str, second: str | None = None, **_: Any) -> Any:
        self.n_encoded += 1
        return SimpleNamespace(n_tokens=len(first.split()))

    def read(self, text: Any, **_: Any) -> Any:
        if text.n_tokens > 10:
            self.began.set()
            assert self.go.wait(PATIENCE)
        return Reading()


class Reading:
    """One that takes 8 bytes."""

    def __init__(self) -> None:
        self.attention, self.nbytes = self, 8


def test_short_texts_are_read_while_a_long_one_is() -> None:
    model: Any = Slow()
    long = caches.ask_for_reading(model, Selection(text="word " * 11))
    assert model.began.wait(PATIENCE)
    for text in ("one", "two", "three"):
        assert caches.read(model, Selection(text=text)).attention.nbytes == 8
    assert not long.done
    model.go.set()
    assert ended(long).result is not None


def test_a_text_is_tokenised_once_to_be_checked_and_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "_readings", lambda: ByteCache(1_000))
    model: Any = Slow()
    caches.read(model, Selection(text="once", overlong="windows"))
    assert model.n_encoded == 1
    cut = model.encode("once more")
    caches.read(model, Selection(text="once more", overlong="windows"), cut=cut)
    assert model.n_encoded == 2


def test_short_texts_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most, lock = 0, [0], threading.Lock()

    def read(text: Any, **_: Any) -> Any:
        nonlocal at_once
        with lock:
            at_once += 1
            most[0] = max(most[0], at_once)
        threading.Event().wait(0.002)
        with lock:
            at_once -= 1
        return Reading()

    model: Any = Slow()
    monkeypatch.setattr(model, "read", read)
    threads = [threading.Thread(target=caches.read, args=(model, Selection(text=f"turn {n}"))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_a_text_beyond_the_limit_is_refused_wherever_it_comes_from(limited: Callable[[str], None]) -> None:
    limited("[text]\ncharacters = 60\ntokens = 16\n")
    model: Any = Slow()
    with pytest.raises(TextError, match=r"This text has 61 characters; this server reads at most 60. Shorten it by 1"):
        caches.read(model, Selection(text="a" * 61))
    with pytest.raises(TextError, match="17 tokens of this text; on this server it reads at most 16"):
        caches.read(model, Selection(text="a " * 17))
    assert "17 tokens" in str(ended(caches.ask_for_reading(model, Selection(text="b " * 17))).error)


def test_what_is_kept_of_readings_stays_within_the_bound(monkeypatch: pytest.MonkeyPatch, folders: list[Path]) -> None:
    model = load_model(folders[0], device="cpu")
    texts = [f"one two three {word}" for word in "abcdefgh"]
    one = caches.read(model, Selection(text=texts[0])).attention.nbytes
    cache = ByteCache(3 * one + 10)
    monkeypatch.setattr(caches, "_readings", lambda: cache)
    for text in texts:
        caches.read(model, Selection(text=text))
        assert cache.nbytes <= cache.limit
    assert [caches.known_reading(model, Selection(text=text)) is not None for text in texts[-4:]] == [
        False,
        True,
        True,
        True,
    ]
