"""The index as a folder: built whole beside the old one, then swapped in; opened only if it fits its sources."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from knowledge.encoder.model import Encoder
from knowledge.index.doubt import Doubt, train_doubt
from knowledge.index.manifest import check_manifest, write_manifest
from knowledge.index.vectors import VectorIndex
from knowledge.index.words import WordIndex
from knowledge.library import Entry, Quote
from knowledge.terms import TermReader

_CANDIDATES = "candidates.json"
_VECTORS = "vectors.faiss"
_CHARACTERS = "characters"
_SOUNDS = "sounds"
_DOUBT = "doubt.json"


@dataclass(frozen=True)
class Index:
    """What a question is compared with."""

    candidates: tuple[Entry, ...]
    """FAQ entries, boundaries, and the plan's own sentences as entries without phrasings."""
    vectors: VectorIndex
    characters: WordIndex
    sounds: WordIndex
    doubt: Doubt


def build_index(folder: Path, candidates: Sequence[Entry], encoder: Encoder, terms: TermReader, sources: Mapping[str, str]) -> Index:
    """Encode every wording and quote, and write the folder. An existing index is replaced only by a complete one."""
    texts = [_texts(entry) for entry in candidates]
    owners = np.repeat(np.arange(len(candidates)), [len(own) for own in texts])
    vectors = encoder.encode([terms.normalise(text) for own in texts for text in own])
    read = [[terms.read(text) for text in own] for own in texts]
    index = Index(
        tuple(candidates),
        VectorIndex.build(vectors, owners, len(candidates)),
        WordIndex.build([[term for text in own for term in text.characters] for own in read]),
        WordIndex.build([[term for text in own for term in text.sounds] for own in read]),
        train_doubt(candidates, [own[: len(_wordings(entry))] for entry, own in zip(candidates, read, strict=True)]),
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=folder.name) as temporary:
        fresh = Path(temporary) / folder.name
        fresh.mkdir()
        index.vectors.save(fresh / _VECTORS)
        index.characters.save(fresh / _CHARACTERS)
        index.sounds.save(fresh / _SOUNDS)
        index.doubt.save(fresh / _DOUBT)
        (fresh / _CANDIDATES).write_text(json.dumps([asdict(entry) for entry in candidates], ensure_ascii=False), encoding="utf-8")
        counts = {"candidates": len(candidates), "vectors": len(vectors)}
        write_manifest(fresh, sources, encoder.identity, encoder.dimensions, counts)
        if folder.exists():
            folder.rename(Path(temporary) / "replaced")
        shutil.move(fresh, folder)
    return index


def open_index(folder: Path, sources: Mapping[str, str], encoder: str) -> Index:
    """Open a built index that fits these sources and this encoder identity.

    Raises MissingIndex, StaleIndex or DamagedIndex.
    """
    manifest = check_manifest(folder, sources, encoder)
    stored = json.loads((folder / _CANDIDATES).read_text(encoding="utf-8"))
    candidates = tuple(_entry(fields) for fields in stored)
    owners = np.repeat(np.arange(len(candidates)), [len(_texts(entry)) for entry in candidates])
    return Index(
        candidates,
        VectorIndex.open(folder / _VECTORS, owners, len(candidates), manifest.dimensions),
        WordIndex.open(folder / _CHARACTERS, len(candidates)),
        WordIndex.open(folder / _SOUNDS, len(candidates)),
        Doubt.open(folder / _DOUBT),
    )


def _texts(entry: Entry) -> list[str]:
    """What a candidate is found by: its wordings, and the words that it quotes."""
    return [*_wordings(entry), *(quote.text for quote in entry.quotes)]


def _wordings(entry: Entry) -> list[str]:
    return [wording for wording in entry.wordings if wording]


def _entry(fields: dict[str, object]) -> Entry:
    quotes = tuple(Quote(**quote) for quote in fields.pop("quotes"))  # type: ignore[attr-defined]
    listed = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    return Entry(quotes=quotes, **listed)  # type: ignore[arg-type]
