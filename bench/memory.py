"""How much memory a bot takes, with all its processes."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import psutil

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory of a family of processes, in MiB."""

    shared_once: float
    """Sum of PSS: a page that several processes share is split among them. Sum of RSS where the system knows no PSS."""
    resident: float
    """Sum of RSS: a shared page counts in full in every process."""


def read_memory(process: psutil.Process) -> Memory:
    """Of a process and all below it, now."""
    proportional = resident = 0
    for member in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            told = member.memory_full_info()
            proportional += getattr(told, "pss", told.rss)
            resident += told.rss
    return Memory(proportional / _MIB, resident / _MIB)
