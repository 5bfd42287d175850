"""Reads the plan's text into its clauses. Pure but for `read_plan`, which opens the files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge.errors import PlanError
from knowledge.plan.bureaus import BureauNames, read_bureau_names
from knowledge.plan.model import Clause, Plan, Responsibility, Role, Sentence, Span

_PART = re.compile(r"([一二三])、(.+)")
_SECTION = re.compile(r"（([一二三四五六七八九十]+)）([^。]+)(。?)")
_TASK = re.compile(r"(\d+)\.([^。]+)。")
_SENTENCE = re.compile(r"（责任单位：.+）|[^。！？；\n]+[。！？；]?")
_ROLE_WORDS = {"牵头": Role.PRINCIPAL, "配合": Role.SUPPORTING, "参与": Role.PARTICIPATING}
_PART_KINDS = {"一": "overview", "二": "task", "三": "safeguard"}


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A clause whose extent is not known yet: it lasts until the next heading."""

    id: str
    number: str
    title: str
    heading_path: tuple[str, ...]
    lines: list[_Line]


def read_plan(description: Path) -> Plan:
    """Read the plan that a plan.yml describes; bureaus.yml lies beside it.

    Raises PlanError naming the file, the line where there is one, and what to do.
    """
    try:
        meta = yaml.safe_load(description.read_text(encoding="utf-8"))
        path = description.parent / meta["text"]
        raw = path.read_bytes()
        expected_hash, expected_clauses = str(meta["sha256"]), int(meta["clauses"])
        named = {key: str(meta[key]) for key in ("slug", "title", "short_title", "standing", "issuer", "source")}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise PlanError(f"cannot read the plan: {error}", file=description, hint="restore it from git") from error
    actual_hash = hashlib.sha256(raw).hexdigest()
    if actual_hash != expected_hash:
        raise PlanError(
            "the plan's text is not the one that was described",
            file=path,
            hint=f"restore it from git, or, if it was replaced on purpose, set sha256 in {description.name} to {actual_hash}",
        )
    text = raw.decode("utf-8")
    clauses = parse_clauses(text, read_bureau_names(description.parent / "bureaus.yml"), path)
    if len(clauses) != expected_clauses:
        raise PlanError(f"{len(clauses)} clauses found, {expected_clauses} expected", file=path, hint="check the headings")
    return Plan(text=text, clauses=clauses, **named)


def parse_clauses(text: str, bureaus: BureauNames, path: Path) -> tuple[Clause, ...]:
    """Split the plan's text into clauses; `path` serves the error messages only."""
    return tuple(_finish(draft, text, bureaus, path) for draft in _drafts(text, path))


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for number, raw in enumerate(text.split("\n"), 1):
        stripped = raw.strip()
        yield _Line(number, start + raw.find(stripped), stripped)
        start += len(raw) + 1


def _drafts(text: str, path: Path) -> list[_Draft]:
    drafts: list[_Draft] = []
    part = section = ""
    headings: tuple[str, ...] = ()
    for line in _lines(text):
        if match := _PART.fullmatch(line.text):
            part, section, headings = match[1], "", (line.text,)
        elif part and (match := _SECTION.match(line.text)):
            section, headings = match[1], (headings[0], match[0].rstrip("。"))
            # In part 二 a section only groups the numbered tasks; elsewhere it is the clause itself.
            if part != "二":
                own_text = [line] if match[3] else []
                drafts.append(_Draft(_next_id(drafts, part), f"{part}（{section}）", match[2], headings, own_text))
        elif part == "二" and (match := _TASK.match(line.text)):
            clause_id = _next_id(drafts, part)
            if int(match[1]) != int(clause_id.removeprefix("task-")):
                reason = f"task {match[1]} where {int(clause_id.removeprefix('task-'))} was expected"
                raise PlanError(reason, file=path, line=line.number, hint="a task is missing")
            path_to_task = (*headings, match[0].rstrip("。"))
            drafts.append(_Draft(clause_id, f"{part}（{section}）{match[1]}", match[2], path_to_task, [line]))
        elif part and line.text:
            if not section:
                raise PlanError("text before the first clause of a part", file=path, line=line.number, hint="check the headings")
            drafts[-1].lines.append(line)
    return drafts


def _next_id(drafts: list[_Draft], part: str) -> str:
    kind = _PART_KINDS[part]
    ordinal = sum(draft.id.startswith(kind) for draft in drafts) + 1
    return f"task-{ordinal:02d}" if kind == "task" else f"{kind}-{ordinal}"


def _finish(draft: _Draft, text: str, bureaus: BureauNames, path: Path) -> Clause:
    if not draft.lines:
        raise PlanError(f"clause {draft.id} is empty", file=path, hint="check the headings")
    span = Span(draft.lines[0].start, draft.lines[-1].end)
    sentences = tuple(_sentences(draft, text))
    notes = [s for s in sentences if s.names_responsibility]
    try:
        responsibilities = tuple(r for note in notes for r in parse_responsibility(note.text, bureaus))
    except ValueError as error:
        raise PlanError(
            f"unknown bureau in {draft.id}: {error}", file=path, line=draft.lines[-1].number, hint="add it to bureaus.yml"
        ) from error
    if not notes and not draft.id.startswith("overview"):
        raise PlanError(f"clause {draft.id} names no 责任单位", file=path, line=draft.lines[-1].number)
    return Clause(draft.id, draft.number, draft.title, draft.heading_path, text[span.start : span.end], span, sentences, responsibilities)


def _sentences(draft: _Draft, text: str) -> Iterator[Sentence]:
    number = 0
    for line in draft.lines:
        for match in _SENTENCE.finditer(line.text):
            number += 1
            span = Span(line.start + match.start(), line.start + match.end())
            words = text[span.start : span.end]
            yield Sentence(f"{draft.id}:{number}", words, span, words.startswith("（责任单位："))


def parse_responsibility(note: str, bureaus: BureauNames) -> tuple[Responsibility, ...]:
    """Roles in a （责任单位：甲牵头，乙、丙配合，丁参与） note.

    A group without a role word after a principal one is supporting: clauses 二（四）17 and 三（三） leave 配合 out.
    Raises ValueError with the part that names no known bureau.
    """
    found: list[Responsibility] = []
    body = note.removeprefix("（责任单位：").removesuffix("）")
    for group in body.split("，"):
        word = next((w for w in _ROLE_WORDS if group.endswith(w)), "")
        role = _ROLE_WORDS.get(word, Role.SUPPORTING if found else Role.PRINCIPAL)
        found += [Responsibility(name, role) for name in bureaus.split(group.removesuffix(word))]
    return tuple(found)
