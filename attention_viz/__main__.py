"""The command line: `attention-viz` opens the pages, `attention-viz fetch NAME --into FOLDER` fills a folder of models,
`attention-viz corpus TEXTS --into FOLDER` measures what every head does in many texts.

`python -m attention_viz` is the same program, also where the package is not installed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from attention_viz.errors import AttentionVizError
from attention_viz.models.catalogue import KNOWN_MODELS
from attention_viz.models.hub import FOLDER_VARIABLE, Progress, fetch, models_folder
from attention_viz.models.hub.repository import megabytes
from attention_viz.version import VERSION

if TYPE_CHECKING:
    from attention_viz.corpus import Opened

PROGRAM = "attention-viz"
FAILED = 2
INTERRUPTED = 130
STEP = 0.05  # of a download or a run, between two lines where no terminal shows a moving one
NO_STREAMLIT = 'The pages need Streamlit, which is not installed here. Install it: pip install "attention-viz[app]"'


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 = done, 2 = said why not, 130 = Ctrl-C."""
    parser = _parser()
    options, others = parser.parse_known_args(arguments)
    if options.command == "fetch":
        if others:
            parser.error(f"unrecognized arguments: {' '.join(others)}")
        return _fetch_all(options.names, options.revision, options.into)
    if options.command == "corpus":
        if others:
            parser.error(f"unrecognized arguments: {' '.join(others)}")
        return _measure(options)
    return _open_app(others)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="A microscope for attention. Without a command it opens the pages in the browser.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = parser.add_subparsers(dest="command", title="commands")
    _add_app(commands)
    _add_fetch(commands)
    _add_corpus(commands)
    return parser


