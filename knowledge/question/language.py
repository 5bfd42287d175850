"""The language that a message is written in, as far as it shows."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

import opencc

Language = Literal["zh-Hans", "zh-Hant", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-Hans", "zh-Hant", "en")

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_FEWEST_WORDS = 2
"""A single one may be an abbreviation that Chinese uses too: GDP."""


def language_of(text: str, otherwise: Language) -> Language:
    """What it is written in; `otherwise` where that does not show, as in 用地, which both scripts write alike.

    Whoever has chosen traditional characters gets them, whatever they type: what they tap is written in simplified ones.
    """
    if not _CHINESE.search(text):
        return "en" if otherwise == "en" or len(_WORD.findall(text)) >= _FEWEST_WORDS else otherwise
    if otherwise == "zh-Hant" or _converter("t2s").convert(text) != text:
        return "zh-Hant"
    return "zh-Hans"


def to_traditional(text: str) -> str:
    """A simplified text in the characters of Hong Kong."""
    return str(_converter("s2hk").convert(text))


@cache
def _converter(name: str) -> opencc.OpenCC:
    """One of OpenCC's own conversions; loading one takes some milliseconds."""
    return opencc.OpenCC(name)
