"""Mends what was typed by its sound: 银航 for 银行, 地里标志 for 地理标志, rongzi for 融资.

Input methods offer homophones, and people take the first. Two characters that stand nowhere in the library, but sound
like two that often do, are taken for those; likewise syllables in Latin letters. Whatever the library knows is left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache, reduce
from operator import add

import pypinyin

_OFTEN = 6
# How many times likelier two characters must stand together than by chance to be a word: 理设 of 管理设施 is none.
_TOGETHER = 40.0
_TWO = re.compile(r"[\u3400-\u9fff]{2}")
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|.", re.DOTALL)
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ue|ui|uo|a|e|i|o|u)"
    r"|ang|eng|ai|ei|ao|ou|an|en|er|a|o|e"
)
_ALIKE = ((re.compile("^([zcs])h"), r"\1"), (re.compile("ng$"), "n"), (re.compile("^l"), "n"), (re.compile("^h(?=u)"), "f"))
"""Sounds that many speakers of southern dialects do not tell apart."""


class Spelling:
    """Knows how the words of a library are spelt."""

    def __init__(self, texts: Iterable[str]) -> None:
        """From normalised texts; from none nothing is ever mended."""
        together = "\n".join(texts)
        runs = "\n".join(re.findall(r"[\u3400-\u9fff]+", together))
        counts = Counter(map(add, runs, runs[1:]))
        for pair in [pair for pair in counts if "\n" in pair]:
            del counts[pair]
        self._known = frozenset(counts)
        self._words: set[str] = set(re.findall(r"[a-z]+", together))
        self._exact: dict[tuple[str, ...], str] = {}
        self._alike: dict[tuple[str, ...], str] = {}
        single = Counter(runs.replace("\n", ""))
        total = sum(single.values())
        often = [(pair, count) for pair, count in counts.items() if count >= _OFTEN]
        for pair, count in sorted(often, key=lambda item: (-item[1], item[0])):
            if count * total >= _TOGETHER * single[pair[0]] * single[pair[1]]:
                sounds = _sounds(pair)
                self._exact.setdefault(sounds, pair)
                self._alike.setdefault(_blurred(sounds), pair)

    def mend(self, text: str) -> str:
        """A normalised text with its homophones mended."""
        pieces = _RUN.findall(text)
        spelt = "".join(self._spelt(piece) if piece.isascii() and piece.isalpha() else piece for piece in pieces)
        characters = list(spelt)
        for at in range(len(characters) - 1):
            pair = "".join(characters[at : at + 2])
            if _TWO.fullmatch(pair) and pair not in self._known:
                characters[at : at + 2] = self._mended(pair, characters, at)
        return "".join(characters)

    def _mended(self, pair: str, characters: list[str], at: int) -> str:
        sounds = _sounds(pair)
        for meant in (self._exact.get(sounds), self._alike.get(_blurred(sounds))):
            if meant and (meant[0] == pair[0] or meant[1] == pair[1]):
                # The character that changes must suit its other neighbour too: 地拟 in 飞地拟设立 is not 地理.
                before, after = characters[at - 1 : at], characters[at + 2 : at + 3]
                beside = "".join((*before, meant[0]) if meant[0] != pair[0] else (meant[1], *after))
                if not _TWO.fullmatch(beside) or beside in self._known:
                    return meant
        return pair

    def _spelt(self, word: str) -> str:
        """Two syllables in Latin letters as the characters that they most often stand for; an English word stays."""
        syllables = _SYLLABLE.findall(word)
        if word in self._words or len(syllables) != 2 or "".join(syllables) != word:
            return word
        return self._exact.get(tuple(syllables), word)


@lru_cache(maxsize=8192)
def _sounds(pair: str) -> tuple[str, ...]:
    return tuple(pypinyin.lazy_pinyin(pair))


def _blurred(sounds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(reduce(lambda sound, alike: alike[0].sub(alike[1], sound), _ALIKE, sound) for sound in sounds)
