"""The app: `streamlit run app.py` starts the server and, for each visitor, shows the pages."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from attention_viz.ui.lifespan import warm_up
from attention_viz.ui.page import offer_pages, open_page
from attention_viz.ui.pages import PAGES, SECTIONS
from attention_viz.ui.server import access, health
from attention_viz.ui.server.allowed_hosts import AllowedHosts, hosts_named
from attention_viz.ui.server.client_address import ClientAddress
from attention_viz.ui.server.connection import ConnectionLimits
from attention_viz.ui.server.error_page import show_unexpected_error
from attention_viz.ui.server.headers import SecurityHeaders, broken
from attention_viz.ui.server.uploads import UploadLimits
from attention_viz.ui.session.state import begin, enter
from attention_viz.ui.widgets.choices import ask_what_was_seen
from attention_viz.ui.work.throttle import throttle_page

around = [
    Middleware(ClientAddress),
    Middleware(SecurityHeaders),
    Middleware(AllowedHosts, hosts_named(), bool(access.code_set())),
    Middleware(access.AccessCode, access.code_set()),
    Middleware(UploadLimits),
    Middleware(ConnectionLimits),
]
app = st.App(
    __file__,
    lifespan=warm_up,
    middleware=around,
    routes=health.ROUTES,
    on_script_error=show_unexpected_error,
    exception_handlers={Exception: broken},
)

if get_script_run_ctx(suppress_warning=True):
    with throttle_page():
        begin()
        page = offer_pages(SECTIONS)
        enter(page.url_path)
        open_page(page, PAGES)
        page.run()
        ask_what_was_seen()
