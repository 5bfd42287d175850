"""What `python -m knowledge check` would say to the files with an edit, told where the editor sees it."""

from __future__ import annotations

import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock

import yaml

from knowledge.check import check
from knowledge.editing.blocks import Uneditable
from knowledge.editing.edit import Edit, Edited, EditKind, edited
from knowledge.editing.fields import read_entry, read_fields
from knowledge.errors import Fault
from knowledge.library import LibraryReader
from knowledge.library.located import UnreadableFile
from knowledge.sources import hash_sources, source_files

_MOST_REMEMBERED = 50
"""Trials whose outcome is kept: a page that is shown again is not checked again."""


@dataclass(frozen=True, slots=True)
class EntryFault:
    """Something wrong with the entry that is edited."""

    line: int
    """Of the entry's own lines, from 1."""
    field: str
    """The key that it stands at, with the place in a list: ``phrasings.3``; empty where it is the entry's as a whole."""
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it."""

    faults: tuple[EntryFault, ...]
    """Of the entry."""
    elsewhere: tuple[Fault, ...]
    """Of the other entries and files, which are named by their path below the knowledge folder; nothing can be published until these
    are mended too."""

    @property
    def is_sound(self) -> bool:
        """Whether the files could be used as they would be."""
        return not (self.faults or self.elsewhere)


class Trials:
    """Tries edits of the files below a folder. Safe to use from several threads, one at a time; a trial takes some tenths of a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._temporary = tempfile.TemporaryDirectory(prefix="faq-trial-")
        self._copy = Path(self._temporary.name) / "knowledge"
        self._reader = LibraryReader()
        self._tried: OrderedDict[object, Trial] = OrderedDict()

    def close(self) -> None:
        """Remove the copy that edits are tried in."""
        self._temporary.cleanup()

    def check(self, edit: Edit, today: date) -> Trial:
        """Everything that would be wrong. Raises NoSuchEntry, OSError; PlanError where the plan itself cannot be read."""
        if fault := _own_fault(edit):
            return Trial((fault,), ())
        with self._lock:
            key = edit, today, tuple(sorted(hash_sources(self._folder).items()))
            if key not in self._tried:
                self._tried[key] = self._check(edit, today)
                if len(self._tried) > _MOST_REMEMBERED:
                    self._tried.popitem(last=False)
            return self._tried[key]

    def _check(self, edit: Edit, today: date) -> Trial:
        copy_sources(self._folder, self._copy)
        file = self._copy / edit.file
        try:
            changed = edited(file, file.read_bytes(), edit)
            file.write_bytes(changed.content)
            return _sorted_out(self._copy, edit, changed, check(self._copy, today, self._reader).faults)
        except (UnreadableFile, Uneditable) as error:
            return Trial((), (_below(self._copy, error.fault),))
        finally:
            # Whatever was tried, the next copy begins with the file as it is.
            file.unlink(missing_ok=True)

    def prepare(self, edit: Edit, before: Path, after: Path) -> Mapping[str, str]:
        """Put the files as they are into one folder, and as they would be into another; the hashes of the former, see `hash_sources`.

        Raises NoSuchEntry, UnreadableFile, Uneditable, OSError.
        """
        copy_sources(self._folder, before)
        copy_sources(before, after)
        file = after / edit.file
        file.write_bytes(edited(file, file.read_bytes(), edit).content)
        return hash_sources(before)


def copy_sources(folder: Path, to: Path) -> None:
    """Make `to` hold the same source files as `folder`; those that it has already are not copied again."""
    wanted = {file.relative_to(folder): file for file in source_files(folder)}
    for file in source_files(to) if to.is_dir() else ():
        if file.relative_to(to) not in wanted:
            file.unlink()
    for name, file in wanted.items():
        copy = to / name
        if not _same(file, copy):
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)


def _same(file: Path, copy: Path) -> bool:
    if not copy.exists():
        return False
    one, other = file.stat(), copy.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def _own_fault(edit: Edit) -> EntryFault | None:
    """What can be said of the entry's own lines before they are put among others."""
    if edit.kind not in (EditKind.ADD, EditKind.CHANGE):
        return None
    try:
        found = read_fields(edit.text).id
    except UnreadableFile as error:
        return EntryFault(error.fault.line or 1, "", error.fault.reason, error.fault.hint)
    if edit.kind is EditKind.CHANGE and found != edit.entry:
        return EntryFault(1, "id", f"编号不能改，应是 {edit.entry}。", "要换编号，请另加一条，再删去这一条。")
    if edit.kind is EditKind.ADD and not found:
        return EntryFault(1, "id", "缺少编号 id。", "小写字母、数字和连字符，主题在前，如 land-quota。")
    return None


def _sorted_out(copy: Path, edit: Edit, changed: Edited, faults: tuple[Fault, ...]) -> Trial:
    """The entry's faults at its own lines, and the others at their files'."""
    own, elsewhere = [], []
    for fault in faults:
        line = (fault.line or 0) - changed.first
        if fault.file == copy / edit.file and 0 < line <= changed.lines:
            reason = fault.reason.removeprefix(f"{edit.entry}：").replace(f"{copy}/", "")
            own.append(EntryFault(line, _field_at(edit.text, line), reason, fault.hint))
        else:
            elsewhere.append(_below(copy, fault))
    return Trial(tuple(own), tuple(elsewhere))


def _below(copy: Path, fault: Fault) -> Fault:
    """A fault without the name of the temporary folder."""
    file = fault.file.relative_to(copy) if fault.file.is_relative_to(copy) else fault.file
    return replace(fault, file=file, reason=fault.reason.replace(f"{copy}/", ""))


def _field_at(text: str, line: int) -> str:
    """The key, and the place in its list, that begins last before a line's end; the entry's first line is the entry's as a whole."""
    root = read_entry(text).root
    assert root is not None
    field = ""
    for key, value in root.value[0].value if line > 1 else ():
        if key.start_mark.line + 1 > line:
            break
        field = key.value
        for place, item in enumerate(value.value if isinstance(value, yaml.SequenceNode) else ()):
            if item.start_mark.line + 1 <= line:
                field = f"{key.value}.{place}"
    return field
