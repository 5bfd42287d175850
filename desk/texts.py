"""The words of the pages, in both languages side by side: `texts/*.yml`, one file a subject."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

import yaml

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast where PyYAML was built with libyaml."""
FOLDER = Path(__file__).parent / "texts"


class Texts:
    """All of them, by key and language."""

    def __init__(self, by_key: Mapping[str, Mapping[Language, str]]) -> None:
        self._by_key = by_key

    def get(self, language: Language, key: str, **values: object) -> str:
        """The text with the values put in for {name}. Raises KeyError for a key that is none."""
        text = self._by_key[key][language]
        return text.format(**values) if values else text

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._by_key)


def read_texts(folder: Path = FOLDER) -> Texts:
    """Read all files. Raises ValueError where a key stands twice or lacks a language."""
    by_key: dict[str, Mapping[Language, str]] = {}
    for file in sorted(folder.glob("*.yml")):
        for key, texts in yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER).items():  # noqa: S506 - a safe one
            if key in by_key:
                raise ValueError(f"{file.name}: {key} stands twice")
            if not isinstance(texts, dict) or set(texts) != set(LANGUAGES) or not all(isinstance(text, str) for text in texts.values()):
                raise ValueError(f"{file.name}: {key} needs a text for each of {', '.join(LANGUAGES)}")
            by_key[key] = texts
    return Texts(by_key)
