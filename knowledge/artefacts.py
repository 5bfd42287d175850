"""What is built from the sources and kept on disk: the trained encoder and the index. Nothing unchanged is rebuilt."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from knowledge.encoder.identity import TrainingSettings, encoder_identity
from knowledge.errors import KnowledgeIndexError
from knowledge.index.manifest import check_manifest
from knowledge.sources import FOLDER, Sources, candidates, hash_sources, read_sources, training_groups

_TRAINED_FROM = "trained_from.json"
Report = Callable[[str], None]
Training = Mapping[str, object]


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


def build(places: Places, report: Report = lambda line: None) -> None:
    """Train the encoder and build the index where they do not fit the sources; say what was done.

    Raises KnowledgeError before anything is replaced.
    """
    hashes = hash_sources(FOLDER)
    wanted = _wanted_training()
    try:
        # The manifest names the encoder's content, so one look tells whether anything at all has changed.
        check_manifest(places.index, hashes, encoder_identity(places.encoder_in_use))
        if places.encoder or _same_training(places.trained_encoder, wanted):
            report("knowledge: unchanged, nothing to build")
            return
    except KnowledgeIndexError as error:
        report(f"knowledge: building, {error.reason}")
    sources = read_sources(FOLDER)
    if not places.encoder:
        _train_if_changed(places.trained_encoder, sources, wanted, report)
    _build_index(places, sources, hashes, report)


def _build_index(places: Places, sources: Sources, hashes: Mapping[str, str], report: Report) -> None:
    # Imported here, as below, because the libraries take seconds to import and nothing may be there to do.
    from knowledge.encoder.model import open_encoder
    from knowledge.index.folder import build_index
    from knowledge.terms import TermReader

    everything = candidates(sources)
    build_index(places.index, everything, open_encoder(places.encoder_in_use), TermReader(), hashes)
    report(f"knowledge: indexed {len(everything)} candidates from {len(sources.plan.clauses)} clauses")


def _train_if_changed(folder: Path, sources: Sources, wanted: Training, report: Report) -> None:
    from knowledge.encoder.training import train_encoder
    from knowledge.terms import TermReader

    terms = TermReader()
    groups = [[terms.normalise(text) for text in group] for group in training_groups(sources.entries)]
    wanted = {**wanted, "groups": _hash_of(groups)}
    if _same_training(folder, wanted):
        report("knowledge: encoder unchanged")
        return
    report(f"knowledge: training the encoder on {sum(map(len, groups))} texts")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=folder.name) as temporary:
        fresh = Path(temporary) / folder.name
        train_encoder(groups, fresh, TrainingSettings(), lambda done, total: _report_fifths(done, total, report))
        (fresh / _TRAINED_FROM).write_text(json.dumps(wanted, indent=2), encoding="utf-8")
        if folder.exists():
            folder.rename(Path(temporary) / "replaced")
        shutil.move(fresh, folder)


def _report_fifths(done: int, total: int, report: Report) -> None:
    if done * 5 // total > (done - 1) * 5 // total:
        report(f"knowledge: encoder {100 * done // total} %")


def _wanted_training() -> Training:
    """What the program would train with today; the texts are added where they have been read."""
    versions = {name: version(name) for name in ("torch", "sentence-transformers", "tokenizers")}
    return {"settings": asdict(TrainingSettings()), "versions": versions}


def _same_training(folder: Path, wanted: Training) -> bool:
    try:
        stored = json.loads((folder / _TRAINED_FROM).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return all(stored.get(key) == value for key, value in wanted.items())


def _hash_of(groups: Sequence[Sequence[str]]) -> str:
    return hashlib.sha256(json.dumps(groups, ensure_ascii=False).encode()).hexdigest()
