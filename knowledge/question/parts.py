"""Splits a message that asks two things: 用地怎么保障，还有娃上学怎么办. What only tells of the asker's situation is no question."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.question.asking import asks_anything

_SENTENCE = re.compile(r"[^？?；;。!！]+[？?；;。!！]*")
_TURN = re.compile(
    r"[，,、\s]*(?:(?:顺便|顺带|另外|再|还想)(?:再)?问(?:一?下(?!半))?|然后还有就是|还有就是|还有一个是?|另外再|另外"
    r"|还有(?!没|多|冇|咩|什|啥|哪|别|几|吗|呢)|顺便|同时|以及|此外|再一个是?|还想知道|仲有(?!冇|咩)|第一个?是|第二个?是|第二|(?<!第)一个是"
    r"|(?<=[^，,。 ]{4})然后(?:呢)?就?|并(?:请)?(?:说明|介绍|告知)"
    r"|\band also\b|\balso\b|\bas well as\b|\band what about\b|\band how about\b|\bplus\b|\bsecondly\b|\bsecond\b(?=,))[，,：:\s]*"
)
_COMMA_AND = re.compile(r",\s+and\s+(?=(?:who|what|how|where|which|when|is|are|do|does|can|will|any)\b)")
_PAIR = re.compile(
    r"^(?P<before>.{0,12}?)(?P<first>[^，,。？?和与跟同及]{1,12})(?:和|与|跟|以及|同埋|同)(?P<second>[^，,。？?和与跟同及]{1,12}?)"
    r"(?P<predicate>(?:分别|各|都|两样|这两块|两件事|两方面|方面)?都?(?:怎么|如何|咋|点|有什么|有啥|有咩|有哪些|能不能|怎样|政策).*)$"
)
_TAIL = re.compile(r"(然后|那么|就是|两样都有说法没|这两头怎么说)+$")
_LEAD_IN = re.compile(r"[两三几]个?(事|问题|件事|样嘢)|two (things|questions)")
_SHORTEST_PART = 2
_SIGNS = " ，,、？?；;。!！"
_LONGEST_TOPIC = 8
_MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a message as several questions."""

    parts: tuple[str, ...]
    is_marked: bool
    """The message itself says that there are several: by 还有 or by ending a sentence; otherwise it is a guess at a comma."""


def split_parts(text: str) -> tuple[Way, ...]:
    """Ways to read a normalised message as several questions, the likeliest first; none for a message of one part."""
    sentences = _SENTENCE.findall(text)
    asked = _with_background(sentences) or [text]
    ways = [Way(_parts(part for group in asked for part in _turns(group)), True), Way(_parts(asked), True)]
    if pair := _PAIR.match(text.strip("？?。 ")):
        halves = (f"{pair['before']}{pair[name]}{pair['predicate']}" for name in ("first", "second"))
        ways.append(Way(tuple(halves), True))
    commas = [piece for sentence in sentences for piece in re.split(r"[，,、]", sentence)]
    if commas and asks_anything(commas[-1]):
        ways.append(Way(_parts(_with_background(commas)), False))
    words = text.split(" ")
    if not text.isascii() and all(len(word) >= _SHORTEST_PART for word in words):
        ways.append(Way(tuple(words), False))
    elif text.isascii() and text.count(" and ") == 1:
        ways.append(Way(tuple(text.split(" and ")), False))
    return tuple(way for way in dict.fromkeys(ways) if 1 < len(way.parts) <= _MOST_PARTS)


def _turns(text: str) -> list[str]:
    """What stands between the words that lead over to something else; what comes before them may be mere background."""
    turns = [part for piece in _TURN.split(text) for part in _COMMA_AND.split(piece) if len(part.strip()) >= _SHORTEST_PART]
    if len(turns) > 1 and len(turns[0]) > _LONGEST_TOPIC and not asks_anything(turns[0]):
        return ["，".join(turns[:2]), *turns[2:]]
    return turns


def _with_background(pieces: Iterable[str]) -> list[str]:
    """Each piece that asks something, with the pieces around it that do not."""
    grouped: list[str] = []
    background: list[str] = []
    for piece in filter(str.strip, pieces):
        background.append(piece.strip(_SIGNS))
        if asks_anything(piece):
            grouped.append("，".join(background))
            background = []
    if background and grouped:
        grouped[-1] = "，".join((grouped[-1], *background))
    return grouped


def _parts(pieces: Iterable[str]) -> tuple[str, ...]:
    stripped = (_TAIL.sub("", piece.strip(_SIGNS)) for piece in pieces)
    return tuple(piece for piece in stripped if len(piece) >= _SHORTEST_PART and not _LEAD_IN.search(piece[-8:]))
