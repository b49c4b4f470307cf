"""Classes: closed classes of words, in English and Chinese; open ones, such as nouns, come with the tags of a treebank."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LISTS: Mapping[str, frozenset[str]] = {
    "pronoun": _words(
        "i me my mine myself you your yours yourself yourselves he him his himself she her hers herself it its itself we us"
        " our ours ourselves they them their theirs themselves who whom whose 我 你 您 他 她 它 我们 你们 他们 她们 它们 自己 谁 咱们"
    ),
    "article": _words("a an the"),
    "determiner": _words(
        "a an the this that these those each every either neither some any no all both another such"
        " 这 那 这些 那些 每 各 某 一些 任何 这个 那个"
    ),
    "preposition": _words(
        "of in to for with on at from by about as into through after over between out against during without before under"
        " around among across behind beyond near upon within toward towards above below off since until"
        " 在 从 对 向 把 被 给 跟 和 与 由 于 为 比 按 关于 根据 通过"
    ),
    "auxiliary": _words(
        "am is are was were be been being have has had having do does did will would shall should can could may might must"
        " 是 会 能 可以 要 应该 必须 可能 能够 愿意"
    ),
    "conjunction": _words(
        "and or but nor so yet because although though while if unless whether since when where that than"
        " 和 与 或 或者 但 但是 因为 所以 虽然 如果 而 而且 不过 然而"
    ),
    "negation": _words("not no never none nothing nobody n't neither nor without 不 没 没有 别 未 无 非"),
    "question": _words("who whom whose what which when where why how 谁 什么 哪 哪里 哪儿 怎么 怎样 为什么 几 多少"),
    "particle": _words("的 地 得 了 着 过 吗 呢 吧 啊 呀 嘛"),
}
"""Words as they are written in small letters."""

_NUMERALS = _words(
    "one two three four five six seven eight nine ten eleven twelve hundred thousand million 一 二 三 四 五 六 七 八 九 十 百 千 万 亿 两"
)

PREDICATES: Mapping[str, Callable[[str], bool]] = {
    "punctuation": lambda word: word != "" and all(unicodedata.category(each)[0] in "PS" for each in word),
    "number": lambda word: any(each.isdigit() for each in word) or word in _NUMERALS,
    "capitalised": lambda word: word[:1].isupper(),
    "word": lambda word: any(each.isalnum() for each in word),
}

NAMES = (*LISTS, *PREDICATES)
"""Every class there is."""


def belongs(word: str, name: str) -> bool:
    """Whether a word belongs to a class."""
    return word.lower() in LISTS[name] if name in LISTS else PREDICATES[name](word)
