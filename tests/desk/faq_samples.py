"""A draft of the project's own library with its preview, as the process beside the service would have found it; no file is changed."""

from __future__ import annotations

from datetime import datetime, timezone

from actions.faq.model import Draft, Preview, preview_mark
from desk.services import Desk
from knowledge.editing import Edit, EditKind, EntryFields, written

LAND, ENTRY = "faq/land.yml", "land-overview"


def change(question: str, answer: str = "方案提出，乙。", kind: str = "other", **more: object) -> dict[str, object]:
    """A line of a preview."""
    before = {"kind": "answered", "entry": ENTRY, "text": "方案提出，甲。", "quotes": [["task-09", "原文"]]}
    after = {**before, "text": answer}
    fields = {"question": question, "follows": "", "known_from": ["wordings"], "change": kind, "verdict": "", "own": False}
    return {**fields, "before": before, "after": after, **more}


def keep_preview(desk: Desk, draft: Draft, *changes: dict[str, object]) -> None:
    """As if a preview of the draft had found these changes."""
    asked = {"wordings": 120, "evaluation": 7}
    made = Preview(datetime.now(timezone.utc), changes, asked, {"wordings": len(changes)}, 0, 0, "absent", [], 1.5)
    desk.faq.drafts.keep_preview(draft.id, preview_mark(draft.edit, desk.faq.library.hashes()), made)


def begin_new_entry(desk: Desk, login: str, words: str) -> Draft:
    """A draft of a new entry whose every text is `words`, with a preview in which they are told to somebody."""
    fields = EntryFields("land-sample", words, (f"{words}呢",), answer=words, citations=(("task-09", words),), reviewer=words)
    draft = desk.faq.drafts.begin(Edit(LAND, EditKind.ADD, fields.id, written(fields)), "", login)
    keep_preview(desk, draft, change(words, words, verdict="worse"), change(words, words), change(words, words, "wording"))
    return desk.faq.drafts.find(draft.id)
