"""What everyday words mean in the plan's terms: 娃 and kids are 子女, 借钱 and loan are 贷款."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from knowledge.errors import PlanError

FILE = Path(__file__).resolve().parent.parent / "concepts.yml"


class Concepts:
    """Finds concepts in normalised texts."""

    def __init__(self, named: Mapping[str, str]) -> None:
        """`named` gives the concept of each word."""
        self._named = named
        longest_first = sorted(named, key=lambda word: -len(word))
        chinese = "|".join(re.escape(word) for word in longest_first if not word.isascii())
        latin = "|".join(re.escape(word) for word in longest_first if word.isascii())
        self._words = re.compile(rf"{chinese}|(?<![a-z0-9])(?:{latin})(?![a-z0-9])")

    def of(self, text: str) -> tuple[str, ...]:
        """The concepts that a text names, each once, in their order."""
        return tuple(dict.fromkeys(self._named[word] for word in self._words.findall(text) if word))


def read_concepts(file: Path = FILE) -> Concepts:
    """Read the list of words. Raises PlanError for a word that stands under two concepts."""
    try:
        listed = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        pairs = [(str(word).lower(), str(concept)) for concept, words in listed.items() for word in (concept, *words)]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise PlanError(f"cannot read the words: {error}", file=file, hint="see the comment at its top") from error
    named: dict[str, str] = {}
    for word, concept in pairs:
        if named.setdefault(word, concept) != concept:
            raise PlanError(f"{word} stands under {named[word]} and {concept}", file=file, hint="keep the one that it always means")
    return Concepts(named)
