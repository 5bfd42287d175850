"""Opens what was built, or says exactly why it cannot be used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from knowledge.artefacts import Places
from knowledge.encoder.model import Encoder, open_encoder
from knowledge.errors import EncoderError
from knowledge.index.assembly import IndexMaker
from knowledge.index.folder import open_index
from knowledge.index.manifest import REBUILD, read_manifest
from knowledge.knowledge import Knowledge
from knowledge.live import LiveKnowledge
from knowledge.question.concepts import read_concepts
from knowledge.question.follow_up_wordings import read_follow_up_wordings
from knowledge.sources import CONCEPTS, FOLDER, FOLLOW_UPS, candidates, hash_sources, read_sources
from knowledge.terms import TermReader


def open_knowledge(places: Places) -> Knowledge:
    """Open sources, index and encoder. Raises KnowledgeError, naming the file and what to do, where one does not fit."""
    return _open(places, TermReader())[0]


def open_live_knowledge(places: Places) -> LiveKnowledge:
    """The same, ready to follow its files. Raises KnowledgeError."""
    terms = TermReader()
    knowledge, encoder = _open(places, terms)
    return LiveKnowledge(knowledge, encoder, terms, FOLDER, places.index)


def open_states(places: Places, folder: Path) -> tuple[Knowledge, Knowledge]:
    """What is running, as its saved index has it, and what a knowledge folder would make of it. Raises KnowledgeError."""
    encoder = _encoder(places)
    terms = TermReader()
    sources = read_sources(folder)
    index = open_index(places.index, read_manifest(places.index).sources, encoder.identity)
    running = replace(sources, entries=tuple(entry for entry in index.candidates if entry.question))
    maker = IndexMaker(encoder, TermReader(read_concepts(folder / CONCEPTS)), read_follow_up_wordings(folder / FOLLOW_UPS))
    changed = maker.make(candidates(sources))
    return Knowledge(running, index, encoder, terms), Knowledge(sources, changed, encoder, terms)


def make_knowledge(places: Places) -> Knowledge:
    """Made in memory with the encoder of these places, whatever the saved index was made with. Raises KnowledgeError."""
    encoder, terms, sources = _encoder(places), TermReader(), read_sources()
    return Knowledge(sources, IndexMaker(encoder, terms, read_follow_up_wordings()).make(candidates(sources)), encoder, terms)


def _open(places: Places, terms: TermReader) -> tuple[Knowledge, Encoder]:
    encoder = _encoder(places)
    index = open_index(places.index, hash_sources(FOLDER), encoder.identity)
    return Knowledge(read_sources(FOLDER), index, encoder, terms), encoder


def _encoder(places: Places) -> Encoder:
    if not places.encoder and not places.trained_encoder.is_dir():
        raise EncoderError("there is no trained encoder", file=places.trained_encoder, hint=REBUILD)
    return open_encoder(places.encoder_in_use)
