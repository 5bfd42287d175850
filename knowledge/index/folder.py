"""The index as a folder: written whole beside the old one, then swapped in; opened only if it fits its sources."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.encoder.model import Encoder
from knowledge.index.assembly import Index, owners_of
from knowledge.index.follow_ups import FollowUpSense
from knowledge.index.leaning import Leaning
from knowledge.index.manifest import check_manifest, write_manifest
from knowledge.index.packed import read_packed, write_packed
from knowledge.index.vectors import VectorIndex
from knowledge.index.words import WordIndex
from knowledge.library import Entry, Quote

_CANDIDATES = "candidates.json.gz"
_VECTORS = "vectors.faiss"
_CHARACTERS = "characters"
_SOUNDS = "sounds"
_LEANING = "leaning"
_FOLLOW_UPS = "follow_ups"


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
        index.follow_ups.save(fresh / _FOLLOW_UPS)
        write_packed(fresh / _CANDIDATES, [_fields(entry) for entry in index.candidates])
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
    candidates = tuple(_entry(fields) for fields in read_packed(folder / _CANDIDATES))
    return Index(
        candidates,
        VectorIndex.open(folder / _VECTORS, owners_of(candidates), len(candidates), dimensions),
        WordIndex.open(folder / _CHARACTERS, len(candidates)),
        WordIndex.open(folder / _SOUNDS, len(candidates)),
        Leaning.open(folder / _LEANING),
        FollowUpSense.open(folder / _FOLLOW_UPS),
    )


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(entry).items()}


def _entry(fields: dict[str, Any]) -> Entry:
    quotes = tuple(Quote(**quote) for quote in fields.pop("quotes"))
    valid_from, valid_until = (_day(fields.pop(key)) for key in ("valid_from", "valid_until"))
    listed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    return Entry(quotes=quotes, valid_from=valid_from, valid_until=valid_until, **listed)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
