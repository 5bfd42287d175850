"""Puts another content into a file's place in one step, unless somebody has changed the file meanwhile."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from knowledge.editing.blocks import hash_of


class FileMoved(Exception):
    """The file on disk is not the one that the edit was based on."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A content that lies ready beside the file."""

    file: Path
    fresh: Path
    based_on: str
    """Hash of the content that may be replaced."""

    def put_in_place(self) -> None:
        """Swap it in. Raises FileMoved, OSError."""
        if hash_of(self.file.read_bytes()) != self.based_on:
            raise FileMoved(str(self.file.name))
        self.fresh.replace(self.file)
        _keep(self.file.parent)


@contextmanager
def replacement(file: Path, content: bytes, based_on: str) -> Iterator[Replacement]:
    """Write a content beside a file, for its owner as the file is. Raises OSError where the folder may not be written to."""
    # Neither name nor ending is that of a library file: whoever looks at the folder meanwhile passes it by.
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}.", suffix=".new")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        fresh.chmod(stat.S_IMODE(file.stat().st_mode))
        yield Replacement(file, fresh, based_on)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def may_be_written(file: Path) -> bool:
    """Whether the file could be replaced: an installation may have its knowledge where nobody writes."""
    return os.access(file.parent, os.W_OK | os.X_OK) and os.access(file, os.W_OK)


def _keep(folder: Path) -> None:
    """A rename outlives a power cut only once its folder was written. Not every file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
