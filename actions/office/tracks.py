"""Reads the green-channel tracks that officers keep; every fault of every file is told with its line and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.office.called import as_units, track_called
from actions.office.model import Track, TrackField, TrackStep
from knowledge.errors import Fault, LibraryError
from knowledge.library.located import LocatedYaml, Place, UnreadableFile, read_located
from knowledge.library.shape import shape_faults
from knowledge.plan import BureauNames, Clause, Plan, Role

__all__ = ["MAX_WORKDAYS", "read_tracks", "track_called"]

MAX_WORKDAYS = 250
"""About a working year."""
_SCHEMA = Path(__file__).with_name("track.schema.json")
_GROUP = "县（市、区）"
"""In the plan's names for all or some districts at once."""
_BUREAU_KEYS = ("principal", "supporting")


def read_tracks(folder: Path, plan: Plan, bureaus: BureauNames) -> tuple[Track, ...]:
    """Read every .yml or .yaml of a folder, one track each, in the order of their names.

    Raises LibraryError with all faults of all files; no track of a faulty folder is used.
    """
    paths = sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])
    if not paths:
        raise LibraryError([Fault("no-tracks", folder, None, "没有绿色通道文件。", "每条绿色通道一个 .yml 文件，至少一个。")])
    files: list[_TrackFile] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            document = read_located(path)
        except UnreadableFile as error:
            faults.append(error.fault)
            continue
        if shape := shape_faults(path, document, _SCHEMA):
            faults += [found.fault for found in shape]
        else:
            files.append(_TrackFile(path, document, plan, bureaus))
    for file in files:
        faults += file.faults()
    faults += _clashes(files)
    if faults:
        raise LibraryError(faults)
    return tuple(file.track() for file in files)


