"""An index folder's own description: what it was built from and with, and what every file in it must be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from knowledge.errors import DamagedIndex, MissingIndex, StaleIndex

FORMAT = 8
MANIFEST = "manifest.json"
REBUILD = "run `python -m knowledge build`"
_LIBRARIES = ("faiss-cpu", "numpy", "sentence-transformers")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that decides whether an index may be used."""

    format: int
    built_at: str
    sources: Mapping[str, str]
    """Content hash of each source file by its path within the knowledge folder."""
    encoder: str
    """Identity of the encoder, see `encoder_identity`."""
    dimensions: int
    counts: Mapping[str, int]
    versions: Mapping[str, str]
    files: Mapping[str, str]
    """Content hash of each file of the index."""


def hash_files(files: Sequence[Path], root: Path) -> dict[str, str]:
    """SHA-256 of each file by its path below `root`."""
    return {file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def write_manifest(folder: Path, sources: Mapping[str, str], encoder: str, dimensions: int, counts: Mapping[str, int]) -> Manifest:
    """Describe a folder whose other files are complete. Writing the manifest is the last step of a build."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    manifest = Manifest(
        FORMAT,
        datetime.now(timezone.utc).isoformat(timespec="seconds"),
        sources,
        encoder,
        dimensions,
        counts,
        {library: version(library) for library in _LIBRARIES},
        hash_files(files, folder),
    )
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read a manifest. Raises MissingIndex or DamagedIndex."""
    path = folder / MANIFEST
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise MissingIndex("there is no index here", file=folder, hint=REBUILD) from error
    except (OSError, ValueError, TypeError) as error:
        raise DamagedIndex(f"the manifest cannot be read: {error}", file=path, hint=REBUILD) from error


def check_manifest(folder: Path, sources: Mapping[str, str], encoder: str) -> Manifest:
    """Refuse an index that was built from or with anything else than what is at hand, or whose files have changed.

    Raises MissingIndex, StaleIndex or DamagedIndex, naming the first difference.
    """
    manifest = read_manifest(folder)
    path = folder / MANIFEST
    if manifest.format != FORMAT:
        raise StaleIndex(f"index format {manifest.format}, this program writes {FORMAT}", file=path, hint=REBUILD)
    changed = sorted(name for name, _ in set(sources.items()) ^ set(manifest.sources.items()))
    if changed:
        raise StaleIndex(f"built from another {changed[0]}", file=path, hint=REBUILD)
    if manifest.encoder != encoder:
        raise StaleIndex(f"built with encoder {manifest.encoder}, the setting names {encoder}", file=path, hint=REBUILD)
    for name, expected in manifest.files.items():
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            raise DamagedIndex("the file is missing or not as it was written", file=file, hint=REBUILD)
    return manifest
