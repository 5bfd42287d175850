"""What the office keeps, followed while the service runs: a saved file counts within a second or two, a faulty one changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from actions.office.bureaus import read_directory
from actions.office.consent import read_consent
from actions.office.model import Office
from actions.office.tracks import read_tracks
from knowledge.errors import Fault, LibraryError
from knowledge.plan import BureauNames, Plan

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OfficeFiles:
    """Where the office's files lie."""

    bureaus: Path
    tracks: Path
    consent: Path

    def signatures(self) -> Mapping[Path, tuple[int, int]]:
        """Time of change and size of each file: enough to see that a look inside is due."""
        found = {}
        for file in (self.bureaus, self.consent, *sorted(self.tracks.glob("*.y*ml"))):
            try:
                status = file.stat()
            except OSError:
                continue
            found[file] = (status.st_mtime_ns, status.st_size)
        return found


def read_office(files: OfficeFiles, plan: Plan, bureaus: BureauNames, environment: Mapping[str, str]) -> Office:
    """Read everything. Raises LibraryError with the faults of all files."""
    faults: list[Fault] = []
    directory = _read(lambda: read_directory(files.bureaus, environment, bureaus), faults)
    tracks = _read(lambda: read_tracks(files.tracks, plan, bureaus), faults)
    consent = _read(lambda: read_consent(files.consent), faults)
    if directory is None or tracks is None or consent is None:
        raise LibraryError(faults)
    return Office(directory, tracks, consent)


def _read(read: Callable[[], T], faults: list[Fault]) -> T | None:
    try:
        return read()
    except LibraryError as error:
        faults += error.faults
        return None


class LiveOffice:
    """The office's files in use. `refresh` belongs to one thread, `current` to all."""

    def __init__(self, files: OfficeFiles, plan: Plan, bureaus: BureauNames, environment: Mapping[str, str]) -> None:
        """Raises LibraryError where they cannot be used from the start."""
        self._files = files
        self._plan = plan
        self._bureaus = bureaus
        self._environment = environment
        self._seen = files.signatures()
        self.current = read_office(files, plan, bureaus, environment)

    def refresh(self) -> LibraryError | bool:
        """True where changed files are in use now, the error where they cannot be, False where nothing changed."""
        signatures = self._files.signatures()
        if signatures == self._seen:
            return False
        self._seen = signatures
        try:
            self.current = read_office(self._files, self._plan, self._bureaus, self._environment)
        except LibraryError as error:
            return error
        return True
