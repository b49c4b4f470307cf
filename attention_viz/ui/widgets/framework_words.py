"""Framework words: what Streamlit itself writes on a page, in English alone, for the languages that it does not speak."""

from __future__ import annotations

from attention_viz.errors import Message
from attention_viz.ui.wording import language, translate

WORDS = (
    # under a box for text
    Message("Press {keys} to apply", {"keys": "{keys}"}),
    # around the page
    Message("Skip to main content"),
    Message("Sidebar"),
    Message("Collapse sidebar"),
    Message("Expand sidebar"),
    Message("App pages"),
    Message("Link to heading"),
    Message("Help for {label}", {"label": "{label}"}),
    # the menu
    Message("Main menu"),
    Message("Theme"),
    Message("System"),
    Message("Light"),
    Message("Dark"),
    Message("Print"),
    Message("Record screen"),
    Message("Made with Streamlit v{version}", {"version": "{version}"}),
    # lists
    Message("Open"),
    Message("Choose an option"),
    Message("Choose or add an option"),
    Message("No results"),
    Message("Add: {text}", {"text": "{text}"}),
    # the box for a file
    Message("Upload"),
    Message("file upload"),
    Message("Drag and drop a file here"),
    Message("{size} per file", {"size": "{size}"}),
    Message("{kind} files are not allowed.", {"kind": "{kind}"}),
    # code and tables
    Message("Copy to clipboard"),
    Message("Fullscreen"),
    Message("Close fullscreen"),
    Message("Search"),
    Message("Download as CSV"),
    Message("Show/hide columns"),
    Message("Fullscreen: {label}", {"label": "{label}"}),
    Message("Close fullscreen: {label}", {"label": "{label}"}),
    Message("Search: {label}", {"label": "{label}"}),
    Message("Download as CSV: {label}", {"label": "{label}"}),
    Message("Show/hide columns: {label}", {"label": "{label}"}),
    Message("Sort ascending"),
    Message("Sort descending"),
    Message("Format"),
    Message("Autosize"),
    Message("Pin column"),
    Message("Unpin column"),
    Message("Hide column"),
    # the run and the connection
    Message("Running{dots}", {"dots": "{dots}"}),
    Message("Stop"),
    Message("Stopping{dots}", {"dots": "{dots}"}),
    Message("Connecting"),
    Message("Connecting to Streamlit server"),
    Message("Connection error"),
    Message("Streamlit server is not responding. Are you connected to the internet?"),
    Message("Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:"),
    Message("Page not found"),
    Message("The page that you have requested does not seem to exist. Running the app's main page."),
    Message(
        "You have requested page /{page}, but no corresponding file was found in the app's pages/ directory. Running the app's main page.",
        {"page": "{page}"},
    ),
    Message("Close"),
)
"""As Streamlit has them; a name in braces stands for what it puts there, and is put back by the page."""


def framework_words() -> dict[str, str]:
    """What is said instead, in the language of this session; nothing in English."""
    return {} if language() == "en" else {each.template: translate(each.template) for each in WORDS}
