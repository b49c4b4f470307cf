"""Texts that nobody would type and somebody will paste: a list by danger, and random ones over every plane of Unicode."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NASTY: dict[str, tuple[str, ...]] = {
    "markup": (
        "</script><script>window.caught=1</script>",
        "<!--<script>",
        "-->",
        "]]>",
        "<img src=x onerror=window.caught=1>",
        "<svg/onload=window.caught=1>",
        '"><b onmouseover="window.caught=1">',
        "' onfocus=window.caught=1 autofocus '",
        "<style>*{display:none}</style>",
        "</textarea></title></style>",
        "&lt;&amp;&#60;&#x3c;&nbsp;",
        "javascript:window.caught=1",
    ),
    "markdown": (
        "**bold** _it_ `code` ~~x~~",
        "![x](https://example.com/x.png)",
        "[x](javascript:window.caught=1)",
        "# x\n- y\n1. z\n> q\n|a|b|\n|-|-|",
        ":red[x] :material/home: :streamlit:",
        "$\\frac{1}{$ $$\\href{https://example.com}{x}$$",
        "a -> b <- c -- d >= e",
        "[^1]\n[^1]: x",
    ),
    "formulas of a spreadsheet": (
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "－1",
        "'=1",
        "''=1",
        ';=1;+2;"@x',
        '=HYPERLINK("https://example.com","x")',
        "=cmd|' /C calc'!A0",
    ),
    "templates": (
        "{",
        "}",
        "{}",
        "{x}",
        "{0.__class__.__mro__}",
        "{{x}}",
        "{layer}{n_tokens!r:>99}",
        "%s %n %x %99999d %(x)s",
        "${x} #{x} <%= x %>",
        "{{7*7}}{% raw %}",
        "\\N{DIGIT ONE}\\x41\\u0041\\",
    ),
    "paths": (
        "../../etc/passwd",
        "..\\..\\x",
        "/dev/zero",
        "C:\\CON",
        "file:///etc/passwd",
        "~root",
        ".",
        "..",
        "a\0b",
    ),
    "commands": (
        "'; DROP TABLE x; --",
        "' OR '1'='1",
        "; rm -rf x | cat `x` $(x)",
        "!!python/object/apply:os.system [x]",
        "&a [*a, *a]",
        "cos\nsystem\n(S'x'\ntR.",
        "__import__('os').abort()",
        "HTTP/1.1 200\r\nSet-Cookie: x=1\r\n\r\n",
    ),
    "what tokenizers mean": (
        "##x",
        "## ##",
        "[CLS]",
        "[MASK] [SEP][PAD] [UNK]",
        "<s> </s> <mask> <unk> <pad>",
        "▁a Ġb Ċ",
        "@@ </w>",
        "[unused1]",
        "<|endoftext|>",
    ),
    "length": (
        "x" * 10_000,
        "x " * 400,
        "猫" * 600,
        "e" + "\u0301" * 300,
        "👩\u200d" * 60,
        "\u202e" * 200,
        "((((" * 80,
    ),
    "blank": ("", " ", "\t", "\u3000", "\u2028", "\u200b", "\u00ad", "\u2800", "\u3164", " " * 300, "\ufeff"),
    "line ends": ("a\nb", "a\rb", "a\r\nb", "a\x0bb\x0cc", "a\x85b", "a\u2028b\u2029c", "\n\n\n", "a\x1cb\x1db\x1e"),
    "directions": ("\u202eabc", "\u2066a\u2069", "\u200fא\u200eb", "שלום abc مرحبا", "\u061c", "א" * 50),
    "marks": (
        "\u0301",
        "\u0338\u0301",
        "Z\u0351\u036b\u0343\u0363",
        "न\u0947",
        "ก\u0e49\u0e49\u0e49",
        "\ufe0f",
        "\u20dd",
    ),
    "beyond the first plane": (
        "🏴\U000e0067\U000e0062\U000e007f",
        "👨\u200d👩\u200d👧\u200d👦",
        "🇩🇪🇨",
        "\U0001f1e9",
        "𝔄𝔅",
        "\U00020000",
        "\U000f0000\U00100000",
        "\U0010ffff",
        "\U000e0001",
    ),
    "no characters": (
        "\ud800",
        "\udfff",
        "a\ud83d",
        "\ude00\ud83d",
        "\uffff\ufffe",
        "\ufdd0",
        "\0",
        "\x1b[31m",
        "\x7f\x9f",
    ),
    "numbers": ("NaN", "Infinity", "-0", "1e400", "0x10", "١٢٣", "²", "9" * 400, "true", "null", "undefined"),
}
"""By what they are dangerous to; where a text is refused as empty or as too long, this is as good as read."""

LIST = tuple(text for texts in NASTY.values() for text in texts)

DANGEROUS = (
    *(["Cs"], ["Cn"], ["Cc"], ["Cf"], ["Mn", "Me", "Mc"], ["Co"], ["Zs", "Zl", "Zp"], ["So", "Sk", "Sm"]),
    ["Lo"],
)
"""Categories that are drawn by themselves: halves of a pair, no characters, controls, directions and joiners, marks, ..."""


ANYWHERE = st.integers(0, 0x10FFFF).map(chr)
"""Characters of all planes alike; the next picks among categories."""
PIECE = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.text(ANYWHERE, max_size=12),
    *(st.text(st.characters(categories=each), max_size=12) for each in DANGEROUS),
    st.sampled_from(LIST),
)
TEXT = PIECE | st.tuples(PIECE, PIECE).map("".join)
"""Random characters of every plane, what the list has, and both together."""


def same_each_time(cases: int) -> settings:
    """So many examples, the same at every run and however long one takes; none is kept on the disk."""
    return settings(
        max_examples=cases, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )


def each_of(cases: int, claim: Callable[[str], object]) -> int:
    """Put so many different texts to a claim, as many as half of them from the list; returns how many there were.

    The same texts at every run, and none is kept on the disk.
    """
    met: set[str] = set()

    def meet(text: str) -> None:
        if text not in met:
            met.add(text)
            claim(text)

    for text in LIST[:: max(1, 2 * len(LIST) // cases)]:
        meet(text)

    @same_each_time(20 + (cases - len(met)) * 5 // 4)  # some come twice
    @given(TEXT)
    def random(text: str) -> None:
        if len(met) < cases:
            meet(text)

    random()
    return len(met)
