"""Previews of drafts, one after the other, and questions put to a draft's state."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from threading import Lock
from typing import Any

import structlog

from actions.faq.drafts import Drafts
from actions.faq.library import Library
from actions.faq.model import Draft, NoSuchDraft, Preview, Progress, preview_mark
from actions.faq.worker import Worker, WorkerFailed
from actions.tickets.database import DatabaseUnavailable
from knowledge.changes import Told
from knowledge.editing.trial import Trials
from knowledge.errors import KnowledgeError

_ANSWER_SECONDS = 60.0


class Previews:
    """Safe to use from several threads."""

    def __init__(
        self,
        worker: Worker,
        library: Library,
        trials: Trials,
        drafts: Drafts,
        recent: Callable[[], Sequence[str]],
        logger: structlog.stdlib.BoundLogger,
    ) -> None:
        """`recent`: what enquirers asked of late, masked."""
        self._worker = worker
        self._library = library
        self._trials = trials
        self._drafts = drafts
        self._recent = recent
        self._logger = logger
        self._lock = Lock()
        self._jobs: dict[int, _Job] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="faq-previews")
        self._is_open = True

    def close(self) -> None:
        """Stop what is being made."""
        self._is_open = False
        for id_ in tuple(self._jobs):
            self.cancel(id_)
        self._worker.close()
        self._thread.shutdown(cancel_futures=True)

    def start(self, draft: Draft) -> None:
        """Make a preview of a draft as it is now, unless just that is being made."""
        with self._lock:
            running = self._jobs.get(draft.id)
            if running is not None and running.edit_text == draft.text and not running.failed:
                return
            if running is not None:
                running.give_up()
            job = self._jobs[draft.id] = _Job(draft.text)
        self._thread.submit(self._make, draft, job)

    def cancel(self, draft_id: int) -> None:
        """Nobody wants it any more: the draft has changed, or is gone."""
        with self._lock:
            job = self._jobs.pop(draft_id, None)
        if job is not None:
            job.give_up()

    def progress(self, draft_id: int) -> Progress | None:
        """How far it is; None where none is being made."""
        job = self._jobs.get(draft_id)
        return None if job is None else Progress(job.done, job.total, tuple(job.found), job.failed)

    def mark(self, draft: Draft) -> str:
        """What the preview of a draft as it is now, of the files as they are now, would be marked with."""
        return preview_mark(draft.edit, self._library.hashes())

    def ask(self, draft: Draft, question: str) -> Told:
        """What would be told once the draft is published. Takes a second, or ten where the process must be started first.

        Raises WorkerFailed, TimeoutError, OSError, and what `Trials.prepare` raises.
        """
        with _folder() as folder:
            self._trials.prepare(draft.edit, folder / "before", folder / "after")
            asked = {"ask": {"folder": str(folder / "after"), "question": question}}
            told = next(self._worker.ask(asked, _ANSWER_SECONDS))["told"]
        return Told.of_fields(told)

    def warm(self) -> None:
        """Somebody has begun to edit: load what a preview will need. Returns at once."""
        if self._worker.has_encoder:
            self._thread.submit(self._warm)

    def _warm(self) -> None:
        try:
            for _ in self._worker.ask({"warm": {"folder": str(self._library.folder)}}, _ANSWER_SECONDS):
                pass
        except (WorkerFailed, TimeoutError) as error:
            self._logger.warning("faq_preview_not_warm", reason=str(error))

    def _make(self, draft: Draft, job: _Job) -> None:
        try:
            mark, preview = self._made(draft, job)
            self._drafts.keep_preview(draft.id, mark, preview)
        except (WorkerFailed, KnowledgeError, OSError, DatabaseUnavailable, NoSuchDraft) as error:
            if job.is_wanted and self._is_open:
                self._logger.error("faq_preview_failed", draft=draft.id, reason=str(error))
                job.failed = type(error).__name__
            return
        except Exception:
            self._logger.exception("faq_preview_failed", draft=draft.id)
            job.failed = "Exception"
            return
        with self._lock:
            if self._jobs.get(draft.id) is job:
                del self._jobs[draft.id]

    def _made(self, draft: Draft, job: _Job) -> tuple[str, Preview]:
        with _folder() as folder:
            before, after, questions = folder / "before", folder / "after", folder / "questions.txt"
            mark = preview_mark(draft.edit, self._trials.prepare(draft.edit, before, after))
            questions.write_text("\n".join(" ".join(question.split()) for question in self._recent()), encoding="utf-8")
            job.folder = after
            if not job.is_wanted:
                raise WorkerFailed("no longer wanted")
            asked = {"compare": {"before": str(before), "after": str(after), "questions": str(questions)}}
            finished: Mapping[str, Any] = {}
            for line in self._worker.ask(asked):
                if change := line.get("change"):
                    job.found.append(change)
                job.done, job.total = line.get("done", job.done), line.get("total", job.total)
                finished = line.get("finished", finished)
        return mark, Preview(at=datetime.now(timezone.utc), changes=tuple(job.found), **finished)


@dataclass
class _Job:
    edit_text: str
    done: int = 0
    total: int = 0
    failed: str = ""
    is_wanted: bool = True
    folder: Path | None = None
    found: list[Mapping[str, Any]] = field(default_factory=list)

    def give_up(self) -> None:
        """Take away the folder: the process notices and stops."""
        self.is_wanted = False
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def _folder() -> Iterator[Path]:
    """One that only its owner can read: it holds what enquirers asked."""
    with tempfile.TemporaryDirectory(prefix="faq-preview-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
