"""Answers of a state, kept on disk: the state in use is asked the same questions at every preview."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from knowledge.changes import Told
from knowledge.index.packed import read_packed, write_packed

_MOST_FILES = 3
_PATTERN = "answers-*.json.gz"


def read_answers(folder: Path, mark: str) -> dict[str, Told]:
    """By the questions' keys; empty where none are kept."""
    try:
        stored = read_packed(_file(folder, mark))
        return {key: Told.of_fields(fields) for key, fields in stored.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def keep_answers(folder: Path, mark: str, answers: Mapping[str, Told]) -> None:
    """Keep them; only those of the last states stay. What cannot be written is worked out again the next time."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".new")
        os.close(handle)
        write_packed(Path(name), {key: told.as_fields() for key, told in answers.items()})
        Path(name).replace(_file(folder, mark))
        newest = sorted(folder.glob(_PATTERN), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in newest[_MOST_FILES:]:
            file.unlink(missing_ok=True)


def _file(folder: Path, mark: str) -> Path:
    return folder / f"answers-{mark[:32]}.json.gz"
