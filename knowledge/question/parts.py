"""Splits a message that asks two things: 用地怎么保障，还有娃上学怎么办."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"[？?；;。!！]+")
_TURN = re.compile(
    r"[，,、\s]*(?:(?:顺便|另外|再|还想)问(?:一?下(?!半))?|然后还有就是|还有就是|还有一个是?|另外再|另外|还有|顺便|同时|以及|此外|再一个是?"
    r"|还想知道|仲有|第一个?是|第二个?是|第二|(?<!第)一个是"
    r"|\band also\b|\balso\b|\bas well as\b|\band what about\b|\band how about\b|\bplus\b)[，,：:\s]*"
)
_COMMA_AND = re.compile(r",\s+and\s+")
_PAIR = re.compile(
    r"^(?P<before>.{0,12}?)(?P<first>[^，,。？?和与跟同及]{1,12})(?:和|与|跟|以及|同埋|同)(?P<second>[^，,。？?和与跟同及]{1,12}?)"
    r"(?P<predicate>(?:分别|各|都|两样|这两块|两件事|两方面|方面)?都?(?:怎么|如何|咋|点|有什么|有啥|有咩|有哪些|能不能|怎样|政策).*)$"
)
_QUESTION = re.compile(
    r"怎么|如何|咋|怎样|点|咩|乜|什么|啥|哪|几|多少|吗|呢|么|能|可以|会不会|有没有|有冇|是否|得唔得|好唔好|肯不肯|愿不愿|支持|帮|解决|管|谁|边|办|有那|那些|是搞|不$|没$"
)
"""What a question has, and the background of one often has not."""
_TAIL = re.compile(r"(然后|那么|就是|两样都有说法没|这两头怎么说)+$")
_LEAD_IN = re.compile(r"[两三几]个?(事|问题|件事|样嘢)|two (things|questions)")
_SHORTEST_PART = 3
_SHORTEST_KEYWORD = 2
_MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a message as several questions."""

    parts: tuple[str, ...]
    is_marked: bool
    """The message itself says that there are several: by 还有 or by ending a sentence; otherwise it is a guess at a comma."""


def split_parts(text: str) -> tuple[Way, ...]:
    """Ways to read a normalised message as several questions, the likeliest first; none for a message of one part."""
    sentences = [piece for piece in _SENTENCE_END.split(text) if piece.strip()]
    turns = [part for sentence in sentences for piece in _TURN.split(sentence) for part in _COMMA_AND.split(piece)]
    ways = [Way(_parts(turns), True), Way(_parts(sentences), True)]
    if pair := _PAIR.match(text.strip("？?。 ")):
        halves = (f"{pair['before']}{pair[name]}{pair['predicate']}" for name in ("first", "second"))
        ways.append(Way(tuple(halves), True))
    ways.append(Way(_parts(_with_background(re.split(r"[，,、]", text))), False))
    words = text.split(" ")
    if not text.isascii() and all(len(word) >= _SHORTEST_KEYWORD for word in words):
        ways.append(Way(tuple(words), False))
    elif text.isascii() and text.count(" and ") == 1:
        ways.append(Way(tuple(text.split(" and ")), False))
    return tuple(way for way in dict.fromkeys(ways) if 1 < len(way.parts) <= _MOST_PARTS)


def _with_background(pieces: list[str]) -> list[str]:
    """Each piece that asks something, with the pieces before it that do not; none where the last one does not ask."""
    grouped: list[str] = []
    background: list[str] = []
    for piece in pieces:
        background.append(piece)
        if _QUESTION.search(piece):
            grouped.append("，".join(background))
            background = []
    return [] if background else grouped


def _parts(pieces: list[str]) -> tuple[str, ...]:
    stripped = (_TAIL.sub("", piece.strip(" ，,、")) for piece in pieces)
    return tuple(piece for piece in stripped if len(piece) >= _SHORTEST_PART and not _LEAD_IN.search(piece[-8:]))
