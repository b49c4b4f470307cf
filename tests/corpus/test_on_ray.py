"""On Ray every text is measured once, whatever is killed, and the numbers are those of one process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus.conftest import sentences

from attention_viz import corpus, load_model
from attention_viz.corpus import Cluster, Opened, Options, Progress
from attention_viz.errors import InputError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of Ray's, about processes that end after it
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

OPTIONS = Options(shard_texts=40)
N_TEXTS = 700


@pytest.fixture(scope="module", autouse=True)
def ray() -> Iterator[Any]:
    """Ray itself; what it started has ended when the tests are over."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    yield ray
    ray.shutdown()
    deadline = time.monotonic() + 30
    while of_ray() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not of_ray()


def of_ray(name: str = "ray") -> list[int]:
    """Processes that this one started, or that these started, with a word in their command line."""
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            commands[int(folder.name)] = (folder / "cmdline").read_text(errors="replace")
        except (OSError, ValueError):
            continue
    found, ours = [], {os.getpid()}
    while new := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= new
        found += [pid for pid in new if name in commands.get(pid, "")]
    return found


def workers() -> list[int]:
    """Those that measure."""
    return of_ray("ray::Worker")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [*sentences(N_TEXTS - 1), "\u200b"]


@pytest.fixture(scope="module")
def in_process(tmp_path_factory: pytest.TempPathFactory, tiny_bert_folder: Path, texts: list[str]) -> Opened:
    import torch

    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return corpus.measure(texts, tiny_bert_folder, into=tmp_path_factory.mktemp("local") / "all", options=OPTIONS)
    finally:
        torch.set_num_threads(n_threads)


def check_same(found: Opened, expected: Opened) -> None:
    """Every text once, counted by its number, and the same figures."""
    numbers = found.query("SELECT text FROM texts ORDER BY text")["text"].tolist()
    assert numbers == list(range(N_TEXTS))
    assert found.query("SELECT count(*) AS n FROM heads")["n"].tolist() == [6 * (N_TEXTS - 1)]
    assert found.figures.failed == 1
    ours, theirs = found.figures.heads["model"], expected.figures.heads["model"]
    for name in ("n", "mean", "sd", "low", "high", "labels"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), atol=1e-5, err_msg=name)
    np.testing.assert_allclose(ours.quantiles, theirs.quantiles, atol=1e-5)


def on_ray(texts: Any, model: Path, folder: Path, address: str, progress: Callable[[Progress], None]) -> Opened:
    cluster = Cluster(address, actors=2)
    return corpus.measure(
        texts, model, into=folder, options=OPTIONS, executor="ray", cluster=cluster, progress=progress
    )


def once(act: Callable[[], None], after: int) -> Callable[[Progress], None]:
    """Does something once so many texts are done."""
    done: list[int] = []

    def tell(progress: Progress) -> None:
        if progress.texts >= after and not done:
            done.append(progress.texts)
            act()

    return tell


def test_on_this_computer_a_worker_is_killed_and_every_text_is_there_once(
    tiny_bert_folder: Path, texts: list[str], in_process: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")  # of a cluster that is no more, which nobody asked for
    killed: list[int] = []

    def kill() -> None:
        killed.extend(workers()[:1])
        os.kill(killed[0], signal.SIGKILL)

    check_same(on_ray(texts, tiny_bert_folder, tmp_path, "", once(kill, 120)), in_process)
    assert killed
    assert not workers()


def test_a_model_that_is_not_there_and_one_that_is_another_are_refused(
    tiny_bert_folder: Path, texts: list[str], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="nowhere"):
        on_ray(texts, tmp_path / "nowhere", tmp_path / "a", "", lambda _: None)
    model = load_model(tiny_bert_folder)
    changed = load_model(tiny_bert_folder)
    changed.network.embeddings.word_embeddings.weight.data[:] += 1
    in_memory = load_model((changed.network, changed.reader.tokenizer))
    with pytest.raises(InputError, match="another model"):
        corpus.measure(
            texts, in_memory, into=tmp_path / "b", options=OPTIONS, executor="ray", cluster=Cluster(actors=1)
        )
    assert model.source


def test_a_cluster_that_is_not_there_is_one_sentence(tmp_path: Path, tiny_bert_folder: Path) -> None:
    with pytest.raises(InputError, match="cannot be reached"):
        on_ray(["a"], tiny_bert_folder, tmp_path, "127.0.0.1:1", lambda _: None)


@pytest.fixture
def nodes(ray: Any) -> Iterator[Any]:
    """A cluster of three nodes on loopback."""
    from ray.cluster_utils import Cluster as Nodes

    own = {"num_cpus": 1, "object_store_memory": 100 << 20, "include_dashboard": False}
    started = Nodes(initialize_head=True, head_node_args={**own, "num_cpus": 0}, shutdown_at_exit=False)
    del own["include_dashboard"]
    started.added = [started.add_node(**own) for _ in range(2)]
    started.spare = lambda: started.add_node(**own)
    yield started
    ray.shutdown()
    started.shutdown()


def test_a_node_is_killed_and_every_text_is_there_once(
    nodes: Any, tiny_bert_folder: Path, texts: list[str], in_process: Opened, tmp_path: Path
) -> None:
    def kill() -> None:
        nodes.spare()
        nodes.remove_node(nodes.added[0], allow_graceful=False)

    check_same(on_ray(texts, tiny_bert_folder, tmp_path, nodes.address, once(kill, 120)), in_process)


def test_the_driver_is_killed_and_started_again_and_every_text_is_there_once(
    nodes: Any, tiny_bert_folder: Path, texts: list[str], in_process: Opened, tmp_path: Path
) -> None:
    given = tmp_path / "texts.txt"
    given.write_text("\n".join(texts), encoding="utf-8")
    command = [str(Path(__file__).with_name("ray_driver.py")), str(given), str(tiny_bert_folder), str(tmp_path / "all")]
    with subprocess.Popen([sys.executable, *command, nodes.address], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout is not None
        for line in driver.stdout:
            if int(line) >= 200:
                break
        driver.kill()
    halfway = corpus.open(tmp_path / "all")
    assert not halfway.complete
    assert 200 <= halfway.figures.texts < N_TEXTS
    kept = {path: path.stat().st_mtime_ns for path in halfway.files}
    subprocess.run([sys.executable, *command, nodes.address], check=True, stdout=subprocess.DEVNULL)
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())
    check_same(corpus.open(tmp_path / "all"), in_process)
