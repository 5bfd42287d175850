"""The library as its files have it now: listed, searched, and each entry with its own lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock

from knowledge.editing import Block, NoSuchEntry, Uneditable, read_blocks
from knowledge.editing.files import may_be_written
from knowledge.errors import Fault
from knowledge.library import Entry, LibraryReader
from knowledge.library.located import UnreadableFile
from knowledge.plan import Clause, read_bureau_names, read_plan
from knowledge.policies import read_documents
from knowledge.sources import DOCUMENTS, hash_sources, library_files, references, source_files
from knowledge.terms import TermReader


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the list."""

    file: str
    """Below the knowledge folder."""
    entry: Entry


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries that can be used, and what is wrong with the others."""

    entries: Sequence[Listed]
    faults: Sequence[Fault]
    """Files are named by their path below the knowledge folder."""
    clauses: Sequence[Clause]
    """Of the plan and of other documents, which entries may cite."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Entries by file."""
        counted: dict[str, int] = {}
        for listed in self.entries:
            counted[listed.file] = counted.get(listed.file, 0) + 1
        return counted


class Library:
    """Blocking; safe to use from several threads. Only what has changed since is read again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._reader = LibraryReader()
        self._listed: tuple[object, Listing] | None = None
        self._terms = TermReader()
        self._searched: dict[int, tuple[Entry, str]] = {}
        """What is searched in, by the identity of the entry, which is kept beside it so that no other one can get it."""

    def listing(self) -> Listing:
        """Everything, in the order of the files. Raises PlanError, LibraryError, OSError."""
        with self._lock:
            seen = (date.today(), *((file, file.stat().st_mtime_ns, file.stat().st_size) for file in source_files(self.folder)))
            if self._listed is None or self._listed[0] != seen:
                self._listed = seen, self._read()
            return self._listed[1]

    def _read(self) -> Listing:
        plan = read_plan(self.folder / "plan" / "plan.yml")
        bureaus = read_bureau_names(self.folder / "plan" / "bureaus.yml")
        documents = read_documents(self.folder / DOCUMENTS, date.today(), bureaus)
        located, faults = self._reader.check(library_files(self.folder), references(plan, documents, bureaus))
        entries = [Listed(one.file.relative_to(self.folder).as_posix(), one.entry) for one in located]
        below = [replace(fault, file=fault.file.relative_to(self.folder)) for fault in faults if fault.file.is_relative_to(self.folder)]
        clauses = [*plan.clauses, *(clause for document in documents.by_slug.values() for clause in document.clauses)]
        return Listing(entries, below, clauses)

    def search(self, listing: Listing, words: str) -> Sequence[Listed]:
        """Entries that have all the words, parted by spaces, in id, wordings, answer, clauses or quotes; scripts and case do not matter."""
        wanted = self._terms.normalise(words).split()
        with self._lock:
            if len(self._searched) > 2 * len(listing.entries):
                self._searched.clear()
            return [listed for listed in listing.entries if all(word in self._text(listed.entry) for word in wanted)]

    def _text(self, entry: Entry) -> str:
        found = self._searched.get(id(entry))
        if found is None:
            parts = (entry.id, *entry.wordings, entry.answer, entry.answer_en or "", entry.near or "", *entry.bureaus)
            quotes = (part for quote in entry.quotes for part in (quote.clause, quote.text))
            found = self._searched[id(entry)] = entry, self._terms.normalise("\n".join((*parts, *quotes)))
        return found[1]

    def files(self) -> Sequence[str]:
        """Of FAQ and boundaries."""
        return [file.relative_to(self.folder).as_posix() for file in library_files(self.folder)]

    def content(self, file: str) -> bytes:
        """Of a file that `files` names. Raises NoSuchEntry, OSError."""
        if file not in self.files():
            raise NoSuchEntry(file)
        return (self.folder / file).read_bytes()

    def blocks(self, file: str) -> Sequence[Block]:
        """The lines of a file's entries. Raises NoSuchEntry, UnreadableFile, Uneditable, OSError."""
        return read_blocks(self.folder / file, self.content(file))

    def block(self, entry: str) -> tuple[str, Block]:
        """File and lines of an entry. Raises NoSuchEntry."""
        listed = next((one.file for one in self.listing().entries if one.entry.id == entry), None)
        # One with a fault is not among those that can be used, but may be mended here.
        for file in (listed,) if listed else self.files():
            try:
                found = next((block for block in self.blocks(file) if block.entry == entry), None)
            except (UnreadableFile, Uneditable):
                continue
            if found is not None:
                return file, found
        raise NoSuchEntry(entry)

    def hashes(self) -> Mapping[str, str]:
        """Of all source files: what a preview was made against."""
        return hash_sources(self.folder)

    @property
    def may_be_written(self) -> bool:
        """Whether the files could be changed in this installation."""
        return all(may_be_written(self.folder / file) for file in self.files())
