"""Opens what was built, or says exactly why it cannot be used."""

from __future__ import annotations

from knowledge.artefacts import Places
from knowledge.encoder.identity import encoder_identity
from knowledge.encoder.model import Encoder, open_encoder
from knowledge.errors import EncoderError
from knowledge.index.folder import open_index
from knowledge.index.manifest import REBUILD
from knowledge.knowledge import Knowledge
from knowledge.live import LiveKnowledge
from knowledge.sources import FOLDER, hash_sources, read_sources
from knowledge.terms import TermReader


def open_knowledge(places: Places) -> Knowledge:
    """Open sources, index and encoder. Raises KnowledgeError, naming the file and what to do, where one does not fit."""
    return _open(places, TermReader())[0]


def open_live_knowledge(places: Places) -> LiveKnowledge:
    """The same, ready to follow its files. Raises KnowledgeError."""
    terms = TermReader()
    knowledge, encoder = _open(places, terms)
    return LiveKnowledge(knowledge, encoder, terms, FOLDER, places.index)


def _open(places: Places, terms: TermReader) -> tuple[Knowledge, Encoder]:
    if not places.encoder and not places.trained_encoder.is_dir():
        raise EncoderError("there is no trained encoder", file=places.trained_encoder, hint=REBUILD)
    index = open_index(places.index, hash_sources(FOLDER), encoder_identity(places.encoder_in_use))
    encoder = open_encoder(places.encoder_in_use)
    return Knowledge(read_sources(FOLDER), index, encoder, terms), encoder
