"""Lifespan: what the server does once before the first visitor, and when it ends."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import streamlit as st
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from attention_viz import ui
from attention_viz.selection import Selection
from attention_viz.ui.server import access
from attention_viz.ui.server.health import READINESS
from attention_viz.ui.server.limits import limits
from attention_viz.ui.server.logs import texts_left_out

USED_BY_STREAMLIT = (
    "pandas",
    "pyarrow",
    "streamlit.components.v2.manifest_scanner",
    "streamlit.dataframe_util",
    "streamlit.elements.lib.image_utils",
    "streamlit.emojis",
    "streamlit.runtime.scriptrunner.magic_funcs",
)
"""What Streamlit imports when it draws its first page."""


@asynccontextmanager
async def warm_up(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Check the limits and the access code, load the embedded model and read one sentence before anybody waits for it."""
    config.set_option("server.maxUploadSize", limits().uploads.mb)
    access.check_code(access.code_set())
    access.warn_of_few_digits(access.code_set())
    await anyio.to_thread.run_sync(_read_once)
    # Else Streamlit serves the folder pages/ by itself until the first visitor has run app.py: whoever comes first by a
    # link to one of its pages would see that page alone, without its session.
    PagesManager.uses_pages_directory = False
    READINESS.obstacle = ""
    with texts_left_out():
        yield {}
    READINESS.obstacle = "the server is ending"


def _read_once() -> None:
    import torch

    ours = (module.name for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."))
    for name in (*ours, *USED_BY_STREAMLIT):
        importlib.import_module(name)
    from attention_viz.ui.session.examples import DEFAULT
    from attention_viz.ui.work.caches import embedded_model, read

    torch.set_num_threads(1)  # threads of several sessions compete for few cores; one each is faster for all
    read(embedded_model(), Selection(text=DEFAULT.first, second=DEFAULT.second))
    # What is loaded now stays: a garbage collection over it takes 0.3 s with torch loaded.
    gc.collect()
    gc.freeze()
