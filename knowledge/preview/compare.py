"""Puts every known question to two states of the files, and tells what changes as it finds it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.changes import Told, change_of
from knowledge.check import advice
from knowledge.errors import KnowledgeError
from knowledge.knowledge import Knowledge
from knowledge.preview.kept import keep_answers, read_answers
from knowledge.preview.questions import Asked, Known, gather
from knowledge.preview.states import State, States
from knowledge.preview.verdict import is_right
from knowledge.score.questions import KnownQuestion, read_questions

Line = Mapping[str, Any]
"""One JSON object of the output, see `compare`."""
_TELL_EVERY_SECONDS = 0.25
_LOOK_EVERY = 20
"""Questions between two calls of `between`."""


class NoLongerWanted(Exception):
    """Whoever asked for it has gone on to something else."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be compared, and with which questions."""

    before: Path
    """A knowledge folder."""
    after: Path
    evaluation: Path
    """Folder of test questions; it need not be there."""
    real: Sequence[str]
    """Questions of enquirers."""
    kept: Path | None
    """Folder in which answers are kept from one preview to the next; not those to `real`."""


def compare(states: States, wanted: Comparison, between: Callable[[], None] = lambda: None) -> Iterator[Line]:
    """The output, line by line; `between` is called often, and whatever it raises ends the comparison::

        {"change": {...}}                       a question whose answer changes, see `_line_of`
        {"done": 120, "total": 22043}           how far it is
        {"finished": {"asked": {...}, ...}}     counts, advice, seconds; the last line

    Raises KnowledgeError where the files of either state are faulty.
    """
    began = time.monotonic()
    before, after = states.open(wanted.before), states.open(wanted.after)
    evaluation, trouble = _evaluation(wanted.evaluation, after.knowledge)
    questions, changed = gather(before.knowledge.candidates, after.knowledge.candidates, evaluation, wanted.real)
    kept = read_answers(wanted.kept, before.mark) if wanted.kept else {}
    answers: dict[str, Told] = {}
    counts = _Counts()
    told_at = 0.0
    for number, asked in enumerate(questions):
        if number % _LOOK_EVERY == 0:
            between()
            if (now := time.monotonic()) - told_at >= _TELL_EVERY_SECONDS:
                told_at = now
                yield {"done": number, "total": len(questions)}
        was = kept.get(asked.key) or Told.of(_ask(before.knowledge, asked))
        will_be = Told.of(_ask(after.knowledge, asked))
        kept[asked.key], answers[asked.key] = was, will_be
        if line := counts.line_of(asked, was, will_be):
            yield {"change": line}
    yield {"done": len(questions), "total": len(questions)}
    if wanted.kept:
        only_real = {asked.key for asked in questions if asked.known_from == (Known.REAL,)}
        for mark, told in ((before.mark, kept), (after.mark, answers)):
            keep_answers(wanted.kept, mark, {key: one for key, one in told.items() if key not in only_real})
    finished = {"asked": dict(counts.asked), "changed": dict(counts.changed), "worse": counts.worse, "better": counts.better}
    warnings = {"evaluation": trouble, "advice": _advice(states, after, wanted.after, changed)}
    yield {"finished": {**finished, **warnings, "seconds": round(time.monotonic() - began, 1)}}


def _ask(knowledge: Knowledge, asked: Asked) -> Any:
    if not asked.after:
        return knowledge.ask(asked.text)
    return knowledge.reply(asked.text, knowledge.reply(asked.after).context).told


def _evaluation(folder: Path, knowledge: Knowledge) -> tuple[Sequence[KnownQuestion], str]:
    """The test questions, and why there are none: ``absent`` from this installation, or what is wrong with them."""
    if not folder.is_dir():
        return (), "absent"
    try:
        return read_questions(folder, knowledge.plan), ""
    except KnowledgeError as error:
        return (), str(error)


def _advice(states: States, after: State, folder: Path, changed: frozenset[str]) -> list[Line]:
    """What `python -m knowledge check` would advise about the entries that differ."""
    terms = after.knowledge.terms
    found = advice(after.located, states.encoder, terms, date.today(), changed)
    return [{"file": fault.file.relative_to(folder).as_posix(), "reason": fault.reason, "hint": fault.hint} for fault in found]


class _Counts:
    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.worse = 0
        self.better = 0

    def line_of(self, asked: Asked, was: Told, will_be: Told) -> Line | None:
        """A change as JSON, counted; None where nothing changes.

        `change`: see `knowledge.changes`. `own`: a wording of an entry that is edited. `verdict`: ``worse`` or ``better`` where
        the right answer is known, and only one of the two is right.
        """
        self.asked.update(known.value for known in asked.known_from)
        change = change_of(was, will_be)
        if change is None:
            return None
        self.changed.update(known.value for known in asked.known_from)
        verdict = ""
        if asked.expected is not None:
            right = is_right(was, asked.expected), is_right(will_be, asked.expected)
            verdict = {(True, False): "worse", (False, True): "better"}.get(right, "")
        self.worse += verdict == "worse"
        self.better += verdict == "better"
        return {
            "question": asked.text,
            "follows": asked.after,
            "known_from": [known.value for known in asked.known_from],
            "change": change.value,
            "verdict": verdict,
            "own": asked.is_own,
            "before": was.as_fields(),
            "after": will_be.as_fields(),
        }
