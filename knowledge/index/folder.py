"""The index as a folder: written whole beside the old one, then swapped in; opened only if it fits its sources."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.encoder.model import Encoder
from knowledge.index.assembly import Index, owners_of
from knowledge.index.leaning import Leaning
from knowledge.index.manifest import check_manifest, write_manifest
from knowledge.index.vectors import VectorIndex
from knowledge.index.words import WordIndex
from knowledge.library import Entry, Quote

_CANDIDATES = "candidates.json"
_VECTORS = "vectors.faiss"
_CHARACTERS = "characters"
_SOUNDS = "sounds"
_LEANING = "leaning"


def save_index(folder: Path, index: Index, encoder: Encoder, sources: Mapping[str, str]) -> None:
    """Write the folder. An existing index is replaced only by a complete one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=folder.name) as temporary:
        fresh = Path(temporary) / folder.name
        fresh.mkdir()
        index.vectors.save(fresh / _VECTORS)
        index.characters.save(fresh / _CHARACTERS)
        index.sounds.save(fresh / _SOUNDS)
        index.leaning.save(fresh / _LEANING)
        candidates = json.dumps([asdict(entry) for entry in index.candidates], ensure_ascii=False, default=date.isoformat)
        (fresh / _CANDIDATES).write_text(candidates, encoding="utf-8")
        counts = {"candidates": len(index.candidates), "vectors": index.vectors.rows}
        write_manifest(fresh, sources, encoder.identity, encoder.dimensions, counts)
        if folder.exists():
            folder.rename(Path(temporary) / "replaced")
        shutil.move(fresh, folder)


def open_index(folder: Path, sources: Mapping[str, str], encoder: str) -> Index:
    """Open a built index that fits these sources and this encoder identity.

    Raises MissingIndex, StaleIndex or DamagedIndex.
    """
    manifest = check_manifest(folder, sources, encoder)
    return _open(folder, manifest.dimensions)


def _open(folder: Path, dimensions: int) -> Index:
    stored = json.loads((folder / _CANDIDATES).read_text(encoding="utf-8"))
    candidates = tuple(_entry(fields) for fields in stored)
    return Index(
        candidates,
        VectorIndex.open(folder / _VECTORS, owners_of(candidates), len(candidates), dimensions),
        WordIndex.open(folder / _CHARACTERS, len(candidates)),
        WordIndex.open(folder / _SOUNDS, len(candidates)),
        Leaning.open(folder / _LEANING),
    )


def _entry(fields: dict[str, Any]) -> Entry:
    quotes = tuple(Quote(**quote) for quote in fields.pop("quotes"))
    valid_from, valid_until = (_day(fields.pop(key)) for key in ("valid_from", "valid_until"))
    listed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    return Entry(quotes=quotes, valid_from=valid_from, valid_until=valid_until, **listed)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
