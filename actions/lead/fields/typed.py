"""What a person typed, made plain: one width, one line, nothing invisible, and short enough to be looked at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import opencc

MOST_CHARACTERS = 2000
"""Of anything that is typed; what is longer is not looked at."""

_CHINESE_PUNCTUATION = re.compile("([，；：？！（）])")
# Line breaks and tabs are control characters too, but they part words.
_BREAK = re.compile(r"\s+")
_PIECE = re.compile(r"(?:[^，,。;；!！?？\n]|,(?=\s*(?:ltd|limited|inc|llc)\b))+[?？]?", re.IGNORECASE)
_QUESTION = re.compile(
    r"[?？吗啥]|什么|咩|咋|哪|几[号时点年月多钱]|(.)不\1|[不没冇未呢呗][呀啊]?$|边度|怎么|怎样|点样|如何|多少|几多|可不可以|能否|可否|是否|有没有|有冇|多久|为何|么$"
    r"|\b(?:what|how|which|where|when|can|does|is there)\b",
    re.IGNORECASE,
)


class Unreadable(Exception):
    """What was typed is no value of the field. `message` tells the enquirer what is expected, without what they typed."""

    def __init__(self, message: str) -> None:
        """`message` is Chinese."""
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it stands in the message."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two punctuation marks, with its question mark."""

    text: str
    start: int

    @property
    def asks(self) -> bool:
        """True for a question, which states nothing of the enquirer."""
        return bool(_QUESTION.search(simplified(self.text)))


def plain(text: str) -> str:
    """NFKC on one line without control, direction, zero-width and unassigned characters. Chinese punctuation stays Chinese.

    Raises Unreadable for more than MOST_CHARACTERS.
    """
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(f"内容太长，没有读完。请不要超过{MOST_CHARACTERS}个字。")
    one_line = _BREAK.sub(" ", text)
    # NFKC would turn ， into a comma: sentences that officers read keep the marks of their writer.
    narrow = "".join(part if i % 2 else unicodedata.normalize("NFKC", part) for i, part in enumerate(_CHINESE_PUNCTUATION.split(one_line)))
    return " ".join("".join(c for c in narrow if unicodedata.category(c)[0] != "C").split())


def simplified(text: str) -> str:
    """The text in simplified characters, character by character, so that every position stays what it was."""
    return "".join(map(_simplified_character, text))


def letters(text: str) -> int:
    """How many letters and Chinese characters a text has: digits, punctuation and emoji are none."""
    return sum(unicodedata.category(c)[0] == "L" for c in text)


def pieces(text: str) -> Iterator[Piece]:
    """A text cut at its punctuation; the comma of `Co., Ltd.` does not cut."""
    return (Piece(match[0], match.start()) for match in _PIECE.finditer(text))


def without(text: str, lead: re.Pattern[str], tail: re.Pattern[str], least: int) -> str:
    """The text without the words around the value, told by their simplified form, as long as `least` letters are left."""
    while True:
        read = simplified(text)
        trailing, leading = tail.search(read), lead.match(read)
        shorter = (text[: trailing.start()] if trailing else "", text[leading.end() :] if leading else "")
        kept = next((rest for part in shorter if letters(rest := part.strip()) >= least and rest != text), None)
        if kept is None:
            return text
        text = kept


@cache
def _simplified_character(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
