"""What is built from the sources and kept on disk: the trained encoder and the index. Nothing unchanged is rebuilt."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from knowledge.encoder.identity import TrainingSettings, encoder_identity
from knowledge.errors import KnowledgeIndexError
from knowledge.index.manifest import check_manifest
from knowledge.index.packed import read_packed, write_packed
from knowledge.sources import FOLDER, Sources, candidates, hash_sources, read_sources, training_groups

_TRAINED_FROM = "trained_from.json.gz"
Report = Callable[[str], None]
# Up to this share of other texts, an encoder still fits: new wordings are found by the words that it knows.
_NEARLY_THE_SAME = 0.05


@dataclass(frozen=True, slots=True)
class Places:
    """Where the artefacts lie, and which encoder is wished for."""

    index: Path
    trained_encoder: Path
    """Where the default encoder is trained to."""
    encoder: str = ""
    """Path or hub name of another encoder; empty for the default."""

    @property
    def encoder_in_use(self) -> str:
        """What `open_encoder` is to open."""
        return self.encoder or str(self.trained_encoder)


def build(places: Places, report: Report = lambda line: None, *, exact: bool = False) -> None:
    """Train the encoder and build the index where they do not fit the sources; say what was done.

    An encoder that was trained from nearly the same texts is kept, so that a mended answer changes that answer alone;
    `exact` trains anew after any change, as a fresh installation would.
    Raises KnowledgeError before anything is replaced.
    """
    hashes = hash_sources(FOLDER)
    if not exact and _fits(places, hashes, report):
        return
    sources = read_sources(FOLDER)
    if not places.encoder:
        train_if_changed(places.trained_encoder, sources, exact, report)
    if not exact or not _fits(places, hashes, report):
        _build_index(places, sources, hashes, report)


def _fits(places: Places, hashes: Mapping[str, str], report: Report) -> bool:
    try:
        # The manifest names the encoder's content, so one look tells whether anything at all has changed.
        check_manifest(places.index, hashes, encoder_identity(places.encoder_in_use))
    except KnowledgeIndexError as error:
        report(f"knowledge: building, {error.reason}")
        return False
    if not places.encoder and not _same_program(_trained_from(places.trained_encoder)):
        return False
    report("knowledge: unchanged, nothing to build")
    return True


def _build_index(places: Places, sources: Sources, hashes: Mapping[str, str], report: Report) -> None:
    # Imported here, as below, because the libraries take seconds to import and nothing may be there to do.
    from knowledge.encoder.model import open_encoder
    from knowledge.index.assembly import IndexMaker
    from knowledge.index.folder import save_index
    from knowledge.question.follow_up_wordings import read_follow_up_wordings
    from knowledge.terms import TermReader

    encoder = open_encoder(places.encoder_in_use)
    index = IndexMaker(encoder, TermReader(), read_follow_up_wordings()).make(candidates(sources))
    save_index(places.index, index, encoder, hashes)
    report(f"knowledge: indexed {len(index.candidates)} candidates from {len(sources.plan.clauses)} clauses")


def train_if_changed(folder: Path, sources: Sources, exact: bool, report: Report) -> None:
    """Train the default encoder into a folder, unless the one there was trained from these texts; `exact` as for `build`."""
    from knowledge.encoder.training import train_encoder
    from knowledge.terms import TermReader

    terms = TermReader()
    groups = [[terms.read(text).meaning for text in group] for group in training_groups(sources.entries)]
    texts = [_hash_of(text) for group in groups for text in group]
    stored = _trained_from(folder)
    if _same_program(stored) and (changed := _share_changed(stored.get("texts"), texts)) <= (0.0 if exact else _NEARLY_THE_SAME):
        report(f"knowledge: encoder kept, {changed:.1%} of its texts have changed")
        return
    report(f"knowledge: training the encoder on {len(texts)} texts")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=folder.name) as temporary:
        fresh = Path(temporary) / folder.name
        train_encoder(groups, fresh, TrainingSettings(), lambda done, total: _report_fifths(done, total, report))
        write_packed(fresh / _TRAINED_FROM, {**_program(), "texts": texts})
        if folder.exists():
            folder.rename(Path(temporary) / "replaced")
        shutil.move(fresh, folder)


def _report_fifths(done: int, total: int, report: Report) -> None:
    if done * 5 // total > (done - 1) * 5 // total:
        report(f"knowledge: encoder {100 * done // total} %")


def _program() -> dict[str, object]:
    """What the program would train with today."""
    versions = {name: version(name) for name in ("torch", "sentence-transformers", "tokenizers")}
    return {"settings": asdict(TrainingSettings()), "versions": versions}


def _trained_from(folder: Path) -> Mapping[str, Any]:
    """What a trained encoder says that it was made with and from; empty where there is none."""
    try:
        stored = read_packed(folder / _TRAINED_FROM)
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def _same_program(stored: Mapping[str, Any]) -> bool:
    return all(stored.get(key) == value for key, value in _program().items())


def _share_changed(stored: object, texts: Sequence[str]) -> float:
    """Share of texts that stand on one side only, 0 to 1; 0 only for the same texts in the same order."""
    if not isinstance(stored, list):
        return 1.0
    if stored == texts:
        return 0.0
    before, now = set(stored), set(texts)
    return max(len(before ^ now), 1) / max(len(before | now), 1)


def _hash_of(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
