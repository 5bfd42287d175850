"""What can go wrong with the knowledge, each error naming the file, the line where there is one, and what to do.

KnowledgeError
├── PlanError        the plan's text, its description or the bureau names cannot be used
├── LibraryError     FAQ, boundary or other files that officers keep cannot be used
├── EncoderError     the sentence encoder cannot be opened or trained
└── KnowledgeIndexError   the built index cannot be used
    ├── MissingIndex
    ├── DamagedIndex
    └── StaleIndex
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file that officers keep, in words for them."""

    code: str
    """What kind of fault it is, for programs: ``quote-not-verbatim``."""
    file: Path
    line: int | None
    """From 1; None where the file as a whole is meant."""
    reason: str
    hint: str = ""
    """What to do about it."""

    def __str__(self) -> str:
        return f"{self.file}{'' if self.line is None else f':{self.line}'}: {self.reason}{f'（{self.hint}）' if self.hint else ''}"


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
    """Files that officers keep cannot be used; `faults` holds all that was found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults" if len(self.faults) > 1 else "1 fault")

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


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
