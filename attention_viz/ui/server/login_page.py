"""Login page: it asks for the access code, in the language of the browser, with no script."""

from __future__ import annotations

from html import escape

from attention_viz.errors import Message
from attention_viz.ui.wording import LANGUAGES, tell_in

TITLE = Message("Attention")
ASKED = Message("This page is open to a class. Its access code lets you in; whoever runs the page gives it to you.")
LABEL = Message("Access code")
ENTER = Message("Enter")
WRONG = Message("This is not the access code. Look at capital letters and digits, and enter it again.")
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title><style>
:root {{ color-scheme: light dark; --ground: light-dark(#FDFCF9, #15171B); --ink: light-dark(#141312, #E8E6E1);
  --accent: light-dark(#B5470B, #FFB168); --edge: light-dark(#6B6862, #9DA3AD); }}
body {{ font: 1rem/1.5 system-ui, "Noto Sans CJK SC", sans-serif; background: var(--ground); color: var(--ink);
  max-width: 26rem; margin: 12vh auto 0; padding: 0 1rem; }}
h1 {{ font-size: 1.25rem; }}
label {{ display: block; font-weight: 600; }}
input, button {{ font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--edge); border-radius: 4px;
  padding: .5rem .75rem; margin-top: .5rem; box-sizing: border-box; }}
input {{ width: 100%; }}
button {{ cursor: pointer; }}
:focus-visible {{ outline: 2px solid var(--accent); outline-offset: 2px; }}
[role=alert] {{ color: var(--accent); font-weight: 600; }}
</style></head><body><main><h1>{title}</h1><p>{asked}</p>{refusal}<form method="post"><label for="code">{label}</label>
<input id="code" name="code" required autofocus autocomplete="off" autocapitalize="none" spellcheck="false"{described}>
<button>{enter}</button></form></main></body></html>
"""
"""A form without an action is sent to the address that it stands at: the query of a link, its text included, survives."""


def login_page(language: str, refusal: Message | None = None) -> str:
    """The page in one language. refusal: why the code that was entered does not let in."""

    def told(message: Message) -> str:
        return escape(tell_in(language, message))

    return PAGE.format(
        lang="zh-CN" if language == "zh" else "en",
        title=told(TITLE),
        asked=told(ASKED),
        label=told(LABEL),
        enter=told(ENTER),
        refusal=f'<p role="alert" id="refusal">{told(refusal)}</p>' if refusal else "",
        described=' aria-describedby="refusal"' if refusal else "",
    )


def language_asked(accepted: str) -> str:
    """Which of our languages an `Accept-Language` header asks for first; English where it names none of them."""
    wishes = [wish.partition(";") for wish in accepted.lower().split(",")]
    for name, _, _ in sorted(wishes, key=lambda wish: -_weight(wish[2])):
        if (known := name.strip().partition("-")[0]) in LANGUAGES:
            return known
    return "en"


def _weight(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0
