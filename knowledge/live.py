"""Knowledge that follows its files: what officers save is answered from within two seconds, without a restart.

A changed library is read and indexed beside the one in use, with the encoder in use, and takes its place in one step.
A library with a fault is refused as a whole while the last good one keeps answering.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from knowledge.encoder.model import Encoder, Vectors
from knowledge.errors import KnowledgeError
from knowledge.index.assembly import IndexMaker
from knowledge.index.folder import save_index
from knowledge.knowledge import Knowledge
from knowledge.library import LibraryReader
from knowledge.question.concepts import read_concepts
from knowledge.question.follow_up_wordings import read_follow_up_wordings
from knowledge.sources import CONCEPTS, FOLLOW_UPS, Sources, candidates, hash_sources, library_files, read_sources, source_files
from knowledge.terms import TermReader


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The files had changed and are in use now."""

    changed: tuple[str, ...]
    """Their paths below the knowledge folder."""
    candidates: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The files had changed and cannot be used; the state before them keeps answering."""

    changed: tuple[str, ...]
    error: KnowledgeError


class LiveKnowledge:
    """The knowledge in use, and how the next one is made. `refresh` belongs to one thread, `current` to all."""

    def __init__(self, knowledge: Knowledge, encoder: Encoder, terms: TermReader, folder: Path, index_folder: Path) -> None:
        self.current = knowledge
        self._maker = IndexMaker(encoder, terms, read_follow_up_wordings(folder / FOLLOW_UPS))
        self._folder = folder
        self._index_folder = index_folder
        self._seen = _signatures(folder)
        self._hashes = hash_sources(folder)
        self._reader = LibraryReader()

    @property
    def encoder_identity(self) -> str:
        """What the saved index says that it was made with."""
        return self._maker.encoder.identity

    @property
    def library_files(self) -> tuple[str, ...]:
        """FAQ and boundary files, by their paths below the knowledge folder."""
        return tuple(file.relative_to(self._folder).as_posix() for file in library_files(self._folder))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """With the encoder in use, which several threads may do at once. Unit-length rows, shape (len(texts), dimensions)."""
        return self._maker.encoder.encode([self._maker.terms.read(text).meaning for text in texts])

    def prepare(self) -> None:
        """Read all texts, so that the first change has to read only what is new. Takes seconds."""
        self._maker.resume(self.current.index)
        with suppress(KnowledgeError):  # what is wrong with the files is told when they have changed
            read_sources(self._folder, self._reader)

    def refresh(self) -> Refreshed | Refused | None:
        """Look at the files and follow what has changed; None where nothing has. Raises nothing that a file can cause."""
        signatures = _signatures(self._folder)
        if signatures == self._seen:
            return None
        self._seen = signatures
        changed: tuple[str, ...] = ()
        try:
            hashes = hash_sources(self._folder)
            changed = tuple(sorted({name for name, _ in set(hashes.items()) ^ set(self._hashes.items())}))
            return self._follow(changed, hashes, read_sources(self._folder, self._reader)) if changed else None
        except OSError:
            # A file vanished between two looks: editors do that when they save. Look again next time.
            self._seen = {}
            return None
        except KnowledgeError as error:
            return Refused(changed, error)

    def _follow(self, changed: tuple[str, ...], hashes: Mapping[str, str], sources: Sources) -> Refreshed:
        if {CONCEPTS, FOLLOW_UPS}.intersection(changed):  # every text is read anew
            terms = TermReader(read_concepts(self._folder / CONCEPTS))
            self._maker = IndexMaker(self._maker.encoder, terms, read_follow_up_wordings(self._folder / FOLLOW_UPS))
        index = self._maker.make(candidates(sources))
        self.current = Knowledge(sources, index, self._maker.encoder, self._maker.terms, normalised=self._maker.normalised)
        self._hashes = hashes
        # Kept for the next start; the swap above does not wait for it.
        save_index(self._index_folder, index, self._maker.encoder, hashes)
        return Refreshed(changed, len(index.candidates))


def _signatures(folder: Path) -> Mapping[Path, tuple[int, int]]:
    """Time of change and size of each source file: enough to see that a look inside is due."""
    found = {}
    for file in source_files(folder):
        try:
            status = file.stat()
        except OSError:
            continue
        found[file] = (status.st_mtime_ns, status.st_size)
    return found
