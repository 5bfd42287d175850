"""Drafts, previews and versions as values, and why something is not done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from knowledge.editing import Edit, EditKind


class VersionKind(Enum):
    """How a version came to be."""

    FOUND = "found"
    """As the file was when it was first looked at."""
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    RESTORED = "restored"
    BY_HAND = "by-hand"
    """The file was edited outside the desk."""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of one file, from its time on until the next one's."""

    id: int
    at: datetime
    by: str
    """Login; empty where the file was edited by hand."""
    file: str
    """Below the knowledge folder."""
    entry: str
    """The one that differs from the version before; empty for several."""
    kind: VersionKind
    summary: str
    """Ids of what was added, changed and removed: ``+ land-a ~ land-b - land-c``."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would change, see `knowledge.preview.compare`."""

    at: datetime
    changes: Sequence[Mapping[str, Any]]
    asked: Mapping[str, int]
    """Questions, by where they are known from."""
    changed: Mapping[str, int]
    worse: int
    """Test questions that would no longer be answered rightly."""
    better: int
    evaluation: str
    """Why there are no test questions; empty where there are."""
    advice: Sequence[Mapping[str, str]]
    seconds: float

    @property
    def of_substance(self) -> Sequence[Mapping[str, Any]]:
        """Changes of more than words."""
        return [change for change in self.changes if change["change"] != "wording"]

    def as_fields(self) -> dict[str, Any]:
        """A JSON object, without the time."""
        names = ("changes", "asked", "changed", "worse", "better", "evaluation", "advice", "seconds")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Draft:
    """An edit that somebody works on. It outlives the service."""

    id: int
    file: str
    entry: str
    kind: EditKind
    by: str
    base: str
    """The entry's lines, or the whole file, that it began from; empty for a new entry."""
    text: str
    restores: int | None
    """The version that it brings back."""
    group: int | None
    """Of questions that it was written for."""
    began_at: datetime
    updated_at: datetime
    previewed: str
    """Mark of the edit and the files that its preview is of; empty where there is none."""

    @property
    def edit(self) -> Edit:
        """What it would do."""
        return Edit(self.file, self.kind, self.entry, self.text)

    @property
    def differs(self) -> bool:
        """Whether it would do anything."""
        return self.kind in (EditKind.ADD, EditKind.REMOVE) or self.text != self.base


def preview_mark(edit: Edit, hashes: Mapping[str, str]) -> str:
    """Tells an edit of a state of all files from every other; `hashes` are those of the files, see `knowledge.sources.hash_sources`."""
    parts = [edit.file, edit.kind.value, edit.entry, edit.text, sorted(hashes.items())]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class FaqError(Exception):
    """It is not done."""


class NoSuchDraft(FaqError):
    """There is none with that id: it was published or thrown away."""


class NoSuchVersion(FaqError):
    """There is none with that id."""


class NotYours(FaqError):
    """Another officer's draft."""


class EntryMoved(FaqError):
    """The entry is no longer the one that the draft began from; `now` is what it is, empty where it is gone."""

    def __init__(self, now: str) -> None:
        self.now = now
        super().__init__("the entry has changed")


class NotPreviewed(FaqError):
    """There is no finished preview of exactly this edit of exactly these files."""


class NotConfirmed(FaqError):
    """Answers change in substance, and nobody has said that they looked at it."""


class Faulty(FaqError):
    """The files would have faults."""


class ReadOnly(FaqError):
    """The files cannot be written to in this installation."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A preview that is being made."""

    done: int
    total: int
    """0 until both states are opened."""
    found: Sequence[Mapping[str, Any]]
    """Changes so far."""
    failed: str
    """Why it ended without a result; empty while it goes on."""
