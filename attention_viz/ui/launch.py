"""Launch: the app under Streamlit's own command line, as `streamlit run app.py` starts it in a checkout."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from streamlit.web import cli

from attention_viz.ui.app_files import app_folder


def run_app(options: Sequence[str], interrupted: int) -> None:
    """Serve the pages until somebody ends it; always ends with SystemExit.

    options     : of `streamlit run`, for example `--server.port 8600`
    interrupted : exit code after Ctrl-C
    """

    def end(*_: object) -> None:
        raise SystemExit(interrupted)

    # The server puts this handler back when it has closed its connections, and calls it. The usual one would have click
    # print "Aborted!".
    signal.signal(signal.SIGINT, end)
    cli.main_run.main([str(app_folder() / "app.py"), *options], prog_name="attention-viz app")
