"""A question as the index sees it: one script, one width, one case, cut into overlapping characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

import opencc
import pypinyin

from knowledge.question.concepts import Concepts, read_concepts

_WORD_OR_CHARACTER = re.compile(r"[a-z0-9]+|[^\W_]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text is searched by."""

    text: str
    """Normalised: NFKC, simplified characters, lower case."""
    characters: tuple[str, ...]
    """Single Chinese characters and their pairs; whole words and numbers of Latin script and their pairs."""
    sounds: tuple[str, ...]
    """Pairs of toneless pinyin syllables: a homophone typed by mistake keeps most of them."""
    concepts: tuple[str, ...] = ()
    """What its everyday words mean in the plan's terms; they are among `characters` too, in angle brackets."""

    @property
    def meaning(self) -> str:
        """What the encoder reads: the text, followed by its concepts."""
        return " ".join((self.text, *self.concepts))

    @property
    def ends(self) -> tuple[str, ...]:
        """How it begins and ends, marked as such: what is asked for often stands at the end."""
        return (f"^{self.text[:2]}", f"{self.text[-2:]}$", f"{self.text[-1:]}$")

    @property
    def is_empty(self) -> bool:
        """True for a text without a letter, digit or Chinese character."""
        return not self.characters


class TermReader:
    """Turns texts into terms; holds the conversion table from traditional to simplified characters and the list of concepts."""

    def __init__(self, concepts: Concepts | None = None) -> None:
        """Without `concepts` the project's own list is read; raises PlanError where that cannot be."""
        self._to_simplified = opencc.OpenCC("t2s")
        self._concepts = concepts or read_concepts()

    def normalise(self, text: str) -> str:
        """NFKC, simplified, lower case; control characters dropped, white space folded."""
        folded = " ".join(unicodedata.normalize("NFKC", text).split())
        printable = "".join(c for c in folded if unicodedata.category(c)[0] != "C")
        simplified: str = self._to_simplified.convert(printable)
        return simplified.lower()

    def read(self, text: str) -> Terms:
        """Normalise a text and cut it into terms."""
        normalised = self.normalise(text)
        units = _WORD_OR_CHARACTER.findall(normalised)
        chinese = [u for u in units if _CHINESE.fullmatch(u)]
        syllables = pypinyin.lazy_pinyin("".join(chinese)) if chinese else []
        concepts = self._concepts.of(normalised)
        return Terms(normalised, (*units, *_pairs(units), *(f"<{concept}>" for concept in concepts)), tuple(_pairs(syllables)), concepts)


def _pairs(units: list[str]) -> list[str]:
    return [f"{a}{b}" for a, b in pairwise(units)]
