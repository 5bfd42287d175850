"""A small knowledge folder of its own for each test that changes files."""

from __future__ import annotations

from pathlib import Path

from knowledge.editing.trial import copy_sources
from knowledge.sources import FOLDER, library_files

KEPT = ("faq/land.yml", "faq/about-the-service.yml", "boundaries/money.yml")


def small_copy(to: Path) -> Path:
    """The plan with one topic, the service itself, and one file of boundaries."""
    copy_sources(FOLDER, to)
    for file in library_files(to):
        if file.relative_to(to).as_posix() not in KEPT:
            file.unlink()
    return to
