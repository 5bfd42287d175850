"""What can go wrong with the knowledge, each error naming the file, the line where there is one, and what to do.

KnowledgeError
├── PlanError        the plan's text, its description or the bureau names cannot be used
├── LibraryError     an FAQ or boundary file cannot be used
├── EncoderError     the sentence encoder cannot be opened or trained
└── KnowledgeIndexError   the built index cannot be used
    ├── MissingIndex
    ├── DamagedIndex
    └── StaleIndex
"""

from __future__ import annotations

from pathlib import Path


class KnowledgeError(Exception):
    """The knowledge cannot be used."""

    def __init__(self, reason: str, *, file: Path | None = None, line: int | None = None, hint: str = "") -> None:
        self.reason = reason
        self.file = file
        self.line = line
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        where = "" if self.file is None else f"{self.file}{'' if self.line is None else f':{self.line}'}: "
        return f"{where}{self.reason}" + (f" ({self.hint})" if self.hint else "")


class PlanError(KnowledgeError):
    """The plan's text, its description or the bureau names cannot be used."""


class LibraryError(KnowledgeError):
    """An FAQ or boundary file cannot be used."""


class EncoderError(KnowledgeError):
    """The sentence encoder cannot be opened or trained."""


class KnowledgeIndexError(KnowledgeError):
    """The built index cannot be used."""


class MissingIndex(KnowledgeIndexError):
    """There is no built index."""


class DamagedIndex(KnowledgeIndexError):
    """A file of the built index is missing or is not what was written."""


class StaleIndex(KnowledgeIndexError):
    """The index was built from other sources, another encoder or another program version."""
