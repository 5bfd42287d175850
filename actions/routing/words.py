"""Finds in an enquirer's words which bureaus they are about, by the office's own list of words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import opencc


@dataclass(frozen=True, slots=True)
class Match:
    """A bureau and the word that led to it."""

    bureau: str
    """Canonical name."""
    word: str
    """As the list writes it."""


def bureaus_meant(text: str, words: Iterable[tuple[str, str]]) -> tuple[Match, ...]:
    """Bureaus whose words stand in a text, given pairs of word and bureau; each bureau once, by its longest word.

    A word inside a longer one that was found does not count: 能耗指标 is not 指标. Longer words are surer and come first,
    equally long ones in the order of the text. The text may be traditional, full-width or capital; the words are simplified.
    """
    owners: dict[str, list[tuple[str, str]]] = {}
    for word, bureau in words:
        owners.setdefault(_folded(word), []).append((word, bureau))
    rest = _folded(_to_simplified().convert(text))
    found: list[tuple[int, int, Match]] = []
    for folded in sorted(owners, key=len, reverse=True):
        if (at := _place(folded, rest)) >= 0:
            found += [(-len(folded), at, Match(bureau, word)) for word, bureau in owners[folded]]
            rest = rest.replace(folded, "\0" * len(folded))
    longest: dict[str, Match] = {}
    for _, _, match in sorted(found, key=lambda entry: entry[:2]):
        longest.setdefault(match.bureau, match)
    return tuple(longest.values())


def _place(folded: str, text: str) -> int:
    """Where a word stands, or -1. Latin words stand alone: land is not in Thailand."""
    if not folded.isascii():
        return text.find(folded)
    match = re.search(rf"(?<![a-z0-9]){re.escape(folded)}(?![a-z0-9])", text)
    return -1 if match is None else match.start()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
