"""A draft becomes the file, with its version and its record; or nothing happens at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from actions.faq.drafts import Drafts
from actions.faq.library import Library
from actions.faq.model import (
    Draft,
    EntryMoved,
    FaqError,
    Faulty,
    NoSuchDraft,
    NotConfirmed,
    NotPreviewed,
    ReadOnly,
    VersionKind,
)
from actions.faq.publishing import Publisher
from actions.faq.versions import Versions
from actions.officers.audit import AuditLog
from actions.tickets.database import DatabaseUnavailable
from knowledge.editing import Edit, EditKind
from tests.actions.faq.conftest import Previewed

LAND = "faq/land.yml"
ENTRY = "land-overview"


def _begun(drafts: Drafts, library: Library, entry: str = ENTRY, by: str = "chen", old: str = "方案提出", new: str = "据方案") -> Draft:
    file, block = library.block(entry)
    assert old in block.text
    return drafts.begin(Edit(file, EditKind.CHANGE, entry, block.text.replace(old, new)), block.text, by)


def _rows(audit: AuditLog) -> Sequence[Any]:
    return [(row.officer, row.action, row.subject) for row in audit.page()]


def test_a_published_edit_is_in_the_file_has_a_version_and_a_record_and_its_draft_is_gone(
    publisher: Publisher, drafts: Drafts, library: Library, versions: Versions, audit: AuditLog, previewed: Previewed, folder: Path
) -> None:
    before = (folder / LAND).read_text(encoding="utf-8")
    draft = previewed(_begun(drafts, library))
    number = publisher.publish(draft.id, "wang", False)
    answer = next(line.strip() for line in draft.base.splitlines() if "answer:" in line)
    assert (folder / LAND).read_text(encoding="utf-8") == before.replace(answer, answer.replace("方案提出", "据方案"))
    version, text = versions.find(number)
    assert (version.by, version.file, version.entry, version.kind) == ("wang", LAND, ENTRY, VersionKind.CHANGED)
    assert version.summary == f"~ {ENTRY}"
    assert text == (folder / LAND).read_text(encoding="utf-8")
    found = versions.before(version)
    assert found is not None
    assert (found[0].kind, found[1]) == (VersionKind.FOUND, before)
    assert _rows(audit)[0] == ("wang", "faq.published", ENTRY)
    assert "written by chen" in audit.page()[0].detail
    with pytest.raises(NoSuchDraft):
        drafts.find(draft.id)


def test_without_a_preview_of_exactly_this_edit_of_exactly_these_files_nothing_is_published(
    publisher: Publisher, drafts: Drafts, library: Library, previewed: Previewed, folder: Path
) -> None:
    draft = _begun(drafts, library)
    with pytest.raises(NotPreviewed):
        publisher.publish(draft.id, "wang", True)
    previewed(draft)
    drafts.save(draft.id, "chen", draft.text.replace("据方案", "照方案"))
    with pytest.raises(NotPreviewed):
        publisher.publish(draft.id, "wang", True)
    previewed(drafts.find(draft.id))
    other = folder / "boundaries" / "money.yml"
    other.write_text(other.read_text(encoding="utf-8") + "# 注\n", encoding="utf-8")
    with pytest.raises(NotPreviewed):
        publisher.publish(draft.id, "wang", True)


def test_changes_of_substance_must_have_been_looked_at(
    publisher: Publisher, drafts: Drafts, library: Library, previewed: Previewed, folder: Path
) -> None:
    before = (folder / LAND).read_bytes()
    draft = previewed(_begun(drafts, library), of_substance=1)
    with pytest.raises(NotConfirmed):
        publisher.publish(draft.id, "wang", False)
    assert (folder / LAND).read_bytes() == before
    publisher.publish(draft.id, "wang", True)
    assert (folder / LAND).read_bytes() != before


def test_an_entry_that_another_has_changed_is_not_overwritten_and_what_was_typed_stays(
    publisher: Publisher, drafts: Drafts, library: Library, previewed: Previewed, folder: Path
) -> None:
    first, second = _begun(drafts, library), _begun(drafts, library, by="li", new="另据方案")
    publisher.publish(previewed(first).id, "wang", False)
    with pytest.raises(EntryMoved) as refused:
        publisher.publish(previewed(second).id, "wang", False)
    assert refused.value.now == first.text
    assert drafts.find(second.id).text == second.text
    moved = previewed(drafts.move(second.id, "li", refused.value.now))
    publisher.publish(moved.id, "wang", False)
    assert library.block(ENTRY)[1].text == second.text


def test_edits_of_different_entries_of_a_file_go_together(
    publisher: Publisher, drafts: Drafts, library: Library, previewed: Previewed
) -> None:
    other = next(one.entry.id for one in library.listing().entries if one.file == LAND and one.entry.id != ENTRY)
    first, second = _begun(drafts, library), _begun(drafts, library, other, "li", "question: ", "question: 新·")
    publisher.publish(previewed(first).id, "wang", False)
    publisher.publish(previewed(second).id, "wang", False)
    assert library.block(ENTRY)[1].text == first.text
    assert library.block(other)[1].text == second.text


def test_a_new_entry_a_removal_and_a_whole_file_are_published_too(
    publisher: Publisher, drafts: Drafts, library: Library, versions: Versions, previewed: Previewed, folder: Path
) -> None:
    before = (folder / LAND).read_text(encoding="utf-8")
    text = library.block(ENTRY)[1].text.replace(ENTRY, "land-new").splitlines()
    fresh = "\n".join([text[0], "  question: 新问？", "  phrasings: [新问一]", *[line for line in text if line.startswith("  answer:")]])
    quote = library.block(ENTRY)[1].text.partition("  citations:\n")[2]
    added = drafts.begin(Edit(LAND, EditKind.ADD, "land-new", f"{fresh}\n  citations:\n{quote}"), "", "chen")
    publisher.publish(previewed(added).id, "wang", False)
    assert library.block("land-new")[0] == LAND
    removed = drafts.begin(Edit(LAND, EditKind.REMOVE, "land-new"), library.block("land-new")[1].text, "chen")
    publisher.publish(previewed(removed).id, "wang", False)
    assert (folder / LAND).read_text(encoding="utf-8") == before
    publisher.publish(previewed(_begun(drafts, library)).id, "wang", False)
    whole = drafts.begin(Edit(LAND, EditKind.FILE, "", before), library.content(LAND).decode(), "chen", restores=1)
    publisher.publish(previewed(whole).id, "wang", False)
    assert (folder / LAND).read_text(encoding="utf-8") == before
    kinds = [version.kind for version in versions.page(file=LAND)]
    assert kinds == [VersionKind.RESTORED, VersionKind.CHANGED, VersionKind.REMOVED, VersionKind.ADDED, VersionKind.FOUND]


def test_an_id_that_was_taken_meanwhile_is_a_clash_and_a_removed_entry_is_gone(
    publisher: Publisher, drafts: Drafts, library: Library, previewed: Previewed
) -> None:
    base = library.block(ENTRY)[1].text
    added = previewed(drafts.begin(Edit(LAND, EditKind.ADD, ENTRY, base), "", "chen"))
    with pytest.raises(EntryMoved):
        publisher.publish(added.id, "wang", False)
    changed = _begun(drafts, library)
    publisher.publish(previewed(drafts.begin(Edit(LAND, EditKind.REMOVE, ENTRY), base, "li")).id, "wang", False)
    with pytest.raises(EntryMoved) as refused:
        publisher.publish(changed.id, "wang", False)
    assert refused.value.now == ""


def test_a_faulty_state_is_never_published(
    publisher: Publisher, drafts: Drafts, library: Library, previewed: Previewed, folder: Path
) -> None:
    before = (folder / LAND).read_bytes()
    draft = previewed(_begun(drafts, library, old="quote: ", new="quote: 不是原文"))
    with pytest.raises(Faulty):
        publisher.publish(draft.id, "wang", False)
    assert (folder / LAND).read_bytes() == before


def test_where_nothing_can_be_written_that_is_said(
    publisher: Publisher, drafts: Drafts, library: Library, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = previewed(_begun(drafts, library))
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)  # as on a read-only file system
    with pytest.raises(ReadOnly):
        publisher.publish(draft.id, "wang", False)


def test_what_cannot_be_recorded_is_not_published(
    publisher: Publisher,
    drafts: Drafts,
    library: Library,
    audit: AuditLog,
    previewed: Previewed,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = library.content(LAND)
    draft = previewed(_begun(drafts, library))

    def fail(*arguments: object, **named: object) -> None:
        raise DatabaseUnavailable("disk full")

    monkeypatch.setattr(audit, "append", fail)
    with pytest.raises(DatabaseUnavailable):
        publisher.publish(draft.id, "wang", False)
    assert library.content(LAND) == before
    assert drafts.find(draft.id) == draft


def test_of_two_who_publish_at_once_each_sees_what_the_other_did(
    publisher: Publisher, drafts: Drafts, library: Library, previewed: Previewed
) -> None:
    both = [previewed(_begun(drafts, library, by=by, new=f"{by}据方案")) for by in ("chen", "li")]

    def publish(draft: Draft) -> str:
        try:
            publisher.publish(draft.id, draft.by, False)
        except FaqError as refused:
            return type(refused).__name__
        return "published"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(publish, both))
    assert sorted(outcomes)[1] == "published"
    assert sorted(outcomes)[0] in ("EntryMoved", "NotPreviewed")
    winner = both[outcomes.index("published")]
    assert library.block(ENTRY)[1].text == winner.text