def _add_app(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    commands.add_parser(
        "app",
        help="open the pages in the browser (also without a command)",
        usage="%(prog)s [OPTIONS OF streamlit run]",
        description="Serve the pages to this computer alone and open them in the browser. Options of `streamlit run` are passed "
        "on, for example --server.port 8600; `streamlit run --help` prints them all. Ctrl-C ends it.",
        allow_abbrev=False,
    )


def _add_fetch(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    names = ", ".join(model.name for model in KNOWN_MODELS if not model.embedded)
    command = commands.add_parser(
        "fetch",
        help="download models into a folder, for computers without internet",
        description=f"Download models from the hub into a folder: configuration, tokenizer and safetensors only. Run it again "
        f"after a break: what is complete is not fetched twice. Then copy the folder where it is needed and set "
        f"{FOLDER_VARIABLE} to it there.",
        epilog="The hub is the one that the environment variable HF_ENDPOINT names, for example a mirror; a token for closed "
        "models is taken from HF_TOKEN.",
    )
    command.add_argument("names", nargs="+", metavar="NAME", help=f"a model on the hub: {names}, or any owner/name")
    command.add_argument(
        "--into", type=Path, metavar="FOLDER", help=f"the folder to fill (default: {FOLDER_VARIABLE}, else ./models)"
    )
    command.add_argument("--revision", help="a branch, tag or commit (default: the newest)")


def _add_corpus(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "corpus",
        help="measure what every head does in many texts",
        description="Measure what every head of a model does in many texts, with baselines, into a folder of Parquet files. "
        "Ctrl-C leaves what is done; the same command goes on with what is missing.",
        epilog="In Python, attention_viz.corpus.open(FOLDER) reads the folder.",
    )
    command.add_argument(
        "texts", type=Path, metavar="TEXTS", help="a .txt, .csv, .tsv, .jsonl, .parquet or .conllu file"
    )
    command.add_argument("--into", type=Path, metavar="FOLDER", required=True, help="the folder for the results")
    command.add_argument(
        "--model", default="", metavar="NAME", help="a model on the hub or a folder (default: the embedded one)"
    )
    command.add_argument("--column", default="text", help="the column of a table that holds the texts (default: text)")
    command.add_argument("--second", metavar="COLUMN", help="the column that holds the second text of each pair")
    command.add_argument("--paragraphs", action="store_true", help="a text is a paragraph of a .txt, not a line")
    command.add_argument("--untrained", action="store_true", help="the same model before training, as a baseline")
    command.add_argument(
        "--ray",
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="on a cluster of Ray; without an address, on several processes of this computer",
    )
    command.add_argument(
        "--actors", type=int, default=0, metavar="N", help="processes on Ray (default: as many as fit)"
    )
    command.add_argument("--cpus", type=int, default=1, metavar="N", help="processors of each process (default: 1)")
    command.add_argument("--gpus", type=float, default=0, metavar="N", help="GPUs of each process (default: none)")


def _open_app(options: Sequence[str]) -> int:
    if find_spec("streamlit") is None:
        print(NO_STREAMLIT, file=sys.stderr)
        return FAILED
    from attention_viz.ui.launch import run_app

    run_app(options, INTERRUPTED)
    return 0


def _fetch_all(names: Sequence[str], revision: str | None, into: Path | None) -> int:
    """Fetch one model after the other; every name is tried, also after one that failed."""
    folder = (into or models_folder() or Path("models")).expanduser().absolute()
    try:
        failures = [name for name in names if not _fetch(name, revision, folder)]
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on with what is missing.", file=sys.stderr)
        return INTERRUPTED
    if len(failures) < len(names):
        print(f"Where these models are used, set the environment variable {FOLDER_VARIABLE}={folder}")
    return FAILED if failures else 0


def _fetch(name: str, revision: str | None, folder: Path) -> bool:
    """Fetch one model and tell how it goes; whether it worked."""
    meter = _Meter()

    def show(progress: Progress) -> None:
        if progress.total:
            share = progress.done / progress.total
            meter.show(
                share, f"{name}: {int(100 * share):3d}% of {megabytes(progress.total)} MB {progress.file}".rstrip()
            )

    try:
        fetched = fetch(name, revision, folder=folder, report=show)
    except AttentionVizError as error:
        meter.end()
        print(f"{name}: {error}", file=sys.stderr)
        return False
    meter.end()
    for note in fetched.notes:
        print(note, file=sys.stderr)
    print(f"{fetched.repo} is in {fetched.folder} (revision {fetched.revision[:12]})")
    return True


def _measure(options: argparse.Namespace) -> int:
    """Measure a collection of texts and tell how it goes."""
    meter = _Meter()
    try:
        from attention_viz import corpus
        from attention_viz.corpus.progress import spelt

        measured = corpus.measure(
            options.texts,
            options.model,
            into=options.into,
            options=corpus.Options(untrained=options.untrained),
            column=options.column,
            second=options.second,
            split="paragraph" if options.paragraphs else "line",
            executor="local" if options.ray is None else "ray",
            cluster=corpus.Cluster(options.ray or "", options.actors, options.cpus, options.gpus),
            progress=lambda each: meter.show(each.share or 0.0, spelt(each)),
        )
    except KeyboardInterrupt:
        meter.end()
        print("\nStopped. What is done stays; the same command goes on with what is missing.", file=sys.stderr)
        return INTERRUPTED
    except AttentionVizError as error:
        meter.end()
        print(error, file=sys.stderr)
        return FAILED
    meter.end()
    for label in measured.labels():
        print(f"{label.layer + 1}-{label.head + 1} {label}")
    return _tell_texts(measured, options)


def _tell_texts(measured: Opened, options: argparse.Namespace) -> int:
    """How many texts were measured, and why the first of those that could not be read could not; the exit code."""
    texts, failed = measured.figures.texts, measured.figures.failed
    if texts == 0:
        print(f"There is no text in {options.texts}. Look into the file.", file=sys.stderr)
        return FAILED
    print(f"{texts:,} texts are in {options.into}, {failed:,} of them could not be read")
    for number, reason in measured.errors(1):
        print(f"The first of these is text {number + 1:,}: {reason}")
    return FAILED if failed == texts else 0


class _Meter:
    """One line that moves on a terminal; elsewhere a line for every twentieth part."""

    def __init__(self) -> None:
        self._moving = sys.stderr.isatty()
        self._shown = -1.0
        self._width = 0

    def show(self, share: float, line: str) -> None:
        """share : how much is done, 0 to 1"""
        if not self._moving and (self._shown == 1.0 or share < min(1.0, self._shown + STEP)):
            return
        self._shown = share
        self._print(line)

    def end(self) -> None:
        if self._moving and self._width:
            print(file=sys.stderr)

    def _print(self, line: str) -> None:
        end = "" if self._moving else "\n"
        start = "\r" if self._moving else ""
        print(start + line.ljust(self._width), end=end, file=sys.stderr, flush=True)
        self._width = len(line) if self._moving else 0


if __name__ == "__main__":
    sys.exit(main())
