"""Opens states of the files: the knowledge as a folder would make it. What two states share is worked out once."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.artefacts import Places
from knowledge.encoder.model import open_encoder
from knowledge.errors import KnowledgeIndexError
from knowledge.index.assembly import IndexMaker
from knowledge.index.folder import open_index
from knowledge.index.manifest import read_manifest
from knowledge.knowledge import Knowledge
from knowledge.library import LocatedEntry
from knowledge.library.reader import LibraryReader
from knowledge.preview.remembered import RememberingEncoder, RememberingTerms
from knowledge.question.concepts import read_concepts
from knowledge.question.follow_up_wordings import read_follow_up_wordings
from knowledge.sources import CONCEPTS, FOLDER, FOLLOW_UPS, candidates, hash_sources, library_files, read_sources, references

_MOST_OPEN = 3
"""The state in use, the one that is edited, and that before the last change of it."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of the files."""

    knowledge: Knowledge
    mark: str
    """Tells it, with the program, the encoder and the day, from all others that might answer otherwise."""
    located: tuple[LocatedEntry, ...]


class States:
    """Opens them, and keeps the last ones open. Belongs to one thread."""

    def __init__(self, places: Places) -> None:
        """Raises EncoderError."""
        self.encoder = RememberingEncoder(open_encoder(places.encoder_in_use))
        self._places = places
        self._makers: dict[str, IndexMaker] = {}
        self._open: OrderedDict[str, State] = OrderedDict()

    def open(self, folder: Path) -> State:
        """The state of a knowledge folder. Raises KnowledgeError where its files are faulty."""
        mark = self.mark(folder)
        if state := self._open.get(mark):
            self._open.move_to_end(mark)
            return state
        reader = LibraryReader()
        sources = read_sources(folder, reader)
        maker = self._maker(folder)
        index = maker.make(candidates(sources))
        knowledge = Knowledge(sources, index, self.encoder, maker.terms, normalised=maker.normalised)
        clauses = references(sources.plan, sources.documents, sources.bureaus)
        located, _ = reader.check(library_files(folder), clauses)
        state = self._open[mark] = State(knowledge, mark, located)
        while len(self._open) > _MOST_OPEN:
            self._open.popitem(last=False)
        return state

    def mark(self, folder: Path) -> str:
        """The mark of a folder's state."""
        parts = [sorted(hash_sources(folder).items()), self.encoder.identity, program_mark(), date.today().isoformat()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def _maker(self, folder: Path) -> IndexMaker:
        """One for each state of the lists that decide how any text is read."""
        lists = [folder / CONCEPTS, folder / FOLLOW_UPS]
        mark = hashlib.sha256(b"\0".join(file.read_bytes() for file in lists)).hexdigest()
        if mark not in self._makers:
            terms = RememberingTerms(read_concepts(lists[0]))
            self._makers = {mark: IndexMaker(self.encoder, terms, read_follow_up_wordings(lists[1]))}
            self._resume(self._makers[mark])
        return self._makers[mark]

    def _resume(self, maker: IndexMaker) -> None:
        """Go on from the index in use, as the running service would: what was learnt from nearly the same wordings still holds."""
        try:
            folder = self._places.index
            maker.resume(open_index(folder, read_manifest(folder).sources, self.encoder.identity))
        except KnowledgeIndexError:
            return  # all is made anew


def program_mark() -> str:
    """Changes with every line of this package: another program may answer otherwise."""
    files = sorted([*FOLDER.rglob("*.py"), *FOLDER.glob("retrieval/*.json")])
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