@dataclass(frozen=True)
class _TrackFile:
    """A file of the right shape."""

    path: Path
    document: LocatedYaml
    plan: Plan
    bureaus: BureauNames

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = self.document.value
        return content

    def fault(self, code: str, place: Place, reason: str, hint: str) -> Fault:
        return Fault(code, self.path, self.document.line(place), f"{self.content['id']}：{reason}", hint)

    def track(self) -> Track:
        """Only for a file without faults."""
        content = self.content
        return Track(
            id=content["id"],
            name=content["name"],
            clause=content["clause"],
            quote=content["quote"],
            principal=self._names("principal"),
            supporting=self._names("supporting"),
            called=tuple(content["called"]),
            fields=tuple(TrackField(**{**field, "choices": tuple(field.get("choices", ()))}) for field in content.get("fields", ())),
            steps=tuple(TrackStep(**{**step, "bureau": self._canonical(step["bureau"])}) for step in content["steps"]),
            service_measures=tuple(content.get("service_measures", ())),
            policies=tuple(content.get("policies", ())),
            has_sheet=content.get("has_sheet", False),
            is_team=content.get("is_team", False),
        )

    def faults(self) -> Iterator[Fault]:
        """What the shape cannot show."""
        clause = self.plan.by_id.get(self.content["clause"])
        if clause is None:
            close = difflib.get_close_matches(self.content["clause"], self.plan.by_id, n=3, cutoff=0.5)
            hint = f"是不是 {'、'.join(close)}？" if close else "条款编号如 task-12。"
            yield self.fault("unknown-clause", ("clause",), f"没有条款 {self.content['clause']}。", hint)
        else:
            yield from self._quote_faults(clause)
        yield from self._bureau_faults(clause)
        yield from self._step_faults()
        yield from self._repeated()
        for i, written in enumerate(self.content["called"]):
            if len(as_units(written).replace(" ", "")) < 2:  # one character stands in nearly every text
                yield self.fault("called-too-short", ("called", i), f"说法“{written}”太短。", "至少写两个字。")
        for key in ("service_measures", "policies"):
            if self.content.get("has_sheet") and not self.content.get(key):
                yield self.fault("empty-sheet", ("has_sheet",), f"要出服务单，却没有写 {key}。", f"请补上 {key}，或删去 has_sheet。")

    def _quote_faults(self, clause: Clause) -> Iterator[Fault]:
        policies = enumerate(self.content.get("policies", ()))
        places: list[tuple[Place, str]] = [(("quote",), self.content["quote"]), *((("policies", i), quote) for i, quote in policies)]
        for place, quote in places:
            if quote not in clause.text:
                hint = _nearest(quote, clause, self.plan)
                yield self.fault("quote-not-verbatim", place, f"引文与 {clause.id} 的原文不一致：{quote}", hint)

    def _bureau_faults(self, clause: Clause | None) -> Iterator[Fault]:
        every = () if clause is None else tuple(responsibility.bureau for responsibility in clause.responsibilities)
        principal = () if clause is None else clause.bureaus(Role.PRINCIPAL)
        for key, title, named in (("principal", "牵头单位", principal), ("supporting", "责任单位", every)):
            for i, written in enumerate(self.content.get(key, ())):
                name = self._canonical(written)
                if name is None:
                    yield self._unknown_bureau((key, i), written)
                elif _GROUP in name:
                    hint = "当地政府（管委会）不用写：企业说了意向落户地，就自动加入。"
                    yield self.fault("group-of-bureaus", (key, i), f"{name}不是一个单位，工单无法送达。", hint)
                elif clause is not None and name not in named:
                    hint = f"{clause.id} 的{title}：{'、'.join(named) or '无'}。"
                    yield self.fault("bureau-role", (key, i), f"{name}不是 {clause.id} 的{title}。", hint)

    def _step_faults(self) -> Iterator[Fault]:
        # Only bureaus of the track get the ticket; a step of any other would be seen by nobody.
        taking_part = self._names("principal") + self._names("supporting")
        for i, step in enumerate(self.content["steps"]):
            name = self._canonical(step["bureau"])
            if name is None:
                yield self._unknown_bureau(("steps", i, "bureau"), step["bureau"])
            elif name not in taking_part:
                reason = f"步骤“{step['name']}”由{name}办，但它不在 principal 或 supporting 里。"
                yield self.fault("step-bureau", ("steps", i, "bureau"), reason, "请加进去，或改由其他单位办。")
            if not 1 <= step.get("workdays", 1) <= MAX_WORKDAYS:
                reason = f"workdays 不能是 {step['workdays']}。"
                yield self.fault("workdays", ("steps", i, "workdays"), reason, f"请写 1 到 {MAX_WORKDAYS}；不设时限就删去这一行。")

    def _repeated(self) -> Iterator[Fault]:
        bureaus = [((key, i), name) for key in _BUREAU_KEYS for i, name in enumerate(self._names(key))]
        fields = [(("fields", i, "id"), field["id"]) for i, field in enumerate(self.content.get("fields", ()))]
        steps = [(("steps", i, "name"), step["name"]) for i, step in enumerate(self.content["steps"])]
        for listed in (bureaus, fields, steps):
            seen: set[str] = set()
            for place, name in listed:
                if name in seen:
                    yield self.fault("repeated", place, f"“{name}”写了两次。", "请删去其中一处，或换一个。")
                seen.add(name)

    def _unknown_bureau(self, place: Place, written: str) -> Fault:
        close = difflib.get_close_matches(written, self.bureaus.canonical_by_name, n=3, cutoff=0.5)
        hint = f"是不是 {'、'.join(close)}？" if close else "一处写一个单位，名称见 knowledge/plan/bureaus.yml。"
        return self.fault("unknown-bureau", place, f"没有单位“{written}”。", hint)

    def _names(self, key: str) -> tuple[str, ...]:
        return tuple(self._canonical(name) or name for name in self.content.get(key, ()))

    def _canonical(self, written: str) -> str | None:
        try:
            names = self.bureaus.split(written)
        except ValueError:
            return None
        return names[0] if len(names) == 1 else None


def _clashes(files: Sequence[_TrackFile]) -> Iterator[Fault]:
    """Ids that stand twice, and words that two tracks claim: which of the two would be taken is chance."""
    owners: dict[str, _TrackFile] = {}
    claims: dict[str, _TrackFile] = {}
    for file in files:
        if (first := owners.setdefault(file.content["id"], file)) is not file:
            yield file.fault("duplicate-id", ("id",), f"编号已用在 {first.path.name}。", "请换一个编号。")
        for i, written in enumerate(file.content["called"]):
            if (first := claims.setdefault(as_units(written), file)) is not file:
                reason = f"说法“{written}”已用在 {first.path.name}。"
                yield file.fault("shared-word", ("called", i), reason, "请只留在更合适的一条里。")


def _nearest(quote: str, clause: Clause, plan: Plan) -> str:
    if others := [other.id for other in plan.clauses if quote in other.text]:
        return f"这段话在 {'、'.join(others)} 里。"
    matcher = difflib.SequenceMatcher(None, b=quote, autojunk=False)

    def likeness(text: str) -> int:
        matcher.set_seq1(text)
        return matcher.find_longest_match().size

    return f"相近的原文：{max((sentence.text for sentence in clause.sentences), key=likeness)}"
