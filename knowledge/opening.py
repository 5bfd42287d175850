"""Opens what was built, or says exactly why it cannot be used."""

from __future__ import annotations

from knowledge.artefacts import Places
from knowledge.encoder.identity import encoder_identity
from knowledge.encoder.model import open_encoder
from knowledge.errors import EncoderError
from knowledge.index.folder import open_index
from knowledge.index.manifest import REBUILD
from knowledge.knowledge import Knowledge
from knowledge.plan import read_bureau_names, read_plan
from knowledge.sources import FOLDER, hash_sources
from knowledge.terms import TermReader


def open_knowledge(places: Places) -> Knowledge:
    """Open plan, index and encoder. Raises KnowledgeError, naming the file and what to do, where one does not fit."""
    plan = read_plan(FOLDER / "plan" / "plan.yml")
    bureaus = read_bureau_names(FOLDER / "plan" / "bureaus.yml")
    if not places.encoder and not places.trained_encoder.is_dir():
        raise EncoderError("there is no trained encoder", file=places.trained_encoder, hint=REBUILD)
    index = open_index(places.index, hash_sources(FOLDER), encoder_identity(places.encoder_in_use))
    return Knowledge(plan, bureaus, index, open_encoder(places.encoder_in_use), TermReader())
